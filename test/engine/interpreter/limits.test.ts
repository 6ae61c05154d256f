import { describe, expect, it } from "vitest";
import { HISTORY_LIMIT } from "../../../engine/history/event.ts";
import { PAYLOAD_LIMIT } from "../../../engine/json.ts";
import { Harness, invoke, single } from "../harness.ts";

const text = (bytes: number) => "x".repeat(bytes - 2);

describe("a payload", () => {
  it("may have 262144 bytes", async () => {
    const harness = new Harness({ f: () => text(PAYLOAD_LIMIT) });
    const machine = single({ Type: "Task", Resource: "arn:aws:lambda:us-east-1:111111111111:function:f" });
    harness.engine.loadStateMachine({
      name: "machine",
      definition: { QueryLanguage: "JSONata", ...machine },
    });
    const direct = new Harness({
      "arn:aws:lambda:us-east-1:111111111111:function:f": () => text(PAYLOAD_LIMIT),
    });
    expect((await direct.run(machine)).status).toBe("SUCCEEDED");
  });

  it("that a function returns beyond that fails the Task, and can be caught", async () => {
    const harness = new Harness({ f: () => "ü".repeat(PAYLOAD_LIMIT / 2) });
    const machine = {
      StartAt: "T",
      States: {
        T: { ...invoke("f"), Catch: [{ ErrorEquals: ["States.DataLimitExceeded"], Next: "C" }], End: true },
        C: { Type: "Pass", End: true },
      },
    };
    const { output, types } = await harness.run(machine);
    expect(JSON.parse(output ?? "")).toEqual({
      Error: "States.DataLimitExceeded",
      Cause:
        "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
    expect(types).toContain("TaskFailed");
  });

  it.each([
    ["States.ALL", "FAILED"],
    ["States.DataLimitExceeded", "SUCCEEDED"],
  ])("beyond that is taken by no catcher of %s but its own name's: %s", async (name, expected) => {
    const harness = new Harness({ f: () => text(PAYLOAD_LIMIT + 1) });
    const { status, events } = await harness.run({
      StartAt: "T",
      States: {
        T: {
          ...invoke("f"),
          Retry: [{ ErrorEquals: ["States.ALL"] }],
          Catch: [{ ErrorEquals: [name], Next: "C" }],
          End: true,
        },
        C: { Type: "Pass", End: true },
      },
    });
    expect(status).toBe(expected);
    expect(events.filter(({ type }) => type === "TaskScheduled")).toHaveLength(1);
  });

  const twice = "{% $states.input.a & $states.input.a %}";
  const inner = { StartAt: "In", States: { In: { Type: "Pass", End: true } } };
  it.each([
    ["a Task's Arguments", { ...invoke("f"), Arguments: { FunctionName: "f", Payload: twice } }],
    ["a Parallel's Arguments", { Type: "Parallel", Arguments: twice, Branches: [inner] }],
    ["a Map's ItemSelector", { Type: "Map", Items: [1], ItemSelector: twice, ItemProcessor: inner }],
  ])("beyond that in %s fails the state before anything inside begins", async (_, state) => {
    const harness = new Harness({ f: () => 1 });
    const { error, types } = await harness.run(single(state), { a: "x".repeat(200_000) });
    expect(error).toBe("States.DataLimitExceeded");
    expect(harness.calls).toEqual([]);
    expect(types).not.toContain("TaskScheduled");
    expect(types).not.toContain("PassStateEntered");
  });

  it("that a state puts out beyond that fails the state", async () => {
    const { error, cause, types } = await new Harness().run(
      single({ Type: "Pass", Output: "{% $states.input.a & $states.input.a %}" }),
      { a: "x".repeat(200_000) },
    );
    expect(error).toBe("States.DataLimitExceeded");
    expect(cause).toMatch(/The state\/task 'Only' returned/);
    expect(types).toEqual(["ExecutionStarted", "PassStateEntered", "ExecutionFailed"]);
  });

  it("that an execution is started with beyond that is refused", async () => {
    const harness = new Harness();
    harness.engine.loadStateMachine({
      name: "m",
      definition: { QueryLanguage: "JSONata", ...single({ Type: "Pass" }) },
    });
    const start = harness.engine.startExecution({
      stateMachine: "m",
      input: JSON.stringify(text(PAYLOAD_LIMIT + 1)),
    });
    await expect(start).rejects.toMatchObject({ name: "InvalidExecutionInput" });
  });
});

describe("variables", () => {
  const fill = (bytes: number) => `{% $pad('', ${bytes - 2}, 'x') %}`;
  const pass = (assign: object, next: string) => ({ Type: "Pass", Assign: assign, Next: next });

  it("of one Assign may have 262144 bytes together, and none is assigned when they have more", async () => {
    const half = PAYLOAD_LIMIT / 2;
    const machine = (bytes: number) => ({
      StartAt: "T",
      States: {
        T: {
          ...invoke("f"),
          Assign: { a: fill(half), b: fill(bytes) },
          Catch: [{ ErrorEquals: ["States.DataLimitExceeded"], Next: "Caught" }],
          Next: "Done",
        },
        Done: { Type: "Pass", Output: "{% $length($a) + $length($b) %}", End: true },
        Caught: { Type: "Pass", Output: "{% $exists($a) or $exists($b) %}", End: true },
      },
    });
    const harness = new Harness({ f: () => 1 });
    expect((await harness.run(machine(half))).output).toBe(String(PAYLOAD_LIMIT - 4));
    expect((await harness.run(machine(half + 1))).output).toBe("false");
  });

  it("of an execution may have 10485760 bytes together, each counted while it lives and as large as it is", async () => {
    const inner = {
      StartAt: "In",
      States: { In: { Type: "Pass", Assign: { x: fill(200_000) }, End: true } },
    };
    const many = Object.fromEntries(
      Array.from({ length: 51 }, (_, i) => [`S${i}`, pass({ [`v${i}`]: fill(200_000) }, `S${i + 1}`)]),
    );
    const { events, error, status } = await new Harness().run({
      StartAt: "Branches",
      States: {
        Branches: {
          Type: "Map",
          Items: "{% [1..60] %}",
          MaxConcurrency: 1,
          ItemProcessor: inner,
          Output: 1,
          Next: "Again",
        },
        Again: pass({ v0: fill(200_000) }, "S0"),
        ...many,
        S51: pass({ v0: "small" }, "S52"),
        S52: pass({ v51: fill(200_000) }, "S53"),
        S53: { Type: "Pass", Assign: { v52: fill(200_000) }, Next: "S54" },
        S54: { Type: "Pass", Assign: { v53: fill(200_000) }, End: true },
      },
    });
    expect([status, error]).toEqual(["FAILED", "States.DataLimitExceeded"]);
    expect(events.at(-2)?.stateEnteredEventDetails?.["name"]).toBe("S54");
  });
});

describe("a history", () => {
  const endless = {
    StartAt: "A",
    States: {
      A: { Type: "Pass", Next: "B" },
      B: { Type: "Choice", Choices: [{ Condition: false, Next: "Never" }], Default: "A" },
      Never: { Type: "Succeed" },
    },
  };

  it(`ends an execution that never does: event ${HISTORY_LIMIT} says so`, async () => {
    const harness = new Harness();
    const arn = await harness.start(endless);
    const { events } = harness.engine.getExecutionHistory({
      executionArn: arn,
      reverseOrder: true,
      maxResults: 2,
    });
    expect(events).toMatchObject([
      {
        id: 25_000,
        type: "ExecutionFailed",
        previousEventId: 24_999,
        executionFailedEventDetails: {
          error: "States.Runtime",
          cause: "The execution reached the maximum number of history events (25000).",
        },
      },
      { id: 24_999 },
    ]);
  });

  it("of 25000 events may end with success", async () => {
    // One event to start, two for each of 12498 visits of Count, two for Enough, and the end.
    const visits = (HISTORY_LIMIT - 4) / 2;
    const machine = {
      StartAt: "Count",
      States: {
        Count: {
          Type: "Choice",
          Choices: [
            {
              Condition: `{% $states.input < ${visits} %}`,
              Output: "{% $states.input + 1 %}",
              Next: "Count",
            },
          ],
          Default: "Enough",
        },
        Enough: { Type: "Succeed" },
      },
    };
    const harness = new Harness();
    const arn = await harness.start(machine, 1);
    const { events } = harness.engine.getExecutionHistory({
      executionArn: arn,
      reverseOrder: true,
      maxResults: 1,
    });
    expect(events).toMatchObject([{ id: HISTORY_LIMIT, type: "ExecutionSucceeded" }]);
  });

  it("is not held in memory while an endless machine fills it: others go on meanwhile", async () => {
    const harness = new Harness();
    harness.engine.loadStateMachine({
      name: "endless",
      definition: { QueryLanguage: "JSONata", ...endless },
    });
    harness.engine.loadStateMachine({
      name: "quick",
      definition: { QueryLanguage: "JSONata", ...single({ Type: "Pass" }) },
    });
    const { executionArn } = await harness.engine.startExecution({ stateMachine: "endless" });
    const quick = await harness.engine.startExecution({ stateMachine: "quick" });
    expect(harness.outcome(quick.executionArn).status).toBe("SUCCEEDED");
    expect(harness.engine.describeExecution({ executionArn }).status).toBe("RUNNING");
    await harness.engine.settled();
  });
});
