import { describe, expect, test } from "vitest";
import { lazily } from "../../../core/lazily.ts";
import { Secret } from "../../../core/secrets/secret-store.ts";
import { ownEnvironment } from "../../../lambdas/record-world.ts";
import { linksFrom } from "../../../lambdas/web/links.ts";
import { chatFrom, requiredSlack } from "../../../lambdas/web/slack-means.ts";

const holding = (text: string) => ({ read: async (_name: string) => new Secret(text) });
const SLACK = { AGENT_MESH_SLACK_CHANNEL: "C1", AGENT_MESH_SLACK_SECRET: "agent-mesh-dev/slack" };

describe("a function that was not deployed by us says what it lacks", () => {
  test("its environment", () => {
    expect(() => ownEnvironment({})).toThrow(/^AGENT_MESH_ENVIRONMENT is ""; deploy the function again/);
    expect(ownEnvironment({ AGENT_MESH_ENVIRONMENT: "sit" }).account).toBe("815856636111");
  });

  test("where it is, and its key", async () => {
    const lacking = { AGENT_MESH_ORIGIN: "https://x.example" };
    expect(() => linksFrom(lacking, holding("key"))).toThrow(/AGENT_MESH_SIGNING_KEY_SECRET is not set/);
    const { origin, key } = linksFrom({ ...lacking, AGENT_MESH_SIGNING_KEY_SECRET: "name" }, holding("key"));
    expect([origin, await key()]).toEqual(["https://x.example", "key"]);
  });

  test("Slack", async () => {
    await expect(requiredSlack({}, holding("{}"))).rejects.toThrow(/AGENT_MESH_SLACK_CHANNEL/);
    expect(await chatFrom({}, holding("{}"))).toBeUndefined();
  });
});

test("what is made lazily is made once, and again after it could not be made", async () => {
  let tries = 0;
  const made = lazily(async () => {
    tries += 1;
    if (tries === 1) throw new Error("not yet");
    return tries;
  });
  await expect(made()).rejects.toThrow("not yet");
  expect(await Promise.all([made(), made(), made()])).toEqual([2, 2, 2]);
});

test("Slack's secret holds both of its parts, and what it holds is never shown", async () => {
  const both = JSON.stringify({ signingSecret: "s3cr3t", botToken: "xoxb-1" });
  expect(await requiredSlack(SLACK, holding(both))).toMatchObject({ channel: "C1", botToken: "xoxb-1" });
  for (const wrong of ["xoxb-plain", JSON.stringify({ botToken: "xoxb-1" })]) {
    const error = await requiredSlack(SLACK, holding(wrong)).catch((reason: unknown) => reason);
    expect(String(error)).toContain("the secret agent-mesh-dev/slack");
    expect(String(error)).not.toContain("xoxb");
  }
});
