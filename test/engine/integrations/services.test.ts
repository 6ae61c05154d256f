import { describe, expect, it } from "vitest";
import type { PutEventsRequest, SendMessageRequest } from "../../../engine/integrations/ports.ts";
import { Harness, invoke, named, single } from "../harness.ts";

const ARN = "arn:aws:lambda:us-east-1:111111111111:function:f";

describe("a function called by its own ARN", () => {
  const machine = single({ Type: "Task", Resource: ARN, Arguments: { a: "{% $states.input.x %}" } });

  it("is given the Arguments, and its answer is the result", async () => {
    const harness = new Harness({ [ARN]: () => ({ ok: true }) });
    const { output, events } = await harness.run(machine, { x: 1 });
    expect(output).toBe('{"ok":true}');
    expect(harness.calls[0]).toMatchObject({ functionName: ARN, payload: { a: 1 }, stateName: "Only" });
    expect(events.slice(2, 5)).toMatchObject([
      {
        type: "LambdaFunctionScheduled",
        lambdaFunctionScheduledEventDetails: { resource: ARN, input: '{"a":1}' },
      },
      { type: "LambdaFunctionStarted" },
      { type: "LambdaFunctionSucceeded", lambdaFunctionSucceededEventDetails: { output: '{"ok":true}' } },
    ]);
  });

  it("is given the state's input where there are no Arguments", async () => {
    const harness = new Harness({ [ARN]: ({ payload }) => payload });
    expect((await harness.run(single({ Type: "Task", Resource: ARN }), { x: 1 })).output).toBe('{"x":1}');
  });

  it("that answers nothing answers null", async () => {
    expect((await new Harness({ [ARN]: () => undefined }).run(machine, { x: 1 })).output).toBe("null");
  });
});

describe("lambda:invoke", () => {
  it("gives the response of the service around the function's answer", async () => {
    const { output } = await new Harness({ f: ({ payload }) => ({ got: payload }) }).run(
      single(invoke("f", { n: 1 })),
    );
    expect(JSON.parse(output ?? "")).toEqual({
      ExecutedVersion: "$LATEST",
      Payload: { got: { n: 1 } },
      SdkHttpMetadata: {
        AllHttpHeaders: expect.objectContaining({ "X-Amz-Executed-Version": ["$LATEST"] }),
        HttpHeaders: {
          "X-Amz-Executed-Version": "$LATEST",
          "x-amzn-Remapped-Content-Length": "0",
          Connection: "keep-alive",
          "Content-Length": "15",
          "Content-Type": "application/json",
          Date: "Thu, 01 Jan 2026 00:00:00 GMT",
          "x-amzn-RequestId": expect.any(String),
        },
        HttpStatusCode: 200,
      },
      SdkResponseMetadata: { RequestId: expect.any(String) },
      StatusCode: 200,
    });
  });

  it("fails with the function's error: its name, and its message and trace in the cause", async () => {
    const harness = new Harness({
      f: () => {
        throw named("TooBig", "it is too big");
      },
    });
    const { error, cause } = await harness.run(single(invoke("f")));
    expect(error).toBe("TooBig");
    expect(JSON.parse(cause ?? "")).toEqual({
      errorType: "TooBig",
      errorMessage: "it is too big",
      trace: expect.arrayContaining([expect.stringContaining("services.test.ts")]),
    });
  });

  it.each([
    ["nobody", "nobody"],
    ["arn:aws:lambda:eu-west-1:222222222222:function:nobody", "nobody"],
  ])("of a function that is not there (%s) fails as the service does", async (name) => {
    const { error, cause } = await new Harness().run(single(invoke(name)));
    expect(error).toBe("Lambda.ResourceNotFoundException");
    expect(cause).toMatch(
      /^Function not found: arn:aws:lambda:[a-z0-9-]+:\d{12}:function:nobody:\$LATEST \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    );
  });

  it("says which role it was called with", async () => {
    const state = { ...invoke("f"), Credentials: { RoleArn: "{% $states.input.role %}" } };
    const { events } = await new Harness({ f: () => 1 }).run(single(state), {
      role: "arn:aws:iam::1:role/x",
    });
    expect(events[2]).toMatchObject({
      taskScheduledEventDetails: { taskCredentials: { roleArn: "arn:aws:iam::1:role/x" } },
    });
  });

  it.each(["{% null %}", { RoleArn: "{% 5 %}" }])(
    "cannot be called with a role that is none: %j",
    async (Credentials) => {
      const harness = new Harness({ f: () => 1 });
      const { error, types } = await harness.run(single({ ...invoke("f"), Credentials }));
      expect(error).toBe("States.QueryEvaluationError");
      expect(types).not.toContain("TaskScheduled");
      expect(harness.errors).toEqual([]);
    },
  );

  it.each([
    ["text, which is the JSON it holds", '"[1, 2]"', [1, 2]],
    ["no payload, which is an empty object", undefined, {}],
    ["null, which is no payload", "null", {}],
    ["text with null in it", '"null"', null],
  ])("may be given %s", async (_, payload, expected) => {
    const harness = new Harness({ f: () => 1 });
    const state = {
      ...invoke("f"),
      Arguments: { FunctionName: "f", Payload: payload && JSON.parse(payload) },
    };
    await harness.run(single(state));
    expect(harness.calls.map((call) => call.payload)).toEqual([expected]);
  });

  it("does not call a function with text that is not JSON", async () => {
    const harness = new Harness({ f: () => 1 });
    const { error, cause } = await harness.run(single(invoke("f", "plain words")));
    expect(error).toBe("Lambda.InvalidRequestContentException");
    expect(cause).toMatch(/^Could not parse request body into json: .*Status Code: 400/);
    expect(harness.calls).toEqual([]);
  });

  it("calls the version that Qualifier names", async () => {
    const harness = new Harness({ "f:live": () => 1 });
    const state = { ...invoke("f"), Arguments: { FunctionName: "f", Qualifier: "live" } };
    expect((await harness.run(single(state))).status).toBe("SUCCEEDED");
  });

  it.each([
    ["{}", "The field 'FunctionName' is required but was missing"],
    ["{'FunctionName': 5}", "The value for the field 'FunctionName' must be a STRING"],
    ["{'FunctionName': 'f', 'LogType': 'Tail'}", "The field 'LogType' is not supported by Step Functions"],
    ["{'FunctionName': 'f', 'InvocationType': 'Event'}", "The engine waits for what a function answers"],
    ["[1]", "The value must be an object"],
  ])("with Arguments %s ends the execution before anything is scheduled", async (expression, why) => {
    const harness = new Harness({ f: () => 1 });
    const state = {
      ...invoke("f"),
      Arguments: `{% ${expression} %}`,
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Only" }],
    };
    const { events, error, cause } = await harness.run(single(state));
    expect(error).toBe("States.Runtime");
    expect(cause).toMatch(
      /^An error occurred while executing the state 'Only' \(entered at the event id #2\)\. The Parameters '.*' could not be used to start the Task: \[.*\]$/,
    );
    expect(cause).toContain(`[${why}`);
    expect(events.slice(1)).toMatchObject([
      { type: "TaskStateEntered" },
      { type: "ExecutionFailed", previousEventId: 2 },
    ]);
    expect(harness.calls).toEqual([]);
  });
});

describe("events:putEvents", () => {
  const machine = single({
    Type: "Task",
    Resource: "arn:aws:states:::events:putEvents",
    Arguments: { Entries: [{ Source: "s", DetailType: "t", Detail: { x: "{% $states.input.x %}" } }] },
  });

  it("hands the entries over, their details as text, under the visit's key", async () => {
    const requests: [PutEventsRequest, string][] = [];
    const events = {
      putEvents: async (request: PutEventsRequest, key: string) => {
        requests.push([request, key]);
        return { FailedEntryCount: 0, Entries: [{ EventId: "e1" }] };
      },
    };
    const { output } = await new Harness({}, { events }).run(machine, { x: 1 });
    expect(output).toBe('{"Entries":[{"EventId":"e1"}],"FailedEntryCount":0}');
    const entry = { Source: "s", DetailType: "t", Detail: '{"x":1}', Resources: expect.any(Array) };
    expect(requests).toEqual([[{ Entries: [entry] }, expect.stringMatching(/\/Only:1$/)]]);
  });

  it("says in each entry which machine and which execution it comes from, after the machine's own resources", async () => {
    const resources: unknown[] = [];
    const events = {
      putEvents: async ({ Entries }: PutEventsRequest) => {
        resources.push(...Entries.map(({ Resources }) => Resources));
        return { FailedEntryCount: 0, Entries: [{ EventId: "e1" }, { EventId: "e2" }] };
      },
    };
    const entries = [{ Detail: {} }, { Detail: "{}", Resources: ["mine"] }];
    const { executionArn, stateMachineArn } = await new Harness({}, { events }).run(
      single({
        Type: "Task",
        Resource: "arn:aws:states:::events:putEvents",
        Arguments: { Entries: entries },
      }),
    );
    expect(resources).toEqual([
      [stateMachineArn, executionArn],
      ["mine", stateMachineArn, executionArn],
    ]);
  });

  it("fails when an entry does", async () => {
    const response = {
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." }],
    };
    const { error, cause } = await new Harness({}, { events: { putEvents: async () => response } }).run(
      machine,
      { x: 1 },
    );
    expect(error).toBe("EventBridge.FailedEntry");
    expect(JSON.parse(cause ?? "")).toEqual(response);
  });
});

describe("sqs:sendMessage", () => {
  const send = (resource: string, body: unknown) =>
    single({
      Type: "Task",
      Resource: `arn:aws:states:::sqs:${resource}`,
      Arguments: { QueueUrl: "q", MessageBody: body },
    });

  it("sends the body, an object as text", async () => {
    const sent: SendMessageRequest[] = [];
    const queue = {
      sendMessage: async (request: SendMessageRequest) => {
        sent.push(request);
        return { MD5OfMessageBody: "m", MessageId: "id" };
      },
    };
    const { output } = await new Harness({}, { queue }).run(send("sendMessage", { a: 1 }));
    expect(sent).toEqual([{ QueueUrl: "q", MessageBody: '{"a":1}' }]);
    expect(JSON.parse(output ?? "")).toMatchObject({ MD5OfMessageBody: "m", MessageId: "id" });
  });

  it("with a token waits until somebody uses it", async () => {
    let body = "";
    const queue = {
      sendMessage: async ({ MessageBody }: SendMessageRequest) => {
        body = MessageBody;
        return { MD5OfMessageBody: "m", MessageId: "id" };
      },
    };
    const harness = new Harness({}, { queue });
    const arn = await harness.start(
      send("sendMessage.waitForTaskToken", { t: "{% $states.context.Task.Token %}" }),
    );
    expect(harness.outcome(arn).types.at(-1)).toBe("TaskSubmitted");
    await harness.engine.sendTaskSuccess({ taskToken: JSON.parse(body).t, output: '"read"' });
    await harness.engine.settled();
    expect(harness.outcome(arn).output).toBe('"read"');
  });

  it("fails without a body, and with what the queue throws", async () => {
    const queue = {
      sendMessage: async () => {
        throw named("SQS.QueueDoesNotExistException", "no such queue");
      },
    };
    const harness = new Harness({}, { queue });
    expect(await harness.run(send("sendMessage", null))).toMatchObject({
      error: "SQS.AmazonSQSException",
      cause: expect.stringMatching(
        /^The request must contain the parameter MessageBody. \(Service: AmazonSQS/,
      ),
    });
    expect(await harness.run(send("sendMessage", "x"))).toMatchObject({
      error: "SQS.QueueDoesNotExistException",
      cause: "no such queue",
    });
  });
});

describe("states:startExecution.sync:2", () => {
  const parent = (rest: object = {}) => ({
    StartAt: "Child",
    States: {
      Child: {
        Type: "Task",
        Resource: "arn:aws:states:::states:startExecution.sync:2",
        Arguments: { StateMachineArn: "child", Input: { n: "{% $states.input.n %}" } },
        End: true,
        ...rest,
      },
    },
  });
  const child = (state: object) => ({ QueryLanguage: "JSONata", ...single(state) });

  function harnessWith(state: object): Harness {
    const harness = new Harness();
    harness.engine.loadStateMachine({ name: "child", definition: child(state) });
    return harness;
  }

  it("waits for the execution and gives its description, with input and output as JSON", async () => {
    const harness = harnessWith({ Type: "Wait", Seconds: 10, Output: "{% $states.input.n + 1 %}" });
    const { output, types } = await harness.run(parent(), { n: 1 });
    expect(JSON.parse(output ?? "")).toMatchObject({
      ExecutionArn: expect.stringContaining(":execution:child:"),
      Input: { n: 1 },
      Output: 2,
      Status: "SUCCEEDED",
      StateMachineArn: expect.stringContaining(":stateMachine:child"),
    });
    expect(types.slice(2, 6)).toEqual(["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]);
  });

  it("fails when the execution does", async () => {
    const { error, cause } = await harnessWith({ Type: "Fail", Error: "Deep", End: undefined }).run(
      parent(),
      { n: 1 },
    );
    expect(error).toBe("States.TaskFailed");
    expect(JSON.parse(cause ?? "")).toMatchObject({ Status: "FAILED", Error: "Deep" });
  });

  it.each([
    ["no Input", undefined, {}],
    ["null, which is no Input", null, {}],
    ["text, which is the JSON it holds", "[1]", [1]],
  ])("starts it with %s", async (_, Input, expected) => {
    const harness = harnessWith({ Type: "Pass" });
    const { output } = await harness.run(parent({ Arguments: { StateMachineArn: "child", Input } }));
    expect(JSON.parse(output ?? "")).toMatchObject({ Input: expected, Output: expected });
  });

  it.each([
    [{ Input: "not json" }, "StepFunctions.InvalidExecutionInputException"],
    [{ Name: "a b" }, "StepFunctions.InvalidNameException"],
  ])("fails where the execution cannot be started with %j", async (rest, error) => {
    const harness = harnessWith({ Type: "Pass" });
    const state = parent({ Arguments: { StateMachineArn: "child", ...rest } });
    expect(await harness.run(state)).toMatchObject({ status: "FAILED", error });
    expect(harness.engine.listExecutions({ stateMachineArn: "child" }).executions).toEqual([]);
  });

  it("fails when there is no such machine", async () => {
    const { error, cause } = await new Harness().run(parent(), { n: 1 });
    expect(error).toBe("StepFunctions.StateMachineDoesNotExistException");
    expect(cause).toMatch(
      /State Machine Does Not Exist: 'arn:aws:states:us-east-1:000000000000:stateMachine:child'/,
    );
  });

  it("stops the execution when its Task times out or its own execution is stopped", async () => {
    const harness = harnessWith({ Type: "Wait", Seconds: 1_000 });
    const statuses = () =>
      harness.engine.listExecutions({ stateMachineArn: "child" }).executions.map(({ status }) => status);
    await harness.start(parent({ TimeoutSeconds: 5 }), { n: 1 });
    await harness.pass(5);
    expect(statuses()).toEqual(["ABORTED"]);
    const executionArn = await harness.start(parent(), { n: 2 });
    await harness.engine.stopExecution({ executionArn });
    expect(statuses()).toEqual(["ABORTED", "ABORTED"]);
    expect(harness.engine.nextDue()).toBeUndefined();
  });
});
