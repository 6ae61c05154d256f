import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { Engine } from "../../engine/engine.ts";
import { ServiceError } from "../../engine/service-error.ts";

type Verb = (engine: Engine, input: never) => Promise<object>;

/** Step Functions' calls as the SDK sends them, on the engine that knows the verbs behind them. */
const VERBS: Readonly<Record<string, Verb>> = {
  StartExecution: async (engine, input: { stateMachineArn: string; name: string; input: string }) => {
    const { stateMachineArn: stateMachine, ...rest } = input;
    return await engine.startExecution({ stateMachine, ...rest });
  },
  DescribeExecution: (engine, input: { executionArn: string }) =>
    Promise.resolve(engine.describeExecution(input)),
  GetExecutionHistory: (engine, { executionArn, maxResults }: { executionArn: string; maxResults: number }) =>
    Promise.resolve(engine.getExecutionHistory({ executionArn, maxResults })),
  SendTaskSuccess: async (engine, input: { taskToken: string; output: string }) => {
    await engine.sendTaskSuccess(input);
    return {};
  },
  SendTaskFailure: async (engine, input: { taskToken: string; error: string; cause: string }) => {
    await engine.sendTaskFailure(input);
    return {};
  },
};

/** Serves an engine in Step Functions' protocol (AWS JSON 1.0) until the test ends; gives where. */
export async function serveStepFunctions(engine: Engine): Promise<string> {
  const server = createServer((request, response) => void serve(engine, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(engine: Engine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const input = JSON.parse(await text(request)) as never;
  const target = String(request.headers["x-amz-target"]);
  const answer = (status: number, body: object) =>
    response
      .writeHead(status, { "content-type": "application/x-amz-json-1.0" })
      .end(JSON.stringify(body, secondsForDates));
  try {
    const verb = VERBS[target.replace(/^AWSStepFunctions\./, "")];
    if (!verb) return void answer(400, refusal("UnknownOperationException", target));
    answer(200, await verb(engine, input));
  } catch (error) {
    if (error instanceof ServiceError) answer(400, refusal(error.name, error.message));
    else answer(500, refusal("InternalFailure", String(error)));
  }
}

function refusal(name: string, message: string): object {
  return { __type: `com.amazonaws.swf.service.v2.model#${name}`, message };
}

/** The protocol's times are seconds since 1970; JSON.stringify has made text of a Date before it asks. */
function secondsForDates(key: string, value: unknown): unknown {
  return key.endsWith("Date") || key === "timestamp" ? Date.parse(String(value)) / 1000 : value;
}
