import { describe, expect, it } from "vitest";
import { delaySeconds } from "../../../engine/interpreter/recover.ts";
import { Harness, invoke, named } from "../harness.ts";

const fails = (name: string) => () => {
  throw named(name, "on purpose");
};

/** When, in seconds after the start, a function was called. */
function callTimes(harness: Harness, start: number): number[] {
  return harness.times.map((time) => (time - start) / 1000);
}

describe("Retry", () => {
  const retrying = (retry: object[], rest: object = {}) => ({
    StartAt: "T",
    States: { T: { ...invoke("f"), Retry: retry, ...rest, End: true } },
  });

  async function timesOf(retry: object[], random?: number): Promise<number[]> {
    const harness = new Harness({ f: fails("Custom") }, random === undefined ? {} : { random: () => random });
    const start = harness.clock.now();
    const { error } = await harness.run(retrying(retry));
    expect(error).toBe("Custom");
    return callTimes(harness, start);
  }

  it("tries three times again after 1, 2 and 4 seconds where it says nothing else", async () => {
    expect(await timesOf([{ ErrorEquals: ["Custom"] }])).toEqual([0, 1, 3, 7]);
  });

  it("follows IntervalSeconds, BackoffRate and MaxAttempts", async () => {
    const retry = { ErrorEquals: ["Custom"], IntervalSeconds: 10, BackoffRate: 1.5, MaxAttempts: 3 };
    expect(await timesOf([retry])).toEqual([0, 10, 25, 47.5]);
  });

  it("waits no longer than MaxDelaySeconds", async () => {
    const retry = { ErrorEquals: ["Custom"], IntervalSeconds: 4, MaxDelaySeconds: 5, MaxAttempts: 3 };
    expect(await timesOf([retry])).toEqual([0, 4, 9, 14]);
  });

  it("with full jitter waits a random part of the delay", async () => {
    const retry = { ErrorEquals: ["Custom"], IntervalSeconds: 8, JitterStrategy: "FULL", MaxAttempts: 2 };
    expect(await timesOf([retry], 0.25)).toEqual([0, 2, 6]);
  });

  it("with MaxAttempts 0 does not try again", async () => {
    expect(await timesOf([{ ErrorEquals: ["Custom"], MaxAttempts: 0 }])).toEqual([0]);
  });

  it("uses the first retrier that names the error, and goes on to Catch when that one is used up", async () => {
    const retry = [
      { ErrorEquals: ["Other"], MaxAttempts: 9 },
      { ErrorEquals: ["Custom"], MaxAttempts: 1 },
      { ErrorEquals: ["States.ALL"], MaxAttempts: 9 },
    ];
    expect(await timesOf(retry)).toEqual([0, 1]);
  });

  it("counts each retrier by itself", async () => {
    const errors = ["A", "B", "A", "B"];
    const harness = new Harness({ f: () => fails(errors.shift() ?? "Last")() });
    const retry = [
      { ErrorEquals: ["A"], MaxAttempts: 2, BackoffRate: 1 },
      { ErrorEquals: ["B"], MaxAttempts: 2, BackoffRate: 1 },
    ];
    const { error } = await harness.run(retrying(retry));
    expect(error).toBe("Last");
    expect(harness.calls).toHaveLength(5);
  });

  it("schedules the Task anew, with the retries so far in the context", async () => {
    const harness = new Harness({ f: fails("Custom") });
    const machine = retrying([{ ErrorEquals: ["Custom"], MaxAttempts: 2 }], {
      Arguments: { FunctionName: "f", Payload: "{% $states.context.State.RetryCount %}" },
    });
    const { types } = await harness.run(machine);
    expect(harness.calls.map(({ payload }) => payload)).toEqual([0, 1, 2]);
    const once = ["TaskScheduled", "TaskStarted", "TaskFailed"];
    expect(types).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      ...once,
      ...once,
      ...once,
      "ExecutionFailed",
    ]);
  });

  it("keeps the idempotency key of the visit", async () => {
    const harness = new Harness({ f: fails("Custom") });
    await harness.run(retrying([{ ErrorEquals: ["Custom"] }]));
    expect(new Set(harness.calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  });

  it("begins anew when the state is entered again", async () => {
    const harness = new Harness({ f: fails("Custom") });
    const machine = {
      StartAt: "T",
      States: {
        T: {
          ...invoke("f"),
          Retry: [{ ErrorEquals: ["Custom"], MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ["Custom"], Next: "Again" }],
          End: true,
        },
        Again: { Type: "Pass", Assign: { n: "{% $exists($n) ? $n + 1 : 1 %}" }, Next: "Enough" },
        Enough: { Type: "Choice", Choices: [{ Condition: "{% $n < 2 %}", Next: "T" }], Default: "Done" },
        Done: { Type: "Succeed" },
      },
    };
    const { status } = await harness.run(machine);
    expect(status).toBe("SUCCEEDED");
    expect(harness.calls.map(({ idempotencyKey }) => idempotencyKey.split("/").at(-1))).toEqual([
      "T:1",
      "T:1",
      "T:2",
      "T:2",
    ]);
  });
});

describe("a catcher whose own fields fail", () => {
  const failing = { StartAt: "In", States: { In: { Type: "Fail", Error: "Inner" } } };
  const caught = { Catch: [{ ErrorEquals: ["Inner"], Output: "{% 1 + 'x' %}", Next: "Never" }], End: true };

  it.each([
    ["Map", { Type: "Map", Items: [1], ItemProcessor: failing, ...caught }],
    ["Parallel", { Type: "Parallel", Branches: [failing], ...caught }],
  ])("is not caught again, and the %s has failed twice", async (type, state) => {
    const { error, types } = await new Harness().run({
      StartAt: "Only",
      States: { Only: state, Never: { Type: "Pass", End: true } },
    });
    expect(error).toBe("States.QueryEvaluationError");
    expect(types.slice(-4)).toEqual([
      `${type}StateFailed`,
      "EvaluationFailed",
      `${type}StateFailed`,
      "ExecutionFailed",
    ]);
  });
});

describe("the delay before a retry", () => {
  it("grows beyond all bounds only as far as MaxDelaySeconds lets it", () => {
    const retrier = { errorEquals: [], intervalSeconds: 1, backoffRate: 10, maxAttempts: 99 } as const;
    const capped = { ...retrier, maxDelaySeconds: 60, jitterStrategy: "NONE" } as const;
    expect(delaySeconds(capped, 300, () => 1)).toBe(60);
  });
});

describe("Catch", () => {
  const catching = (catchers: object[], rest: object = {}) => ({
    StartAt: "T",
    States: {
      T: { ...invoke("f"), Catch: catchers, ...rest, Next: "Fine" },
      Fine: { Type: "Pass", End: true },
      Caught: {
        Type: "Pass",
        Output: { got: "{% $states.input %}", seen: "{% $exists($e) ? $e : null %}" },
        End: true,
      },
    },
  });

  it("takes the first catcher that names the error and hands it the error output", async () => {
    const harness = new Harness({ f: fails("Custom") });
    const { output, types } = await harness.run(
      catching([
        { ErrorEquals: ["Other"], Next: "Fine" },
        { ErrorEquals: ["Custom"], Next: "Caught" },
      ]),
    );
    const { got } = JSON.parse(output ?? "");
    expect(got.Error).toBe("Custom");
    expect(JSON.parse(got.Cause)).toMatchObject({ errorType: "Custom", errorMessage: "on purpose" });
    expect(types).toContain("TaskStateExited");
  });

  it("evaluates its own Assign and Output, not the state's", async () => {
    const harness = new Harness({ f: fails("Custom") });
    const { output } = await harness.run(
      catching(
        [
          {
            ErrorEquals: ["States.ALL"],
            Assign: { e: "{% $states.errorOutput.Error %}" },
            Output: { was: "{% $states.input.x %}" },
            Next: "Caught",
          },
        ],
        { Assign: { e: "success" }, Output: "success" },
      ),
      { x: 7 },
    );
    expect(JSON.parse(output ?? "")).toEqual({ got: { was: 7 }, seen: "Custom" });
  });

  it("does not catch what happens inside itself", async () => {
    const harness = new Harness({ f: fails("Custom") });
    const { status, error, cause } = await harness.run(
      catching([{ ErrorEquals: ["States.ALL"], Output: "{% $nothing %}", Next: "Caught" }]),
    );
    expect([status, error]).toEqual(["FAILED", "States.QueryEvaluationError"]);
    expect(cause).toMatch(/'Catch\[0\]\/Output'/);
  });

  it("comes after Retry", async () => {
    const harness = new Harness({ f: fails("Custom") });
    const { status } = await harness.run(
      catching([{ ErrorEquals: ["Custom"], Next: "Caught" }], {
        Retry: [{ ErrorEquals: ["Custom"], MaxAttempts: 2 }],
      }),
    );
    expect(status).toBe("SUCCEEDED");
    expect(harness.calls).toHaveLength(3);
  });

  it.each([
    ["States.ALL", "Custom", true],
    ["States.TaskFailed", "Custom", true],
    ["States.Timeout", "Custom", false],
    ["Custom", "Custom", true],
    ["custom", "Custom", false],
  ])("%s takes %s: %s", async (name, error, taken) => {
    const harness = new Harness({ f: fails(error) });
    const { status } = await harness.run(catching([{ ErrorEquals: [name], Next: "Caught" }]));
    expect(status).toBe(taken ? "SUCCEEDED" : "FAILED");
  });

  it("takes a failed query of its state", async () => {
    const harness = new Harness({ f: () => 1 });
    const { status, output } = await harness.run(
      catching([{ ErrorEquals: ["States.QueryEvaluationError"], Next: "Caught" }], {
        Output: "{% $nothing %}",
      }),
    );
    expect(status).toBe("SUCCEEDED");
    expect(JSON.parse(output ?? "").got.Error).toBe("States.QueryEvaluationError");
  });

  it("cannot take an error of the machine itself", async () => {
    const choice = {
      StartAt: "C",
      States: { C: { Type: "Choice", Choices: [{ Condition: false, Next: "S" }] }, S: { Type: "Succeed" } },
    };
    const { status, error, types } = await new Harness().run({
      StartAt: "P",
      States: {
        P: {
          Type: "Parallel",
          Branches: [choice],
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "D" }],
          Next: "D",
        },
        D: { Type: "Succeed" },
      },
    });
    expect([status, error]).toEqual(["FAILED", "States.Runtime"]);
    expect(types.at(-1)).toBe("ExecutionFailed");
    expect(types).not.toContain("ParallelStateFailed");
  });
});
