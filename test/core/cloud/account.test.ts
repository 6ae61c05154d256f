import { describe, expect, test } from "vitest";
import { sandboxControls } from "../../../adapters/embedded/sandbox/controls.ts";
import { ENVIRONMENTS } from "../../../config/environments/index.ts";
import { requireAccount } from "../../../core/cloud/account.ts";
import type { Execution } from "../../../core/execution/execution.ts";
import { store } from "../../../core/execution/executions.ts";
import type { World } from "../../../core/ports.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { broker } from "../../../lambdas/broker/handler.ts";
import { changeSets } from "../../../lambdas/change-set/handler.ts";
import { handler as sentinel } from "../../../lambdas/sentinel/handler.ts";
import { recording } from "../../support/recording-cloud.ts";
import { anExecution, ref } from "../../support/records.ts";
import { testHome } from "../../support/workspace.ts";

const STRANGER = "111122223333";

/** A home whose dev credentials turn out to be somebody else's. */
async function wrongHome(changes: Partial<Execution> = {}): Promise<{ world: World; calls: string[] }> {
  const home = testHome();
  const { database } = home.directory;
  const { clock } = home.world;
  const targets = Object.values(ENVIRONMENTS);
  sandboxControls({ database, clock, pace: "none", targets }).setAccount({
    environment: "dev",
    account: STRANGER,
  });
  await atomically(home.world.table, async (unit) => store(unit, anExecution(changes)));
  const calls: string[] = [];
  return { world: recording(home.world, calls), calls };
}

test("a mismatch names both accounts and three ways out", async () => {
  const { world } = await wrongHome();
  const refusal: unknown = await requireAccount(world.cloud("dev")).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ name: "WrongAccount" });
  for (const part of [
    `dev is account ${ENVIRONMENTS.dev.account}`,
    `of account ${STRANGER}`,
    `sign in to ${ENVIRONMENTS.dev.account}`,
    `name the environment that ${STRANGER} belongs to`,
    "correct the account in config/environments",
    "Nothing was touched",
  ])
    expect((refusal as Error).message).toContain(part);
});

test("the right account passes, and only this one environment is asked", async () => {
  const { world, calls } = await wrongHome();
  await requireAccount(world.cloud("prod"));
  expect(calls).toEqual(["callerIdentity"]);
});

describe("in the wrong account nothing but the identity is ever asked", () => {
  const common = { executionId: "exec_1", idempotencyKey: "key" };
  const dossier = { dossier: ref("dossier.json"), digest: "0".repeat(64) };
  const apply = { beganAt: "2026-01-05T09:00:00.000Z", stackId: "stack", changeSetArn: "arn" };
  const watch = { kind: "apply", stackId: "stack", since: apply.beganAt, lastUpdatedBefore: null } as const;

  test.each<[string, Partial<Execution>, (world: World) => Promise<object>]>([
    [
      "to apply",
      { ...dossier, changeStatus: "WAIT_FOR_APPROVE" },
      (world) => broker({ action: "apply", ...common }, world),
    ],
    [
      "to observe",
      { apply, watch, changeStatus: "APPLYING" },
      (world) => broker({ action: "observe", ...common }, world),
    ],
    ["to diagnose", {}, (world) => broker({ action: "diagnose", ...common }, world)],
    [
      "to recover",
      {},
      (world) => broker({ action: "recover", gates: [{ gateId: "gate_1" }], ...common }, world),
    ],
    [
      "to undo",
      { ...dossier, apply },
      (world) => broker({ action: "undo", changeSet: null, ...common }, world),
    ],
    [
      "to propose a change set",
      {},
      (world) =>
        changeSets({ action: "propose", build: ref(), previous: ref("change-set.json"), ...common }, world),
    ],
    ["to discard one", {}, (world) => changeSets({ action: "discard", changeSet: ref(), ...common }, world)],
    [
      "to prepare the way back",
      {},
      (world) => changeSets({ action: "undo", dossier: ref(), ...common }, world),
    ],
    [
      "to validate",
      {},
      (world) => sentinel({ goal: ref(), plan: ref(), build: ref(), changeSet: ref(), ...common }, world),
    ],
  ])("%s", async (_what, changes, act) => {
    const { world, calls } = await wrongHome(changes);
    await expect(act(world)).rejects.toMatchObject({ name: "WrongAccount" });
    expect(calls).toEqual(["callerIdentity"]);
  });
});
