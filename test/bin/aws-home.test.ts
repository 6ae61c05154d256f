import { expect, test } from "vitest";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { FUNCTION_KEY } from "../support/cloudformation-server/identities.ts";
import { wireAccount } from "../support/cloudformation-server/wire-cloud.ts";
import { A_WHOLE_CHANGE_MS, commandLine, type ErrorAnswer, example } from "../support/command-line.ts";
import { describeWire } from "../support/moto.ts";

const variables: Record<string, string> = {};
const { ask } = commandLine(variables);

/** What somebody has set who works at an emulator. */
function set(all: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(variables)) delete variables[name];
  Object.assign(variables, { CONDUCTOR_HOME: "aws" }, all);
}

async function refusal(all: Readonly<Record<string, string>>): Promise<string> {
  set(all);
  const { code, answer } = await ask<ErrorAnswer>("run", "change", "--input", example("photo-archive"));
  expect(code).toBe(2);
  return answer.error.message;
}

test("without an emulator, or with AWS itself in its place, nothing is asked of anybody", async () => {
  expect(await refusal({ AWS_ENDPOINT_URL: "" })).toMatch(/set AWS_ENDPOINT_URL to an emulator/);
  const itself = "https://dynamodb.af-south-1.amazonaws.com";
  expect(await refusal({ AWS_ENDPOINT_URL: itself })).toContain(`${itself}/, which is AWS itself`);
  expect(await refusal({ AWS_ENDPOINT_URL: "localhost:4566" })).toMatch(/no URL/);
});

test("what is not on this machine has to be named, every part of it", async () => {
  const asked = { AWS_ENDPOINT_URL: "http://emulator.example:4566", AWS_REGION: "eu-west-1" };
  expect(await refusal({ ...asked, AGENT_MESH_EVENT_BUS: "agent-mesh-dev" })).toContain(
    "AGENT_MESH_KV_TABLE and AGENT_MESH_ARTIFACTS_BUCKET and AGENT_MESH_ANCHORS_BUCKET are not set",
  );
});

test("the simulated accounts are this machine's alone", async () => {
  set({ AWS_ENDPOINT_URL: "http://127.0.0.1:1" });
  const { code, answer } = await ask<ErrorAnswer>("sandbox", "show");
  expect([code, answer.error.message]).toEqual([2, expect.stringContaining("leave out --home aws")]);
});

describeWire("conductor at an emulator of AWS", (moto) => {
  test("carries a change from its goal to a gate, and on to its end when somebody else approves", {
    timeout: A_WHOLE_CHANGE_MS,
  }, async () => {
    const { account, region } = ENVIRONMENTS.dev;
    const wire = await wireAccount({ target: { environment: "dev", account, region }, clock: systemClock });
    set({
      AWS_ENDPOINT_URL: moto().endpoint,
      AWS_ENDPOINT_URL_CLOUDFORMATION: wire.url,
      AWS_ACCESS_KEY_ID: FUNCTION_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: FUNCTION_KEY.secretAccessKey,
    });
    const begun = await ask("run", "change", "--input", example("photo-archive"));
    expect(begun).toMatchObject({ code: 3, answer: { simulated: false, emulator: `${moto().endpoint}/` } });
    const { executionId, artifacts } = begun.answer;
    expect(artifacts[0]?.path).toMatch(/^s3:\/\/agent-mesh-dev-artifacts\/artifacts\/[0-9a-f]{64}$/);

    const waiting = await ask<{ gates: { id: string; executionId: string }[] }>("gates");
    for (const { id } of waiting.answer.gates) {
      expect((await ask("approve", id, "--as", "grace")).code).toBe(0);
    }
    expect((await ask("resume")).code).toBe(0);
    expect((await ask("status", executionId)).answer).toMatchObject({
      changeStatus: "DONE",
      outcome: "applied",
    });
    const audit = await ask<{ verified: boolean }>("audit", "verify");
    expect(audit.answer.verified).toBe(true);

    expect((await ask("rollback", executionId)).answer.outcome).toBe("rolled_back");
    expect(await wire.cloud.reader().describeStack("photo-archive")).toBeUndefined();
  });
});
