import { describe, expect, it } from "vitest";
import { Harness, invoke, single, TOKEN_PAYLOAD, tokenIn } from "../harness.ts";

const waiting = { QueryLanguage: "JSONata", ...single({ Type: "Wait", Seconds: 1_000 }) };
const passing = { QueryLanguage: "JSONata", ...single({ Type: "Pass" }) };

describe("loadStateMachine", () => {
  it("lets a running execution keep the definition it began with", async () => {
    const harness = new Harness();
    const machine = (output: string) => ({
      QueryLanguage: "JSONata",
      StartAt: "W",
      States: { W: { Type: "Wait", Seconds: 10, Next: "P" }, P: { Type: "Pass", Output: output, End: true } },
    });
    harness.engine.loadStateMachine({ name: "m", definition: machine("old") });
    const { executionArn: first } = await harness.engine.startExecution({ stateMachine: "m" });
    harness.engine.loadStateMachine({ name: "m", definition: machine("new") });
    const { executionArn: second } = await harness.engine.startExecution({ stateMachine: "m" });
    await harness.pass(10);
    expect([first, second].map((arn) => harness.outcome(arn).output)).toEqual(['"old"', '"new"']);
  });
});

describe("StartExecution", () => {
  it("with the same name and input while it runs gives the execution that runs", async () => {
    const harness = new Harness();
    harness.engine.loadStateMachine({ name: "m", definition: waiting });
    const start = () => harness.engine.startExecution({ stateMachine: "m", name: "once", input: '{"a":1}' });
    const first = await start();
    harness.clock.advance(1_000);
    expect(await start()).toEqual(first);
    expect(await Promise.all([start(), start()])).toEqual([first, first]);
    expect(harness.engine.listExecutions().executions).toHaveLength(1);
  });

  it("is idempotent when both come at once", async () => {
    const harness = new Harness({ f: () => 1 });
    harness.engine.loadStateMachine({
      name: "m",
      definition: { QueryLanguage: "JSONata", ...single(invoke("f")) },
    });
    const start = () => harness.engine.startExecution({ stateMachine: "m", name: "once" });
    const [first, second] = await Promise.all([start(), start()]);
    await harness.engine.settled();
    expect(second).toEqual(first);
    expect(harness.calls).toHaveLength(1);
  });

  it.each([
    ["another input", '{"a":2}', false],
    ["an execution that has ended", '{"a":1}', true],
  ])("with a name that belongs to %s is refused", async (_, input, end) => {
    const harness = new Harness();
    harness.engine.loadStateMachine({ name: "m", definition: waiting });
    const first = { stateMachine: "m", name: "once", input: '{"a":1}' };
    const { executionArn } = await harness.engine.startExecution(first);
    if (end) await harness.engine.stopExecution({ executionArn });
    await expect(harness.engine.startExecution({ ...first, input })).rejects.toMatchObject({
      name: "ExecutionAlreadyExists",
      message: `Execution Already Exists: '${executionArn}'`,
    });
  });

  it.each([
    [{ stateMachine: "nowhere" }, "StateMachineDoesNotExist"],
    [{ stateMachine: "m", name: "a b" }, "InvalidName"],
    [{ stateMachine: "m", input: "not json" }, "InvalidExecutionInput"],
    [{ stateMachine: "arn:aws:states:x:1:activity:m" }, "InvalidArn"],
  ])("%j is refused as %s", async (input, name) => {
    const harness = new Harness();
    harness.engine.loadStateMachine({ name: "m", definition: passing });
    await expect(harness.engine.startExecution(input)).rejects.toMatchObject({ name });
  });

  it("keeps the input's text as it was written", async () => {
    const harness = new Harness();
    harness.engine.loadStateMachine({ name: "m", definition: passing });
    const { executionArn } = await harness.engine.startExecution({ stateMachine: "m", input: "[1,  2]" });
    await harness.engine.settled();
    expect(harness.outcome(executionArn)).toMatchObject({ input: "[1,  2]", output: "[1,  2]" });
  });
});

describe("StopExecution", () => {
  it("aborts an execution wherever it stands, with an error and a cause, and its calls with it", async () => {
    const harness = new Harness({ f: () => new Promise(() => {}) });
    harness.engine.loadStateMachine({
      name: "m",
      definition: { QueryLanguage: "JSONata", ...single(invoke("f")) },
    });
    const { executionArn } = await harness.engine.startExecution({ stateMachine: "m" });
    while (harness.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const { stopDate } = await harness.engine.stopExecution({
      executionArn,
      error: "Enough",
      cause: "of this",
    });
    await harness.engine.settled();
    const outcome = harness.outcome(executionArn);
    expect(outcome).toMatchObject({ status: "ABORTED", error: "Enough", cause: "of this", stopDate });
    expect(outcome.events.at(-1)).toMatchObject({
      type: "ExecutionAborted",
      previousEventId: 0,
      executionAbortedEventDetails: { error: "Enough", cause: "of this" },
    });
    expect(harness.calls[0]?.signal.aborted).toBe(true);
  });

  it("voids the tokens of what it aborts", async () => {
    const harness = new Harness({ f: () => null });
    const state = {
      ...invoke("f", TOKEN_PAYLOAD),
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
    };
    const executionArn = await harness.start(single(state));
    await harness.engine.stopExecution({ executionArn });
    const answer = harness.engine.sendTaskSuccess({
      taskToken: tokenIn(harness.calls[0]!),
      output: "1",
    });
    await expect(answer).rejects.toMatchObject({ name: "TaskTimedOut" });
  });

  it("does not change an execution that has ended", async () => {
    const harness = new Harness();
    const { executionArn, stopDate } = await harness.run(single({ Type: "Pass" }));
    await harness.pass(60);
    expect(await harness.engine.stopExecution({ executionArn })).toEqual({ stopDate });
    expect(harness.outcome(executionArn).status).toBe("SUCCEEDED");
  });

  it.each([
    ["arn:aws:states:us-east-1:000000000000:execution:m:none", "ExecutionDoesNotExist"],
    ["none", "InvalidArn"],
  ])("of %s is refused as %s", async (executionArn, name) => {
    await expect(new Harness().engine.stopExecution({ executionArn })).rejects.toMatchObject({ name });
  });

  it("says no more than the service takes: an error of 256 and a cause of 32768 characters", async () => {
    const harness = new Harness();
    const executionArn = await harness.start(single({ Type: "Wait", Seconds: 5 }));
    const stop = (error: number, cause: number) =>
      harness.engine.stopExecution({ executionArn, error: "e".repeat(error), cause: "c".repeat(cause) });
    await expect(stop(257, 1)).rejects.toMatchObject({ name: "ValidationException" });
    await expect(stop(1, 32_769)).rejects.toMatchObject({ name: "ValidationException" });
    expect(harness.outcome(executionArn).status).toBe("RUNNING");
    await stop(256, 32_768);
    expect(harness.outcome(executionArn).status).toBe("ABORTED");
  });
});

describe("DescribeExecution", () => {
  it("says how an execution stands and how it ended", async () => {
    const harness = new Harness();
    const executionArn = await harness.start(single({ Type: "Wait", Seconds: 5 }), { a: 1 }, "named");
    expect(harness.engine.describeExecution({ executionArn })).toEqual({
      executionArn,
      stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:machine",
      name: "named",
      status: "RUNNING",
      startDate: new Date("2026-01-01T00:00:00Z"),
      input: '{"a":1}',
      inputDetails: { included: true },
      redriveCount: 0,
    });
    await harness.pass(5);
    expect(harness.engine.describeExecution({ executionArn })).toMatchObject({
      status: "SUCCEEDED",
      stopDate: new Date("2026-01-01T00:00:05Z"),
      output: '{"a":1}',
      outputDetails: { included: true },
    });
  });
});

describe("ListExecutions", () => {
  async function some(): Promise<Harness> {
    const harness = new Harness();
    harness.engine.loadStateMachine({ name: "passing", definition: passing });
    harness.engine.loadStateMachine({ name: "waiting", definition: waiting });
    for (let i = 0; i < 7; i++) {
      await harness.engine.startExecution({
        stateMachine: i % 3 === 0 ? "waiting" : "passing",
        name: `e${i}`,
      });
    }
    await harness.engine.settled();
    return harness;
  }

  it("gives the latest first, of all machines or of one, with any status or one", async () => {
    const { engine } = await some();
    const names = (input: object) => engine.listExecutions(input).executions.map(({ name }) => name);
    expect(names({})).toEqual(["e6", "e5", "e4", "e3", "e2", "e1", "e0"]);
    expect(names({ stateMachineArn: "waiting" })).toEqual(["e6", "e3", "e0"]);
    expect(names({ status: "SUCCEEDED" })).toEqual(["e5", "e4", "e2", "e1"]);
    expect(names({ stateMachineArn: "waiting", status: "SUCCEEDED" })).toEqual([]);
  });

  it("gives every execution once, page by page, while new ones begin", async () => {
    const { engine } = await some();
    const seen: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = engine.listExecutions({ maxResults: 2, ...(nextToken ? { nextToken } : {}) });
      seen.push(...page.executions.map(({ name }) => name));
      nextToken = page.nextToken;
      await engine.startExecution({ stateMachine: "passing" });
    } while (nextToken);
    expect(seen).toEqual(["e6", "e5", "e4", "e3", "e2", "e1", "e0"]);
  });

  it("refuses a page of another listing, too large a page, and a machine that is not there", async () => {
    const { engine } = await some();
    const { nextToken } = engine.listExecutions({ maxResults: 1 });
    const refusal = (input: object) => expect(() => engine.listExecutions(input));
    refusal({ status: "FAILED", nextToken }).toThrow(expect.objectContaining({ name: "InvalidToken" }));
    refusal({ nextToken: "mine" }).toThrow(expect.objectContaining({ name: "InvalidToken" }));
    refusal({ maxResults: 1_001 }).toThrow(expect.objectContaining({ name: "ValidationException" }));
    refusal({ stateMachineArn: "none" }).toThrow(
      expect.objectContaining({ name: "StateMachineDoesNotExist" }),
    );
  });
});

describe("GetExecutionHistory", () => {
  it.each([1, 2, 3, 7, 1_000])(
    "gives every event once in pages of %i, forwards and backwards",
    async (maxResults) => {
      const harness = new Harness({ f: () => 1 });
      const machine = {
        StartAt: "A",
        States: {
          A: { ...invoke("f"), Next: "B" },
          B: { ...invoke("f"), Next: "W" },
          W: { Type: "Wait", Seconds: 1, End: true },
        },
      };
      const { executionArn, events } = await harness.run(machine);
      for (const reverseOrder of [false, true]) {
        const ids: number[] = [];
        let nextToken: string | undefined;
        do {
          const page = harness.engine.getExecutionHistory({
            executionArn,
            maxResults,
            reverseOrder,
            ...(nextToken ? { nextToken } : {}),
          });
          expect(page.events.length).toBeLessThanOrEqual(maxResults);
          ids.push(...page.events.map(({ id }) => id));
          nextToken = page.nextToken;
        } while (nextToken);
        const all = events.map(({ id }) => id);
        expect(ids).toEqual(reverseOrder ? all.reverse() : all);
      }
    },
  );

  it("says that payloads are whole, and when each event happened", async () => {
    const { events } = await new Harness().run(single({ Type: "Wait", Seconds: 5 }));
    expect(events[2]).toEqual({
      id: 3,
      previousEventId: 2,
      type: "WaitStateExited",
      timestamp: new Date("2026-01-01T00:00:05Z"),
      stateExitedEventDetails: { name: "Only", output: "{}", outputDetails: { truncated: false } },
    });
  });

  it("does not take the page of another execution", async () => {
    const harness = new Harness();
    const one = await harness.run(single({ Type: "Pass" }));
    const two = await harness.run(single({ Type: "Pass" }));
    const { nextToken } = harness.engine.getExecutionHistory({
      executionArn: one.executionArn,
      maxResults: 1,
    });
    expect(() =>
      harness.engine.getExecutionHistory({ executionArn: two.executionArn, nextToken: nextToken! }),
    ).toThrow(expect.objectContaining({ name: "InvalidToken" }));
  });

  it.each([
    ["arn:aws:states:us-east-1:000000000000:execution:m:none", "ExecutionDoesNotExist"],
    ["none", "InvalidArn"],
  ])("of %s is refused as %s", (executionArn, name) => {
    const { engine } = new Harness();
    const refusal = expect.objectContaining({ name });
    expect(() => engine.getExecutionHistory({ executionArn })).toThrow(refusal);
    expect(() => engine.describeExecution({ executionArn })).toThrow(refusal);
  });
});
