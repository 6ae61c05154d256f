import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scriptedModel } from "../../../adapters/embedded/scripted-model.ts";
import { configuredModels } from "../../../bin/home/models.ts";
import { type Dossier, dossier } from "../../../core/artifacts/dossier.ts";
import { type PlanSpec, planSpec } from "../../../core/artifacts/plan-spec.ts";
import { Pipeline } from "../../support/pipeline.ts";
import { temporaryFolder } from "../../support/workspace.ts";

function scripted(content: object | string): string {
  const file = join(temporaryFolder(), "script.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const REQUEST = { system: "s", prompt: "p", maxOutputTokens: 10, timeoutMs: 1_000 };
const PRICE = { inputUsd: 1, outputUsd: 1 };

describe("a scripted model", () => {
  test("gives its replies one after the other, and fails when there are no more", async () => {
    const replies = [{ text: "one" }, { error: "ModelThrottled" }, { text: "two", inputTokens: 1 }];
    const { complete, price } = scriptedModel(scripted({ price: PRICE, replies }));
    expect(price).toEqual(PRICE);
    expect(await complete(REQUEST)).toMatchObject({ text: "one", inputTokens: 1000, outputTokens: 500 });
    await expect(complete(REQUEST)).rejects.toMatchObject({ name: "ModelThrottled" });
    expect(await complete(REQUEST)).toMatchObject({ text: "two", inputTokens: 1 });
    await expect(complete(REQUEST)).rejects.toMatchObject({ name: "ModelUnavailable" });
  });

  test.each<[string, object | string, string]>([
    ["is no JSON", "nope", "the script of a model cannot be read"],
    ["has no replies", {}, "replies: is missing"],
    ["has a reply that is none", { replies: [{ tex: "x" }] }, 'replies[0]: must be {"text": …}'],
    ["has an error nobody knows", { replies: [{ error: "Boom" }] }, "replies[0]: must be"],
    ["costs less than nothing", { replies: [], price: { inputUsd: -1, outputUsd: 0 } }, "price.inputUsd"],
  ])("whose script %s is refused in a sentence", (_what, content, message) => {
    expect(() => scriptedModel(scripted(content))).toThrow(
      expect.objectContaining({ name: "InvalidInput", message: expect.stringContaining(message) }),
    );
  });

  test("whose script is not there is refused by its name", () => {
    expect(() => scriptedModel("/nowhere/script.json")).toThrow(
      expect.objectContaining({
        name: "InvalidInput",
        message: expect.stringContaining("/nowhere/script.json"),
      }),
    );
  });
});

describe("the models of the environment", () => {
  test("are tried in the order primary, secondary, workflow", async () => {
    const [a, b, c] = [scripted({ replies: [] }), scripted({ replies: [] }), scripted({ replies: [] })];
    const models = await configuredModels({
      AGENT_MODEL_WORKFLOW: `scripted:${c}`,
      AGENT_MODEL_SECONDARY: `scripted:${b}`,
      AGENT_MODEL_PRIMARY: `scripted:${a}`,
    });
    expect(models.map(({ name }) => name)).toEqual([`scripted:${a}`, `scripted:${b}`, `scripted:${c}`]);
  });

  test("are none where no variable is set, or an empty one", async () => {
    expect(await configuredModels({ AGENT_MODEL_PRIMARY: "" })).toEqual([]);
  });

  test.each(["gpt:x", "scripted:", "scripted", "__proto__:x"])(
    "are refused when one is %s, by the variable's name",
    async (value) => {
      await expect(configuredModels({ AGENT_MODEL_SECONDARY: value })).rejects.toMatchObject({
        name: "InvalidInput",
        message: expect.stringContaining("AGENT_MODEL_SECONDARY"),
      });
    },
  );
});

describe("a change that a model designed", () => {
  const requires = [{ block: "kv_store", name: "orders", parameters: {}, why: "orders are looked up" }];
  const goal = { goal: "Keep our orders somewhere", environment: "dev", stack: "shop" };

  async function proposed(
    goalOf: object,
    replies: readonly object[],
  ): Promise<{ plan: PlanSpec; said: Dossier }> {
    const file = scripted({
      price: PRICE,
      replies: replies.map((reply) => ({ text: JSON.stringify(reply) })),
    });
    const models = await configuredModels({ AGENT_MODEL_PRIMARY: `scripted:${file}` });
    const pipeline = new Pipeline({ models });
    const id = await pipeline.start(goalOf);
    expect((await pipeline.rest(id)).changeStatus).toBe("WAIT_FOR_APPROVE");
    return {
      plan: planSpec.parse(await pipeline.artifact(id, "plan.json")),
      said: dossier.parse(await pipeline.artifact(id, "dossier.json")),
    };
  }

  test("is labelled, and passes through the gates that the same blocks asked for by a person pass through", async () => {
    const presumptuous = { requires, gates: [], lane: "execute", next: "RecordApplied" };
    const byModel = await proposed(goal, [presumptuous, { requires: "all" }, { requires }]);
    const byPerson = await proposed({ ...goal, requires }, []);
    expect([byModel.plan.source, byPerson.plan.source]).toEqual(["model", "rules"]);
    expect(byModel.plan.components).toEqual(byPerson.plan.components);
    for (const field of ["gates", "risk", "blastRadius", "cost", "templateSha256", "buildDigest"] as const)
      expect(byModel.said[field]).toEqual(byPerson.said[field]);
    expect([byModel.said.plannedBy, byPerson.said.plannedBy]).toEqual(["model", "rules"]);
  });

  test("is the rules' after three invalid answers, and says so", async () => {
    const wrong = { requires: [{ block: "mainframe", name: "x", why: "y" }] };
    const { plan } = await proposed({ ...goal, goal: "A table for our orders" }, [wrong, wrong, wrong]);
    expect(plan).toMatchObject({
      source: "rules",
      sourceNote: expect.stringContaining("no valid answer after 3 tries"),
    });
  });
});
