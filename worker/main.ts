import { Logger } from "@aws-lambda-powertools/logger";
import { placeFrom } from "../adapters/aws/clients.ts";
import { meshFrom } from "../adapters/aws/mesh.ts";
import { StepFunctionsOrchestrator } from "../adapters/aws/orchestrator.ts";
import { SqsTaskQueue } from "../adapters/aws/task-queue.ts";
import { InputError } from "../core/artifacts/parse.ts";
import { LANES } from "./lanes.ts";
import { serve } from "./serve.ts";

type Handler = (event: object, context: object) => Promise<object>;

/** What a function may take of a task's time, in milliseconds. */
const TIME_LIMIT_MS = 15 * 60_000;

const logger = new Logger({ serviceName: "worker" });
const lane = process.env["AGENT_MESH_LANE"] ?? "";
const functions = LANES[lane];
if (!functions)
  throw new InputError(
    "InvalidInput",
    `AGENT_MESH_LANE is ${JSON.stringify(lane)}; a worker's lane is ${Object.keys(LANES).join(", ")}`,
  );
const { queueUrl } = meshFrom(process.env, ["queueUrl"]);
const place = placeFrom(process.env);
const leaving = new AbortController();
// Fargate tells two minutes before it takes a Spot task away.
process.on("SIGTERM", () => leaving.abort());

await serve({
  queue: new SqsTaskQueue(place, queueUrl),
  answers: new StepFunctionsOrchestrator(place, {}),
  call: async (name, input) => {
    const load = functions[name];
    if (!load)
      throw new InputError("InvalidInput", `${JSON.stringify(name)} is no function of the ${lane} lane`);
    const { handler } = (await load()) as { handler: Handler };
    const until = Date.now() + TIME_LIMIT_MS;
    return await handler(input, {
      functionName: name,
      functionVersion: "$LATEST",
      memoryLimitInMB: "0",
      invokedFunctionArn: `worker:${name}`,
      awsRequestId: crypto.randomUUID(),
      getRemainingTimeInMillis: () => until - Date.now(),
    });
  },
  onError: (error) => logger.error("a task could not be done and stays in the queue", { error }),
  signal: leaving.signal,
});
