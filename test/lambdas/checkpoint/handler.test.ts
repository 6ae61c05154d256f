import { describe, expect, test } from "vitest";
import type { Execution } from "../../../core/execution/execution.ts";
import { find } from "../../../core/execution/executions.ts";
import { cancel, pause, unpause } from "../../../core/execution/signal.ts";
import { checkpoint } from "../../../lambdas/checkpoint/handler.ts";
import { homeWith } from "../../support/executions.ts";
import { AT, anExecution } from "../../support/records.ts";
import { person } from "../../support/workspace.ts";

const CHECK = {
  executionId: "exec_1",
  idempotencyKey: "exec_1/CheckBeforeBuild/0",
  taskToken: "token",
  stage: "SynthesizeBuild",
  status: "IN_PROGRESS",
  short: false,
};

const wish = { by: "grace", at: AT };
const types = async (home: Awaited<ReturnType<typeof homeWith>>) =>
  (await home.told()).map(({ type }) => type);

describe("a checkpoint", () => {
  test("lets go on what nobody holds back, and says where it is", async () => {
    const home = await homeWith(anExecution({ status: "pending", changeStatus: "PENDING", stage: "queued" }));
    await checkpoint(CHECK, home.world);
    expect(await find(home.world.table, "exec_1")).toMatchObject({
      status: "running",
      changeStatus: "IN_PROGRESS",
      stage: "SynthesizeBuild",
    });
    expect(await home.effects()).toMatchObject([{ kind: "task-success", taskToken: "token" }]);
    expect(await types(home)).toEqual(["stage.entered"]);
  });

  test("retried says so once, and answers the token it has now", async () => {
    const home = await homeWith(anExecution());
    await checkpoint(CHECK, home.world);
    await checkpoint(CHECK, home.world);
    await checkpoint({ ...CHECK, taskToken: "another" }, home.world);
    expect(await types(home)).toEqual(["stage.entered"]);
    const tokens = (await home.effects("task-success")).map(
      (effect) => "taskToken" in effect && effect.taskToken,
    );
    expect(tokens.toSorted()).toEqual(["another", "token"]);
  });

  test("ends what was cancelled, whatever else was wished", async () => {
    const home = await homeWith(anExecution({ signals: { cancel: wish, pause: wish } }));
    await checkpoint({ ...CHECK, short: true }, home.world);
    expect(await home.effects()).toMatchObject([
      { kind: "task-failure", taskToken: "token", error: "ExecutionCancelled" },
    ]);
    expect((await find(home.world.table, "exec_1")).stage).toBe("DrawPlan");
  });

  test("holds back what was paused, answers nobody, and tells of it once", async () => {
    const home = await homeWith(anExecution({ signals: { pause: wish } }));
    await checkpoint(CHECK, home.world);
    await checkpoint(CHECK, home.world);
    expect(await home.effects()).toEqual([]);
    expect(await find(home.world.table, "exec_1")).toMatchObject({
      status: "paused",
      parked: { why: "paused", taskToken: "token" },
    });
    expect(await types(home)).toEqual(["execution.paused"]);
  });

  test("holds back what has no budget left, until more is granted", async () => {
    const home = await homeWith(anExecution());
    await checkpoint({ ...CHECK, short: true }, home.world);
    expect(await find(home.world.table, "exec_1")).toMatchObject({
      status: "paused",
      parked: { why: "budget" },
    });
    expect([await home.effects(), await types(home)]).toEqual([[], ["budget.exhausted"]]);
  });

  test("lets go on into the status it was on its way to", async () => {
    const home = await homeWith(anExecution({ signals: { pause: wish } }));
    await checkpoint({ ...CHECK, status: "VALIDATING", stage: "ValidateChange" }, home.world);
    await unpause(home.world, "exec_1", person("grace"));
    expect(await find(home.world.table, "exec_1")).toMatchObject({
      status: "running",
      changeStatus: "VALIDATING",
    });
  });

  test.each(["READY", "", "DONE.", "constructor"])("takes no status that is none: %j", async (status) => {
    const home = await homeWith(anExecution());
    await expect(checkpoint({ ...CHECK, status }, home.world)).rejects.toMatchObject({
      name: "IllegalTransition",
    });
    expect(await home.effects()).toEqual([]);
  });

  test.each(["executionId", "idempotencyKey", "taskToken", "stage", "status", "short"])(
    "must be told its %s",
    async (field) => {
      const home = await homeWith(anExecution());
      await expect(checkpoint({ ...CHECK, [field]: undefined }, home.world)).rejects.toThrow();
      expect(await home.effects()).toEqual([]);
    },
  );
});

test("a pause, an unpause and a cancellation at the same instant as the checkpoint leave it parked, gone on or ended", async () => {
  const wishes: [string, (home: Awaited<ReturnType<typeof homeWith>>) => Promise<unknown>][] = [
    ["pause", ({ world }) => pause(world, "exec_1", person("grace"))],
    ["unpause", ({ world }) => unpause(world, "exec_1", person("grace"))],
    ["cancel", ({ world }) => cancel(world, "exec_1", person("grace"))],
  ];
  for (const [, act] of wishes) {
    for (const signals of [{}, { pause: wish }] as Execution["signals"][]) {
      const home = await homeWith(anExecution({ signals }));
      await Promise.all([checkpoint(CHECK, home.world), act(home)]);
      const execution = await find(home.world.table, "exec_1");
      const answered = (await home.effects()).length > 0;
      // Whoever is not parked has been answered; whoever is parked can still be woken.
      expect(answered || execution.parked !== undefined).toBe(true);
    }
  }
});
