import { describe, expect, it } from "vitest";
import { Harness, single } from "../harness.ts";

describe("a Pass state", () => {
  it("puts out what it takes in", async () => {
    const { output } = await new Harness().run(single({ Type: "Pass" }), { a: [1, null] });
    expect(output).toBe('{"a":[1,null]}');
  });

  it("puts out what Output says, with expressions anywhere in it", async () => {
    const { output } = await new Harness().run(
      single({
        Type: "Pass",
        Output: { sum: "{% $states.input.a + 1 %}", list: ["{% $states.input.a %}", " {% no %} "] },
      }),
      { a: 1 },
    );
    expect(JSON.parse(output ?? "")).toEqual({ sum: 2, list: [1, " {% no %} "] });
  });
});

describe("a Succeed state", () => {
  it("ends the execution with its output, although states come after it in the definition", async () => {
    const { status, output, types } = await new Harness().run({
      StartAt: "Enough",
      States: { Enough: { Type: "Succeed", Output: { done: true } } },
    });
    expect([status, output]).toEqual(["SUCCEEDED", '{"done":true}']);
    expect(types).toEqual([
      "ExecutionStarted",
      "SucceedStateEntered",
      "SucceedStateExited",
      "ExecutionSucceeded",
    ]);
  });
});

describe("a Fail state", () => {
  it("fails the execution with its error and cause, which may be expressions", async () => {
    const { status, error, cause, types } = await new Harness().run(
      {
        StartAt: "F",
        States: {
          F: { Type: "Fail", Error: "{% $states.input.e %}", Cause: "{% 'for ' & $states.input.e %}" },
        },
      },
      { e: "Custom" },
    );
    expect([status, error, cause]).toEqual(["FAILED", "Custom", "for Custom"]);
    expect(types).toEqual(["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]);
  });

  it("may say neither", async () => {
    const outcome = await new Harness().run({ StartAt: "F", States: { F: { Type: "Fail" } } });
    expect(outcome.status).toBe("FAILED");
    expect(outcome).not.toHaveProperty("error");
    expect(outcome.events.at(-1)).toMatchObject({ executionFailedEventDetails: {} });
  });

  it("must give text: another type is a failed query", async () => {
    const { error, cause } = await new Harness().run({
      StartAt: "F",
      States: { F: { Type: "Fail", Cause: "{% 42 %}" } },
    });
    expect(error).toBe("States.QueryEvaluationError");
    expect(cause).toBe(
      "An error occurred while executing the state 'F' (entered at the event id #2). The JSONata expression '42' specified for the field 'Cause' returned an unexpected result type. Expected 'string', but was 'number' for value: 42",
    );
  });
});

describe("a Choice state", () => {
  const choice = (rest: object = {}) => ({
    StartAt: "Pick",
    States: {
      Pick: {
        Type: "Choice",
        Choices: [
          { Condition: "{% $states.input.n = 1 %}", Next: "One", Assign: { picked: 1 }, Output: "one" },
          { Condition: "{% $states.input.n > 1 %}", Next: "More" },
        ],
        ...rest,
      },
      One: { Type: "Pass", Output: "{% $states.input & $string($picked) %}", End: true },
      More: { Type: "Pass", End: true },
      Other: { Type: "Pass", End: true },
    },
  });
  const withDefault = { Default: "Other", Output: "default" };

  it("takes the first choice that is true, with that choice's Assign and Output", async () => {
    expect((await new Harness().run(choice(withDefault), { n: 1 })).output).toBe('"one1"');
  });

  it("passes its input on where the choice has no Output", async () => {
    expect((await new Harness().run(choice(withDefault), { n: 2 })).output).toBe('{"n":2}');
  });

  it("goes to Default, with its own Output, when no choice is true", async () => {
    expect((await new Harness().run(choice(withDefault), { n: 0 })).output).toBe('"default"');
  });

  it("without a Default fails the execution when no choice is true", async () => {
    const machine = choice() as { States: Record<string, object> };
    delete machine.States["Other"];
    const { status, error, cause, types } = await new Harness().run(machine, { n: 0 });
    expect([status, error]).toEqual(["FAILED", "States.Runtime"]);
    expect(cause).toMatch(/Failed to transition out of the state/);
    expect(types).toEqual(["ExecutionStarted", "ChoiceStateEntered", "ExecutionFailed"]);
  });

  it("needs true or false: anything else is a failed query", async () => {
    const machine = {
      StartAt: "Pick",
      States: {
        Pick: { Type: "Choice", Choices: [{ Condition: "{% 'yes' %}", Next: "A" }], Default: "A" },
        A: { Type: "Pass", End: true },
      },
    };
    const { error, cause, types } = await new Harness().run(machine);
    expect(error).toBe("States.QueryEvaluationError");
    expect(cause).toMatch(/'Choices\[0\]\/Condition' returned an unexpected result type. Expected 'boolean'/);
    expect(types).toEqual(["ExecutionStarted", "ChoiceStateEntered", "EvaluationFailed", "ExecutionFailed"]);
  });
});

describe("a Wait state", () => {
  const waitFor = (seconds: unknown) => single({ Type: "Wait", Seconds: seconds });

  it("waits as long as Seconds says, which may be an expression", async () => {
    const harness = new Harness();
    const arn = await harness.start(waitFor("{% $states.input.s %}"), { s: 90 });
    await harness.pass(89);
    expect(harness.outcome(arn).status).toBe("RUNNING");
    await harness.pass(1);
    expect(harness.outcome(arn).status).toBe("SUCCEEDED");
  });

  it("waits until Timestamp, in whatever offset it is written", async () => {
    const harness = new Harness();
    const arn = await harness.start(single({ Type: "Wait", Timestamp: "2026-01-01T02:01:00.500+02:00" }));
    await harness.pass(60);
    expect(harness.outcome(arn).status).toBe("RUNNING");
    await harness.pass(1);
    expect(harness.outcome(arn).status).toBe("SUCCEEDED");
  });

  it("does not wait for a time that has passed", async () => {
    const harness = new Harness();
    const arn = await harness.start(single({ Type: "Wait", Timestamp: "2016-12-05T21:29:29Z" }));
    expect(harness.outcome(arn).status).toBe("SUCCEEDED");
  });

  it("waits a year without holding anything in memory but the next wake-up", async () => {
    const harness = new Harness();
    const arn = await harness.start(waitFor(365 * 24 * 3_600));
    expect(harness.engine.nextDue()).toEqual(new Date(harness.clock.now() + 365 * 24 * 3_600_000));
    await harness.fastForward(arn);
    expect(harness.outcome(arn).status).toBe("SUCCEEDED");
  });

  it.each([-1, 1.5, "soon"])("cannot wait %j seconds", async (seconds) => {
    const { error, types } = await new Harness().run(waitFor("{% $states.input.s %}"), { s: seconds });
    expect(error).toBe("States.QueryEvaluationError");
    expect(types).toEqual(["ExecutionStarted", "WaitStateEntered", "EvaluationFailed", "ExecutionFailed"]);
  });

  it("cannot wait for longer than 2^31 seconds", async () => {
    const { error, cause } = await new Harness().run(
      single({ Type: "Wait", Timestamp: "2226-01-01T00:00:00Z" }),
    );
    expect(error).toBe("States.Runtime");
    expect(cause).toMatch(/Wait state delay is too long/);
  });
});
