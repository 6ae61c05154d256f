import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../../../engine/verbs/history.ts";
import { Harness, invoke, named, single, TOKEN_PAYLOAD, tokenIn } from "../harness.ts";

const ARN = "arn:aws:lambda:us-east-1:111111111111:function:f";
const WHOLE = { truncated: false };

/** An event's details by their name, and nothing else. */
function detailsOf({ id: _, previousEventId: __, type: ___, timestamp: ____, ...details }: HistoryEvent) {
  return details;
}

/** The details of the first event of a type. */
function first(events: HistoryEvent[], type: string): object {
  const event = events.find((one) => one.type === type);
  if (!event) throw new Error(`there is no ${type}`);
  return detailsOf(event);
}

describe("the details of an event", () => {
  it("of an execution are its input and role, its output, or its error and cause", async () => {
    const { events } = await new Harness().run(single({ Type: "Pass" }), { a: 1 });
    expect(first(events, "ExecutionStarted")).toEqual({
      executionStartedEventDetails: {
        input: '{"a":1}',
        inputDetails: WHOLE,
        roleArn: "arn:aws:iam::000000000000:role/engine",
      },
    });
    expect(first(events, "ExecutionSucceeded")).toEqual({
      executionSucceededEventDetails: { output: '{"a":1}', outputDetails: WHOLE },
    });
    const failed = await new Harness().run(single({ Type: "Fail", Error: "E", Cause: "C", End: undefined }));
    expect(first(failed.events, "ExecutionFailed")).toEqual({
      executionFailedEventDetails: { error: "E", cause: "C" },
    });
  });

  it("of a state are its name with what goes in, or what comes out and what it assigns", async () => {
    const { events } = await new Harness().run(single({ Type: "Pass", Output: 1, Assign: { v: { a: [] } } }));
    expect(first(events, "PassStateEntered")).toEqual({
      stateEnteredEventDetails: { name: "Only", input: "{}", inputDetails: WHOLE },
    });
    expect(first(events, "PassStateExited")).toEqual({
      stateExitedEventDetails: {
        name: "Only",
        output: "1",
        outputDetails: WHOLE,
        assignedVariables: { v: '{"a":[]}' },
        assignedVariablesDetails: WHOLE,
      },
    });
  });

  it("of a function called by its ARN are the function, its input and limits, and what it gave", async () => {
    const state = {
      Type: "Task",
      Resource: ARN,
      Arguments: { a: 1 },
      TimeoutSeconds: 9,
      HeartbeatSeconds: 3,
    };
    const { events } = await new Harness({ [ARN]: () => "b" }).run(single(state));
    expect(events.slice(2, 5).map(detailsOf)).toEqual([
      {
        lambdaFunctionScheduledEventDetails: {
          resource: ARN,
          input: '{"a":1}',
          inputDetails: WHOLE,
          timeoutInSeconds: 9,
          heartbeatInSeconds: 3,
        },
      },
      {},
      { lambdaFunctionSucceededEventDetails: { output: '"b"', outputDetails: WHOLE } },
    ]);
    const fails = new Harness({
      [ARN]: () => {
        throw named("Wrong");
      },
    });
    expect(first((await fails.run(single(state))).events, "LambdaFunctionFailed")).toEqual({
      lambdaFunctionFailedEventDetails: { error: "Wrong", cause: expect.stringContaining("no reason") },
    });
  });

  it("of a service's Task name the service, with the call, its limits and role, and its answer", async () => {
    const what = { resourceType: "lambda", resource: "invoke.waitForTaskToken" };
    const harness = new Harness({ f: () => null });
    const state = {
      ...invoke("f", TOKEN_PAYLOAD),
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
      TimeoutSeconds: 90,
      HeartbeatSeconds: "{% 30 %}",
      Credentials: { RoleArn: "arn:aws:iam::1:role/x" },
    };
    const executionArn = await harness.start(single(state));
    await harness.engine.sendTaskSuccess({ taskToken: tokenIn(harness.calls[0]!), output: '"b"' });
    await harness.engine.settled();
    const { events } = harness.outcome(executionArn);
    expect(events.slice(2, 6).map(detailsOf)).toEqual([
      {
        taskScheduledEventDetails: {
          ...what,
          region: "us-east-1",
          parameters: expect.stringContaining('"FunctionName":"f"'),
          timeoutInSeconds: 90,
          heartbeatInSeconds: 30,
          taskCredentials: { roleArn: "arn:aws:iam::1:role/x" },
        },
      },
      { taskStartedEventDetails: what },
      {
        taskSubmittedEventDetails: {
          ...what,
          output: expect.stringContaining('"ExecutedVersion"'),
          outputDetails: WHOLE,
        },
      },
      { taskSucceededEventDetails: { ...what, output: '"b"', outputDetails: WHOLE } },
    ]);
  });

  it("of a Task that failed or was too late are its error, and a cause where there is one", async () => {
    const what = { resourceType: "lambda", resource: "invoke" };
    const fails = new Harness({
      f: () => {
        throw named("Wrong");
      },
    });
    expect(first((await fails.run(single(invoke("f")))).events, "TaskFailed")).toEqual({
      taskFailedEventDetails: { ...what, error: "Wrong", cause: expect.stringContaining("no reason") },
    });
    const asks = new Harness({ f: () => null });
    const late = {
      ...invoke("f"),
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
      TimeoutSeconds: 5,
    };
    expect(first((await asks.run(single(late))).events, "TaskTimedOut")).toEqual({
      taskTimedOutEventDetails: {
        ...what,
        resource: "invoke.waitForTaskToken",
        error: "States.Timeout",
      },
    });
  });

  it("of a query that failed say where, in which state and why", async () => {
    const { events } = await new Harness().run(single({ Type: "Pass", Output: { a: ["{% $nothing %}"] } }));
    expect(first(events, "EvaluationFailed")).toEqual({
      evaluationFailedEventDetails: {
        error: "States.QueryEvaluationError",
        cause:
          "An error occurred while executing the state 'Only' (entered at the event id #2). The JSONata expression '$nothing' specified for the field 'Output/a[0]' returned nothing (undefined).",
        location: "Output/a[0]",
        state: "Only",
      },
    });
  });

  it("of a Map are how many items it has, and of an iteration which one it is", async () => {
    const inner = { StartAt: "In", States: { In: { Type: "Pass", End: true } } };
    const { events } = await new Harness().run(single({ Type: "Map", ItemProcessor: inner }), ["x"]);
    const iteration = { name: "Only", index: 0 };
    expect(first(events, "MapStateStarted")).toEqual({ mapStateStartedEventDetails: { length: 1 } });
    expect(first(events, "MapIterationStarted")).toEqual({ mapIterationStartedEventDetails: iteration });
    expect(first(events, "MapIterationSucceeded")).toEqual({
      mapIterationSucceededEventDetails: iteration,
    });
    expect(first(events, "MapStateSucceeded")).toEqual({});
  });
});
