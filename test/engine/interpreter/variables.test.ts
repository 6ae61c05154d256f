import { describe, expect, it } from "vitest";
import { Harness, invoke, single } from "../harness.ts";

describe("Assign", () => {
  it("evaluates all of its expressions with the variables as they were", async () => {
    const machine = {
      StartAt: "First",
      States: {
        First: { Type: "Pass", Assign: { a: 1, b: 2 }, Next: "Swap" },
        Swap: {
          Type: "Pass",
          Assign: { a: "{% $b %}", b: "{% $a %}" },
          Output: "{% [$a, $b] %}",
          Next: "Last",
        },
        Last: { Type: "Pass", Output: ["{% $states.input %}", "{% $a %}", "{% $b %}"], End: true },
      },
    };
    expect((await new Harness().run(machine)).output).toBe("[[1,2],2,1]");
  });

  it("is recorded with the event that leaves the state", async () => {
    const { events } = await new Harness().run(single({ Type: "Pass", Assign: { a: { b: [1] }, s: "x" } }));
    expect(events[2]).toMatchObject({
      stateExitedEventDetails: {
        assignedVariables: { a: '{"b":[1]}', s: '"x"' },
        assignedVariablesDetails: { truncated: false },
      },
    });
  });

  it("sees the result of a Task, and survives whatever the state puts out", async () => {
    const machine = {
      StartAt: "T",
      States: {
        T: { ...invoke("f"), Assign: { kept: "{% $states.result.Payload.x %}" }, Output: null, Next: "Use" },
        Use: { Type: "Pass", Output: ["{% $kept %}", "{% $states.input %}"], End: true },
      },
    };
    expect((await new Harness({ f: () => ({ x: "y" }) }).run(machine)).output).toBe('["y",null]');
  });

  it("keeps a list of one a list", async () => {
    const machine = {
      StartAt: "A",
      States: {
        A: { Type: "Pass", Assign: { list: "{% [$states.input.a] %}" }, Next: "B" },
        B: { Type: "Pass", Output: "{% $list %}", End: true },
      },
    };
    expect((await new Harness().run(machine, { a: 1 })).output).toBe("[1]");
  });
});

describe("an expression", () => {
  it.each([
    ["$nothing", "returned nothing (undefined)."],
    ["function($x){$x}", "returned an unsupported result type."],
    ["{'f': $sum}", "returned an unsupported result type."],
    ["/a/", "returned an unsupported result type."],
    [
      "1 + 'a'",
      'threw an error during evaluation. T2002: The right side of the "+" operator must evaluate to a number',
    ],
    ["$parse('{')", "threw an error during evaluation: "],
    ["$eval('1')", "threw an error during evaluation. T1006: Attempted to invoke a non-function"],
    [
      "$range(0, 1e9, 1)",
      "threw an error during evaluation: Expression evaluation memory limit exceeded: Check for excessive memory usage",
    ],
  ])("%s fails its state: it %s", async (source, why) => {
    const { error, cause, events } = await new Harness().run(
      single({ Type: "Pass", Output: { a: `{% ${source} %}` } }),
    );
    const said = `An error occurred while executing the state 'Only' (entered at the event id #2). The JSONata expression '${source}' specified for the field 'Output/a' ${why}`;
    expect(error).toBe("States.QueryEvaluationError");
    expect(cause?.slice(0, said.length)).toBe(said);
    expect(events[2]).toMatchObject({
      type: "EvaluationFailed",
      previousEventId: 2,
      evaluationFailedEventDetails: { error, cause, location: "Output/a", state: "Only" },
    });
  });

  it("that never ends fails its state, and nothing else waits for it", async () => {
    const harness = new Harness({}, { evaluationLimits: { time: 200 } });
    harness.engine.loadStateMachine({
      name: "quick",
      definition: { QueryLanguage: "JSONata", ...single({ Type: "Pass" }) },
    });
    harness.engine.loadStateMachine({
      name: "endless",
      definition: {
        QueryLanguage: "JSONata",
        ...single({ Type: "Pass", Output: "{% ($f := function($x){$f($x)}; $f(1)) %}" }),
      },
    });
    const endless = harness.engine.startExecution({ stateMachine: "endless" });
    const { executionArn } = await harness.engine.startExecution({ stateMachine: "quick" });
    expect(harness.outcome(executionArn).status).toBe("SUCCEEDED");
    const { error, cause } = harness.outcome((await endless).executionArn);
    expect(error).toBe("States.QueryEvaluationError");
    expect(cause).toMatch(/during evaluation: Expression evaluation timeout: Check for infinite loop$/);
  });
});

describe("the context object", () => {
  it("says which execution, machine and state this is", async () => {
    const harness = new Harness();
    const { executionArn, output } = await harness.run(
      single({ Type: "Pass", Output: "{% $states.context %}" }),
      { a: 1 },
    );
    expect(JSON.parse(output ?? "")).toEqual({
      Execution: {
        Id: executionArn,
        Input: { a: 1 },
        StartTime: "2026-01-01T00:00:00Z",
        Name: executionArn.split(":").at(-1),
        RoleArn: "arn:aws:iam::000000000000:role/engine",
        RedriveCount: 0,
      },
      StateMachine: { Id: "arn:aws:states:us-east-1:000000000000:stateMachine:machine", Name: "machine" },
      State: { Name: "Only", EnteredTime: "2026-01-01T00:00:00Z" },
    });
  });

  it("keeps the execution's input and start through all states", async () => {
    const machine = {
      StartAt: "W",
      States: {
        W: { Type: "Wait", Seconds: 60, Output: 0, Next: "Look" },
        Look: {
          Type: "Pass",
          Output: [
            "{% $states.context.Execution.Input.a %}",
            "{% $states.context.Execution.StartTime %}",
            "{% $states.context.State.EnteredTime %}",
            "{% $now() %}",
          ],
          End: true,
        },
      },
    };
    expect(JSON.parse((await new Harness().run(machine, { a: 9 })).output ?? "")).toEqual([
      9,
      "2026-01-01T00:00:00Z",
      "2026-01-01T00:01:00Z",
      "2026-01-01T00:01:00.000Z",
    ]);
  });
});

describe("names that JavaScript knows", () => {
  it("are names like any other", async () => {
    const task = (next: object) => ({ ...invoke("f"), Output: "{% $states.input %}", ...next });
    const harness = new Harness({ f: () => 1 });
    const definition = JSON.stringify({
      QueryLanguage: "JSONata",
      StartAt: "constructor",
      States: {
        constructor: { ...task({ Next: "PROTO" }), Assign: { constructor: 1, toString: 2 } },
        PROTO: task({ Next: "toString" }),
        toString: { Type: "Pass", Output: "{% $constructor + $toString %}", End: true },
      },
    }).replaceAll("PROTO", "__proto__");
    harness.engine.loadStateMachine({ name: "m", definition });
    const { executionArn } = await harness.engine.startExecution({ stateMachine: "m" });
    await harness.engine.settled();
    expect(harness.outcome(executionArn)).toMatchObject({ status: "SUCCEEDED", output: "3" });
    expect(harness.calls.map(({ idempotencyKey }) => idempotencyKey.split("/").at(-1))).toEqual([
      "constructor:1",
      "__proto__:1",
    ]);
  });
});
