import { describe, expect, test } from "vitest";
import { type Build, build } from "../../../core/artifacts/build.ts";
import type { PlanSpec } from "../../../core/artifacts/plan-spec.ts";
import type { ArtifactRef } from "../../../core/artifacts/vocabulary.ts";
import { canonicalJson, digestOf, sha256 } from "../../../core/digest.ts";
import type { Template } from "../../../core/template/template.ts";
import { handler } from "../../../lambdas/forge/handler.ts";
import { type AgentDesk, agentDesk } from "../../support/agent-desk.ts";
import { aPlan } from "../../support/plan-specs.ts";
import { anExecution, PROD } from "../../support/records.ts";

interface Made {
  readonly desk: AgentDesk;
  readonly build: Build;
  readonly template: Template;
}

const hand = (desk: AgentDesk, plan: object, visit?: string) =>
  desk
    .lay("plan.json", "PlanSpec", plan)
    .then((ref) => desk.call<{ build: ArtifactRef }>(handler, { plan: ref }, visit));

async function built(plan: PlanSpec, execution = anExecution()): Promise<Made> {
  const desk = await agentDesk(execution);
  await hand(desk, plan);
  const template = JSON.parse(await desk.text("template.json")) as Template;
  return { desk, build: build.parse(await desk.json("build.json")), template };
}

const PHOTOS = {
  requires: [
    { block: "artifacts_bucket", name: "photos" },
    { block: "kv_store", name: "catalog" },
    { block: "http_api", name: "api" },
  ],
};

describe("a build", () => {
  test("is of the plan's stack and target, and accounts for every resource of its template", async () => {
    const plan = aPlan(PHOTOS);
    const { build: made, template } = await built(plan);
    const { stack, environment, account, region } = plan;
    expect(made).toMatchObject({ stack, environment, account, region, parameters: {} });
    const types = Object.entries(template.Resources).map(([logicalId, { Type }]) => [logicalId, Type]);
    expect(made.resources.map(({ logicalId, type }) => [logicalId, type]).sort()).toEqual(types.sort());
    const components = new Set(made.resources.map(({ component }) => component));
    expect([...components].sort()).toEqual(["api", "catalog", "photos", undefined]);
  });

  test("names its template by the hash of exactly what is stored", async () => {
    const { desk, build: made } = await built(aPlan(PHOTOS));
    const text = await desk.text("template.json");
    expect(sha256(text)).toBe(made.template.sha256);
    expect(canonicalJson(JSON.parse(text))).toBe(text);
    expect((await desk.attached()).map(({ name }) => name)).toEqual([
      "build.json",
      "plan.json",
      "template.json",
    ]);
  });

  test("is tagged by environment, name and project, and so is all in it that takes tags", async () => {
    const { build: made, template } = await built(aPlan(PHOTOS));
    expect(made.tags).toEqual({ Environment: "dev", Name: "shop", Project: "shop" });
    const tagged = Object.values(template.Resources).flatMap(({ Type, Properties }) =>
      Array.isArray(Properties?.["Tags"]) ? [[Type, Properties["Tags"]] as const] : [],
    );
    expect(tagged.length).toBeGreaterThan(3);
    for (const [type, tags] of tagged) {
      const keys = (tags as unknown as { Key: string }[]).map(({ Key }) => Key);
      expect(keys, type).toEqual(expect.arrayContaining(["Environment", "Name", "Project"]));
    }
  });

  test("keeps data in prod and not in dev, as the environment is configured and no plan can say", async () => {
    const policy = ({ template }: Made) =>
      Object.values(template.Resources).find(({ Type }) => Type === "AWS::DynamoDB::Table")?.DeletionPolicy;
    expect(policy(await built(aPlan()))).toBe("Delete");
    const prod = anExecution(PROD);
    expect(policy(await built(aPlan({ environment: "prod" }), prod))).toBe("RetainExceptOnCreate");
  });

  test("is the same for the same plan, and made once for one call", async () => {
    const desk = await agentDesk();
    const first = await hand(desk, aPlan(PHOTOS), "0");
    expect(await hand(desk, aPlan(PHOTOS), "0")).toEqual(first);
    expect(await hand(desk, aPlan(PHOTOS), "1")).toEqual(first);
    expect((await desk.told()).map(({ type }) => type)).toEqual(["agent.finished", "agent.finished"]);
  });
});

describe("the digest of a build", () => {
  test("is over all that decides what it will become", async () => {
    const { build: made } = await built(aPlan());
    const { template, parameters, tags, account, region, stack, buildDigest } = made;
    expect(digestOf({ template: template.sha256, parameters, tags, account, region, stack })).toBe(
      buildDigest,
    );
  });

  test.each<[string, (plan: PlanSpec) => Partial<PlanSpec>]>([
    ["account", () => ({ account: "111122223333" })],
    ["region", () => ({ region: "eu-west-1" })],
    ["stack", () => ({ stack: "another" })],
    ["parameters", () => ({ parameters: { Stage: "dev" } })],
    ["environment, by its tag", () => ({ environment: "sit" })],
    ["template", ({ components }) => ({ components: components.map((one) => ({ ...one, name: "other" })) })],
  ])("is another with another %s", async (_what, changes) => {
    const plan = aPlan();
    const { build: one } = await built(plan);
    const { build: other } = await built({ ...plan, ...changes(plan) });
    expect(other.buildDigest).not.toBe(one.buildDigest);
  });

  test("is the same whatever the plan says in words, and in whatever order it lists its blocks", async () => {
    const plan = aPlan(PHOTOS);
    const { build: one } = await built(plan);
    const { build: other } = await built({
      ...plan,
      summary: "something else",
      source: "model",
      components: plan.components.toReversed(),
    });
    expect(other.buildDigest).toBe(one.buildDigest);
  });
});

describe("a plan that could not be built as it was approved", () => {
  const withParameters = (parameters: object) => ({
    ...aPlan(),
    components: [{ ...aPlan().components[0], parameters }],
  });
  // Each with its dead letters and the policies of both.
  const queues = Array.from({ length: 126 }, (_, index) => ({ block: "task_queue", name: `q-${index}` }));

  test.each<[string, object, string]>([
    [
      "with a parameter its block does not know",
      withParameters({ removalPolicy: "destroy" }),
      "InvalidInput",
    ],
    ["with a parameter of the wrong type", withParameters({ pointInTimeRecovery: "no" }), "InvalidInput"],
    ["that uses what it does not have", { ...aPlan(), components: uses(["ghost"]) }, "UnknownComponent"],
    [
      "that would be resolved later",
      aPlan({
        requires: [{ block: "secret", name: "key", parameters: { description: "{{resolve:ssm:/k}}" } }],
      }),
      "DynamicReference",
    ],
    ["that is larger than CloudFormation takes", aPlan({ requires: queues }), "TemplateTooLarge"],
    ["with a block nobody has", { ...aPlan(), components: [{ block: "mainframe" }] }, "ZodError"],
    ["that says more than a plan can", { ...aPlan(), lane: "execute" }, "ZodError"],
  ])("%s is refused by name, and leaves nothing but the record of it", async (_what, plan, name) => {
    const desk = await agentDesk();
    await expect(hand(desk, plan)).rejects.toMatchObject({ name });
    expect((await desk.attached()).map((one) => one.name)).toEqual(["plan.json"]);
    expect(await desk.told()).toMatchObject([{ type: "agent.failed", data: { error: { name } } }]);
  });

  function uses(names: readonly string[]) {
    const { components } = aPlan({ requires: [{ block: "http_api", name: "api" }] });
    return components.map((one) => ({ ...one, uses: names }));
  }

  test.each(["lane", "template", "parameters", "build"])(
    "is not even asked for with a %s beside it",
    async (field) => {
      const desk = await agentDesk();
      const plan = await desk.lay("plan.json", "PlanSpec", aPlan());
      await expect(desk.call(handler, { plan, [field]: "execute" })).rejects.toMatchObject({
        name: "InvalidInput",
        message: expect.stringContaining(field),
      });
      expect(await desk.told()).toEqual([]);
    },
  );
});
