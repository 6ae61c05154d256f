import { describe, expect, test } from "vitest";
import type { Home } from "../../../bin/home/record.ts";
import type { Amounts } from "../../../core/budget/amounts.ts";
import { NOTHING } from "../../../core/budget/amounts.ts";
import { remaining } from "../../../core/budget/ledger.ts";
import type { Execution } from "../../../core/execution/execution.ts";
import { find, store } from "../../../core/execution/executions.ts";
import { requestRollback } from "../../../core/execution/request-rollback.ts";
import { cancel, grantBudget, pause, unpause } from "../../../core/execution/signal.ts";
import { startChange } from "../../../core/execution/start.ts";
import { gateById, open } from "../../../core/gate/gates.ts";
import { acquireLock } from "../../../core/lock/locks.ts";
import type { Effect } from "../../../core/outbox.ts";
import { parseGoal } from "../../../core/plan/goal.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { readChain } from "../../../core/timeline/record.ts";
import { TestClock } from "../../support/clock.ts";
import { AT, aGate, anExecution, ref } from "../../support/records.ts";
import { person, testHome } from "../../support/workspace.ts";

const CLOCK = () => new TestClock(AT);

async function homeWith(...executions: Execution[]): Promise<Home & { readonly clock: TestClock }> {
  const clock = CLOCK();
  const home = testHome({ clock });
  for (const execution of executions) {
    await atomically(home.world.table, async (unit) => store(unit, execution));
  }
  return { ...home, clock };
}

async function told({ world }: Home, id = "exec_1"): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of readChain(world.table, id)) types.push(type);
  return types;
}

async function effects({ world }: Home): Promise<Effect[]> {
  const { items } = await world.table.query({ pk: "OUTBOX", limit: 100 });
  return items.map(({ attributes }) => attributes as unknown as Effect);
}

const parked = (why: "paused" | "budget"): Partial<Execution> => ({
  status: "paused",
  parked: { taskToken: "token", at: AT, why, status: "IN_PROGRESS" },
});

const ended: Partial<Execution> = {
  status: "completed",
  changeStatus: "DONE",
  outcome: "no_changes",
  endedAt: AT,
};

describe("pausing", () => {
  test("is a wish the next checkpoint acts on; letting go takes it back", async () => {
    const home = await homeWith(anExecution());
    await pause(home.world, "exec_1", person("grace"), "lunch");
    expect((await find(home.world.table, "exec_1")).signals.pause).toEqual({
      by: "grace",
      at: AT,
      notes: "lunch",
    });
    await unpause(home.world, "exec_1", person("grace"));
    expect((await find(home.world.table, "exec_1")).signals).toEqual({});
    expect(await told(home)).toEqual(["execution.pause-requested", "execution.unpaused"]);
    expect(await effects(home)).toEqual([]);
  });

  test("lets a parked execution go on at once, and only once", async () => {
    const home = await homeWith(anExecution(parked("paused")));
    await unpause(home.world, "exec_1", person("grace"));
    await unpause(home.world, "exec_1", person("grace"));
    expect(await effects(home)).toMatchObject([{ kind: "task-success", taskToken: "token" }]);
    expect(await find(home.world.table, "exec_1")).toMatchObject({ status: "running" });
    expect(await find(home.world.table, "exec_1")).not.toHaveProperty("parked");
  });

  test("does not wake what waits for budget", async () => {
    const home = await homeWith(anExecution(parked("budget")));
    await unpause(home.world, "exec_1", person("grace"));
    expect(await effects(home)).toEqual([]);
    expect((await find(home.world.table, "exec_1")).status).toBe("paused");
  });

  test("keeps no credential out of the notes", async () => {
    const home = await homeWith(anExecution());
    await pause(home.world, "exec_1", person("grace"), "password=correct-horse-battery");
    await cancel(home.world, "exec_1", person("grace"), "password=correct-horse-battery");
    expect(JSON.stringify(await find(home.world.table, "exec_1"))).not.toContain("correct-horse");
  });
});

describe("an execution that has ended", () => {
  test.each<[string, (home: Home) => Promise<unknown>]>([
    ["paused", ({ world }) => pause(world, "exec_1", person("grace"))],
    ["let go on", ({ world }) => unpause(world, "exec_1", person("grace"))],
    ["cancelled", ({ world }) => cancel(world, "exec_1", person("grace"))],
    [
      "granted more",
      ({ world }) => grantBudget(world, "exec_1", person("grace"), { ...NOTHING, tokens: 1 }, []),
    ],
  ])("cannot be %s any more", async (_what, act) => {
    const home = await homeWith(anExecution(ended));
    await expect(act(home)).rejects.toMatchObject({ name: "ExecutionEnded" });
    expect([await told(home), await effects(home)]).toEqual([[], []]);
  });

  test("that nobody knows is named, and no more of it than fits a line", async () => {
    const home = await homeWith();
    await expect(pause(home.world, "x".repeat(500), person("grace"))).rejects.toThrow(
      expect.objectContaining({ name: "ExecutionNotFound", message: expect.stringMatching(/^.{1,160}$/) }),
    );
  });
});

describe("cancelling", () => {
  test("closes the gates, leaves the checkpoint, and tells whoever waits", async () => {
    const home = await homeWith(anExecution(parked("paused")));
    await atomically(home.world.table, (unit) => open(unit, aGate()));
    await cancel(home.world, "exec_1", person("grace"));
    expect((await gateById(home.world.table, "gate_1")).status).toBe("closed");
    const execution = await find(home.world.table, "exec_1");
    expect(execution.signals.cancel?.by).toBe("grace");
    expect(execution).not.toHaveProperty("parked");
    expect(await effects(home)).toContainEqual(
      expect.objectContaining({ kind: "task-failure", taskToken: "token", error: "ExecutionCancelled" }),
    );
  });

  test("ends the wait for a stack's lock, and of nobody else's", async () => {
    const home = await homeWith(anExecution(), anExecution({ id: "exec_2" }), anExecution({ id: "exec_3" }));
    for (const id of ["exec_1", "exec_2", "exec_3"]) {
      await atomically(home.world.table, (unit) => acquireLock(unit, anExecution({ id }), `token-${id}`, AT));
    }
    await cancel(home.world, "exec_2", person("grace"));
    const failures = (await effects(home)).filter(({ kind }) => kind === "task-failure");
    expect(failures).toMatchObject([{ taskToken: "token-exec_2" }]);
  });

  test.each(["APPLYING", "ROLLBACK"] as const)(
    "is refused while it is %s, and says what to do instead",
    async (changeStatus) => {
      const home = await homeWith(anExecution({ changeStatus }));
      await expect(cancel(home.world, "exec_1", person("grace"))).rejects.toThrow(
        expect.objectContaining({
          name: "IllegalTransition",
          message: expect.stringContaining("conductor rollback exec_1"),
        }),
      );
      expect((await find(home.world.table, "exec_1")).signals).toEqual({});
    },
  );
});

describe("granting more budget", () => {
  const more: Amounts = { tokens: 1_000, milliseconds: 60_000, microUsd: 5_000_000 };
  const grant = (home: Home, by = "grace", amounts: Amounts = more) =>
    grantBudget(home.world, "exec_1", person(by), amounts, ["atlas"]);

  async function running(): Promise<Home & { readonly id: string }> {
    const home = testHome({ clock: CLOCK() });
    const goal = parseGoal({ goal: "a table", environment: "dev", stack: "shop" }, "goal");
    const { id } = await startChange(home.world, goal, person("ada"));
    return { ...home, id };
  }

  test("adds to what is left, and wakes what waits for it", async () => {
    const home = await homeWith(anExecution(parked("budget")));
    await grant(home);
    expect(await effects(home)).toMatchObject([{ kind: "task-success", taskToken: "token" }]);
    expect((await find(home.world.table, "exec_1")).status).toBe("running");
  });

  test("adds to the execution's own cap", async () => {
    const { world, id } = await running();
    const { limits } = world.environment("dev");
    const left = () =>
      atomically(world.table, async (unit) => (await remaining(unit, id, limits)).remaining.tokens);
    const before = await left();
    await grantBudget(world, id, person("grace"), more, []);
    expect((await left()) - before).toBe(1_000);
  });

  test("is not for whoever asked for the change", async () => {
    const home = await homeWith(anExecution(parked("budget")));
    await expect(grant(home, "ada")).rejects.toMatchObject({ name: "SelfApproval" });
    expect([await effects(home), await told(home)]).toEqual([[], []]);
  });

  test("does not wake what somebody paused", async () => {
    const home = await homeWith(anExecution(parked("paused")));
    await grant(home);
    expect(await effects(home)).toEqual([]);
  });

  test.each([
    ["less than nothing", -1],
    ["no number", Number.NaN],
    ["an endless number", Number.POSITIVE_INFINITY],
    ["a part of a token", 0.5],
    ["more than can be counted exactly", 2 ** 53],
  ])("of %s is refused", async (_what, amount) => {
    const home = await homeWith(anExecution(parked("budget")));
    for (const kind of ["tokens", "milliseconds", "microUsd"] as const) {
      await expect(grant(home, "grace", { ...NOTHING, [kind]: amount })).rejects.toMatchObject({
        name: "InvalidInput",
      });
    }
    expect(await told(home)).toEqual([]);
  });
});

describe("asking for the way back", () => {
  const apply = { beganAt: AT, stackId: "stack", changeSetArn: "arn" };
  const applied: Partial<Execution> = {
    status: "completed",
    changeStatus: "DONE",
    outcome: "applied",
    endedAt: AT,
    dossier: ref("dossier.json"),
    apply,
  };

  test("while it is applied is a wish the next look acts on", async () => {
    const home = await homeWith(anExecution({ changeStatus: "APPLYING", apply }));
    await requestRollback(home.world, "exec_1", person("ada"));
    expect((await find(home.world.table, "exec_1")).signals.rollback?.by).toBe("ada");
    expect(await told(home)).toEqual(["execution.rollback-requested"]);
    expect(await effects(home)).toEqual([]);
  });

  test("again does not set the clock back: the way back is measured from the first call", async () => {
    const home = await homeWith(anExecution({ changeStatus: "APPLYING", apply }));
    await requestRollback(home.world, "exec_1", person("ada"));
    home.clock.advance(10 * 60_000);
    await requestRollback(home.world, "exec_1", person("grace"));
    expect((await find(home.world.table, "exec_1")).signals.rollback).toMatchObject({ by: "ada", at: AT });
    expect(await told(home)).toHaveLength(2);
  });

  test("after it was applied opens it again and starts a run of its own", async () => {
    const home = await homeWith(anExecution(applied));
    await requestRollback(home.world, "exec_1", person("grace"));
    expect(await find(home.world.table, "exec_1")).toMatchObject({
      status: "running",
      changeStatus: "ROLLBACK",
      rollback: { cause: "requested", calledAt: AT, calledBy: "grace" },
      run: { machine: "rollback" },
    });
    expect(await effects(home)).toContainEqual(
      expect.objectContaining({ kind: "start", machine: "rollback" }),
    );
    expect(await told(home, "workspace")).toEqual(["execution.reopened"]);
  });

  test("by two people at once starts one run", async () => {
    const home = await homeWith(anExecution(applied));
    const both = await Promise.allSettled([
      requestRollback(home.world, "exec_1", person("ada")),
      requestRollback(home.world, "exec_1", person("grace")),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await effects(home)).filter(({ kind }) => kind === "start")).toHaveLength(1);
  });

  test.each<[string, Partial<Execution>]>([
    ["is being planned", {}],
    ["waits for approval", { changeStatus: "WAIT_FOR_APPROVE" }],
    ["changed nothing", ended],
    ["was rolled back already", { ...applied, outcome: "rolled_back" }],
    ["is being rolled back", { changeStatus: "ROLLBACK", apply }],
    ["was rejected", { ...ended, changeStatus: "REJECTED", outcome: "rejected" }],
  ])("is refused when it %s", async (_what, changes) => {
    const home = await homeWith(anExecution(changes));
    const asking = requestRollback(home.world, "exec_1", person("grace"));
    await expect(asking).rejects.toMatchObject({ name: "NothingToRollBack" });
    expect((await effects(home)).filter(({ kind }) => kind === "start")).toEqual([]);
  });
});
