import { describe, expect, test } from "vitest";
import { Secret } from "../../../core/secrets/secret-store.ts";
import { ownEnvironment } from "../../../lambdas/record-world.ts";
import { signingFrom } from "../../../lambdas/web/signing.ts";
import { chatFrom, requiredSlack } from "../../../lambdas/web/slack-means.ts";

const holding = (text: string) => ({ read: async (_name: string) => new Secret(text) });
const SLACK = { AGENT_MESH_SLACK_CHANNEL: "C1", AGENT_MESH_SLACK_SECRET: "agent-mesh-dev/slack" };

describe("a function that was not deployed by us says what it lacks", () => {
  test("its environment", () => {
    expect(() => ownEnvironment({})).toThrow(/^AGENT_MESH_ENVIRONMENT is ""; deploy the function again/);
    expect(ownEnvironment({ AGENT_MESH_ENVIRONMENT: "sit" }).account).toBe("815856636111");
  });

  test("where it is, and its key", async () => {
    const lacking = signingFrom({ AGENT_MESH_ORIGIN: "https://x.example" }, holding("key"));
    await expect(lacking).rejects.toThrow(/AGENT_MESH_SIGNING_KEY_SECRET is not set/);
    const set = { AGENT_MESH_ORIGIN: "https://x.example", AGENT_MESH_SIGNING_KEY_SECRET: "name" };
    expect(await signingFrom(set, holding("key"))).toEqual({ origin: "https://x.example", linkKey: "key" });
  });

  test("Slack", async () => {
    await expect(requiredSlack({}, holding("{}"))).rejects.toThrow(/AGENT_MESH_SLACK_CHANNEL/);
    expect(await chatFrom({}, holding("{}"))).toBeUndefined();
  });
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
