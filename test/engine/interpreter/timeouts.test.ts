import { describe, expect, it } from "vitest";
import { Harness, invoke, single } from "../harness.ts";

const hang = () => new Promise<never>(() => {});

/** Starts a machine whose function never answers, and returns once it was called. */
async function startHanging(harness: Harness, definition: object): Promise<string> {
  harness.engine.loadStateMachine({
    name: "machine",
    definition: { QueryLanguage: "JSONata", ...definition },
  });
  const { executionArn } = await harness.engine.startExecution({ stateMachine: "machine" });
  while (harness.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
  return executionArn;
}

/** Lets time pass while the function still hangs; only the passing of time can end it. */
async function advance(harness: Harness, seconds: number): Promise<void> {
  harness.clock.advance(seconds * 1000);
  await harness.engine.settled();
}

describe("TimeoutSeconds of a Task", () => {
  it.each([5, "{% 2 + 3 %}"])("ends it with States.Timeout when %j seconds are over", async (seconds) => {
    const harness = new Harness({ f: hang });
    const arn = await startHanging(harness, single({ ...invoke("f"), TimeoutSeconds: seconds }));
    harness.clock.advance(4_999);
    expect(harness.outcome(arn).status).toBe("RUNNING");
    await advance(harness, 0.001);
    const { error, types, events } = harness.outcome(arn);
    expect(error).toBe("States.Timeout");
    expect(types.slice(-3)).toEqual(["TaskStarted", "TaskTimedOut", "ExecutionFailed"]);
    expect(events[2]).toMatchObject({ taskScheduledEventDetails: { timeoutInSeconds: 5 } });
    expect(harness.calls[0]?.signal.aborted).toBe(true);
  });

  it("can be retried and caught, by its own name and by States.ALL but not by States.TaskFailed", async () => {
    const harness = new Harness({ f: hang });
    const machine = {
      StartAt: "T",
      States: {
        T: {
          ...invoke("f"),
          TimeoutSeconds: 5,
          Retry: [{ ErrorEquals: ["States.TaskFailed"] }],
          Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Late" }],
          End: true,
        },
        Late: { Type: "Pass", End: true },
      },
    };
    const arn = await startHanging(harness, machine);
    await advance(harness, 5);
    expect(harness.outcome(arn).output).toBe('{"Error":"States.Timeout","Cause":""}');
    expect(harness.calls).toHaveLength(1);
  });

  it("does not end a Task that has answered", async () => {
    const harness = new Harness({ f: () => 1 });
    const machine = {
      StartAt: "T",
      States: {
        T: { ...invoke("f"), TimeoutSeconds: 5, Next: "W" },
        W: { Type: "Wait", Seconds: 60, End: true },
      },
    };
    const { status } = await harness.run(machine);
    expect(status).toBe("SUCCEEDED");
  });
});

describe("HeartbeatSeconds of a Task that no token belongs to", () => {
  it("bounds its call: a function cannot send heartbeats", async () => {
    const harness = new Harness({ f: hang });
    const arn = await startHanging(harness, single({ ...invoke("f"), HeartbeatSeconds: 2 }));
    await advance(harness, 2);
    expect(harness.outcome(arn).error).toBe("States.Timeout");
  });
});

describe("a Task's times that come from expressions", () => {
  const fields = ["TimeoutSeconds", "HeartbeatSeconds"];
  const values = [0, -1, 1.5, 100_000_000, "5", null];
  it.each(fields.flatMap((field) => values.map((value) => [field, value] as const)))(
    "%s cannot be %j: the query has failed, and nothing is scheduled",
    async (field, value) => {
      const harness = new Harness({ f: () => 1 });
      const { error, cause, types } = await harness.run(
        single({ ...invoke("f"), [field]: "{% $states.input.seconds %}" }),
        { seconds: value },
      );
      expect(error).toBe("States.QueryEvaluationError");
      expect(cause).toContain(`'${field}'`);
      expect(types).toEqual(["ExecutionStarted", "TaskStateEntered", "EvaluationFailed", "ExecutionFailed"]);
      expect(harness.calls).toEqual([]);
    },
  );
});

describe("TimeoutSeconds of the machine", () => {
  it("ends the execution as timed out, whatever it waits for", async () => {
    const harness = new Harness();
    const arn = await harness.start({
      TimeoutSeconds: 30,
      StartAt: "P",
      States: {
        P: {
          Type: "Parallel",
          Branches: [{ StartAt: "W", States: { W: { Type: "Wait", Seconds: 1_000, End: true } } }],
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "D" }],
          Next: "D",
        },
        D: { Type: "Succeed" },
      },
    });
    await harness.pass(29.999);
    expect(harness.outcome(arn).status).toBe("RUNNING");
    await harness.pass(0.001);
    const outcome = harness.outcome(arn);
    expect(outcome.status).toBe("TIMED_OUT");
    expect(outcome).not.toHaveProperty("error");
    expect(outcome.events.at(-1)).toMatchObject({
      type: "ExecutionTimedOut",
      previousEventId: 0,
      executionTimedOutEventDetails: { error: "States.Timeout" },
    });
    expect(harness.engine.nextDue()).toBeUndefined();
  });

  it("does not touch an execution that has ended", async () => {
    const harness = new Harness();
    const { executionArn } = await harness.run({ TimeoutSeconds: 5, ...single({ Type: "Pass" }) });
    await harness.pass(60);
    expect(harness.outcome(executionArn).status).toBe("SUCCEEDED");
  });
});
