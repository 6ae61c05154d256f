import { describe, expect, onTestFinished, test } from "vitest";
import { StepFunctionsOrchestrator } from "../../../adapters/aws/orchestrator.ts";
import { itemOf, type Row, rowOf } from "../../../adapters/aws/table-rows.ts";
import { callFunction } from "../../../bin/home/functions.ts";
import { definitionOf, ENGINE_HOME, MACHINES } from "../../../bin/home/machines.ts";
import type { DomainEvent } from "../../../core/events/event-bus.ts";
import { EventsRefused } from "../../../core/events/event-bus.ts";
import { find } from "../../../core/execution/executions.ts";
import { startChange } from "../../../core/execution/start.ts";
import { castVote, ofExecution } from "../../../core/gate/gates.ts";
import { announce, dispatch } from "../../../core/outbox.ts";
import { parseGoal } from "../../../core/plan/goal.ts";
import { atomically } from "../../../core/table/atomically.ts";
import type { Table } from "../../../core/table/table.ts";
import { stateMachineArn } from "../../../engine/arn.ts";
import { Engine } from "../../../engine/engine.ts";
import { type Dispatching, dispatchOutbox } from "../../../lambdas/dispatcher/handler.ts";
import { faultsAfter } from "../../support/aftermath.ts";
import { A_WHOLE_CHANGE_MS } from "../../support/command-line.ts";
import { anEvent } from "../../support/event-buses.ts";
import { example } from "../../support/pipeline.ts";
import { AT } from "../../support/records.ts";
import { place } from "../../support/step-functions.ts";
import { serveStepFunctions } from "../../support/step-functions-server.ts";
import { streaming } from "../../support/table-stream.ts";
import { memoryTable } from "../../support/tables.ts";
import { person, testHome, until } from "../../support/workspace.ts";

/** A dispatcher whose receivers take everything but what is named so. */
function setting(table: Table, poison: readonly string[] = []) {
  const taken: string[] = [];
  const undelivered: string[] = [];
  const take = (name: string) => {
    if (poison.includes(name)) return Promise.reject(new Error(`nobody takes ${name}`));
    taken.push(name);
    return Promise.resolve();
  };
  const dispatching: Dispatching = {
    table,
    receivers: {
      orchestrator: { start: take, sendTaskSuccess: take, sendTaskFailure: take },
      anchors: { append: ({ chain }) => take(chain), all: () => Promise.resolve([]) },
    },
    bus: {
      publish: async (events) => {
        const refused = events.filter(({ id }) => poison.includes(id));
        taken.push(...events.filter((one) => !refused.includes(one)).map(({ id }) => id));
        if (refused.length > 0) throw new EventsRefused(new Map(refused.map(({ id }) => [id, "no"])));
      },
    },
    itemOf: (image) => itemOf(image as Row),
    onUndelivered: (error) => undelivered.push(error instanceof Error ? error.message : String(error)),
  };
  return { dispatching, taken, undelivered };
}

async function put(table: Table, tokens: readonly string[], events: readonly DomainEvent[] = []) {
  await atomically(table, async (unit) => {
    for (const taskToken of tokens)
      await dispatch(unit, AT, { kind: "task-success", id: taskToken, taskToken, output: {} });
    for (const event of events) announce(unit, event);
  });
}

const left = async (table: Table) => {
  const pages = await Promise.all(["OUTBOX", "OUTBOX#EVENTS"].map((pk) => table.query({ pk, limit: 100 })));
  return pages.flatMap(({ items }) =>
    items.map(({ attributes }) => attributes["taskToken"] ?? attributes["id"]),
  );
};

describe("a batch of the stream", () => {
  test("is delivered and crossed off, what it shows and nothing else", async () => {
    const table = memoryTable();
    await put(table, ["of before"]);
    const { dispatching, taken } = setting(table);
    const streamed = streaming(table, (batch) => dispatchOutbox(batch, dispatching));
    await put(streamed, ["a", "b"], [anEvent(1, { id: "e" })]);
    await streamed.transact([{ put: { pk: "EXECUTION#x", sk: "RECORD", attributes: {} }, expect: "absent" }]);
    await expect.poll(() => taken).toEqual(["a", "b", "e"]);
    await expect.poll(() => left(table)).toEqual(["of before"]);
  });

  test("is delivered again when it comes again, and disturbs nothing", async () => {
    const table = memoryTable();
    await put(table, ["a"]);
    const { items } = await table.query({ pk: "OUTBOX", limit: 9 });
    const Records = items.map((item) => ({ dynamodb: { NewImage: rowOf(item, item.version) } }));
    const { dispatching, taken } = setting(table);
    for (const _time of ["first", "second"])
      expect(await dispatchOutbox({ Records }, dispatching)).toEqual({ batchItemFailures: [] });
    expect([taken, await left(table)]).toEqual([["a", "a"], []]);
  });

  test("does not fail for what nobody takes: that stays, is told of, and the schedule tries it again", async () => {
    const table = memoryTable();
    const { dispatching, taken, undelivered } = setting(table, ["a", "e1"]);
    const streamed = streaming(table, (batch) => dispatchOutbox(batch, dispatching));
    await put(streamed, ["a", "b"], [anEvent(1, { id: "e1" }), anEvent(2, { id: "e2" })]);
    await expect.poll(() => undelivered).toEqual(["nobody takes a", expect.stringMatching(/e1 \(no\)/)]);
    expect([taken, await left(table)]).toEqual([
      ["b", "e2"],
      ["a", "e1"],
    ]);
    await expect(dispatchOutbox({}, dispatching)).rejects.toThrow("nobody takes a");
    const mended = setting(table);
    expect(await dispatchOutbox({}, mended.dispatching)).toEqual({});
    expect([mended.taken.toSorted(), await left(table)]).toEqual([["a", "e1"], []]);
  });
});

test(
  "a change goes from its goal to DONE by the stream alone, with Step Functions between its functions",
  async () => {
    const home = testHome();
    const events: string[] = [];
    // As on AWS: the functions put into the table, its stream calls the dispatcher, which speaks to Step Functions.
    const table = streaming(home.world.table, (batch) => dispatchOutbox(batch, dispatching));
    const world = { ...home.world, table };
    const engine = new Engine({
      database: home.directory.database,
      functions: { invoke: (call) => callFunction(call, world) },
      ...ENGINE_HOME,
    });
    for (const name of MACHINES) engine.loadStateMachine({ name, definition: definitionOf(name) });
    engine.start();
    onTestFinished(() => engine.stop());
    const machines = Object.fromEntries(MACHINES.map((name) => [name, stateMachineArn(ENGINE_HOME, name)]));
    const dispatching: Dispatching = {
      table: home.world.table,
      receivers: {
        orchestrator: new StepFunctionsOrchestrator(place(await serveStepFunctions(engine)), machines),
        anchors: home.anchors,
      },
      bus: { publish: async (published) => void events.push(...published.map(({ type }) => type)) },
      itemOf: (image) => itemOf(image as Row),
      onUndelivered: (error) => {
        throw error;
      },
    };
    const { id } = await startChange(world, parseGoal(example("photo-archive"), "it"), person("ada"));
    await until(home, id, ({ changeStatus, stage }) =>
      Promise.resolve(changeStatus === "WAIT_FOR_APPROVE" && stage === "AwaitGates"),
    );
    const [gate] = await ofExecution(table, id);
    const vote = {
      gateId: gate!.id,
      decision: "approve",
      caller: person("grace"),
      digest: gate!.digest,
    } as const;
    await castVote(table, vote, home.world.clock.now());
    const ended = await until(home, id, ({ endedAt }) => endedAt !== undefined);
    expect(ended).toMatchObject({ changeStatus: "DONE", outcome: "applied" });
    await engine.settled();
    await expect.poll(() => left(home.world.table)).toEqual([]);
    expect(events).toEqual(expect.arrayContaining(["gate.opened", "gate.decided", "execution.ended"]));
    expect(await find(home.world.table, id)).toMatchObject({ status: "completed" });
    await expect.poll(() => faultsAfter(home), { timeout: 10_000 }).toEqual([]);
  },
  A_WHOLE_CHANGE_MS,
);
