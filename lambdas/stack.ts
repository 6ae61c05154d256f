import { IdempotencyConfig } from "@aws-lambda-powertools/idempotency";
import { makeHandlerIdempotent } from "@aws-lambda-powertools/idempotency/middleware";
import type { Logger } from "@aws-lambda-powertools/logger";
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type middy from "@middy/core";
import * as z from "zod";
import { S3ArtifactStore } from "../adapters/aws/artifact-store.ts";
import { callerAt, ownPlace } from "../adapters/aws/caller.ts";
import { type AwsPlace, placeFrom } from "../adapters/aws/clients.ts";
import { KeptArtifacts } from "../adapters/aws/kept-artifacts.ts";
import { meshFrom } from "../adapters/aws/mesh.ts";
import type { MeshCloudOptions, meshCloud } from "../adapters/aws/mesh-cloud.ts";
import { RememberedResults } from "../adapters/aws/remembered-results.ts";
import { DynamoTable } from "../adapters/aws/table.ts";
import { systemClock } from "../adapters/embedded/system-clock.ts";
import type { memoryFrom } from "../adapters/memory-settings.ts";
import type { modelChain } from "../adapters/model-chain.ts";
import { newId } from "../adapters/random.ts";
import { ENVIRONMENTS } from "../config/environments/index.ts";
import { InputError, parseInput } from "../core/artifacts/parse.ts";
import type { Lane } from "../core/artifacts/vocabulary.ts";
import { spentIn } from "../core/budget/spending.ts";
import type { Cloud } from "../core/cloud/cloud.ts";
import { measuresIn } from "../core/execution/measures.ts";
import { functionEvent } from "../core/function-event.ts";
import { cloudInLane } from "../core/lane/cloud-in-lane.ts";
import { LaneError, requireLaneRole } from "../core/lane/lane.ts";
import { TableIndex } from "../core/memory/table-index.ts";
import type { World } from "../core/ports.ts";
import type { Table } from "../core/table/table.ts";
import { type Instruments, instrumentsOf } from "./instruments.ts";

type Variables = Readonly<Record<string, string | undefined>>;

export interface FunctionDefinition {
  /** As logs, traces and metrics call it. */
  readonly name: string;
  /** The lane whose role it runs in; `none` for one that never reaches an account. */
  readonly lane: Lane | "none";
  /** An agent: its answers are remembered under their idempotency keys. */
  readonly isAgent: boolean;
  readonly run: (input: unknown, world: World) => Promise<object>;
  /** How it reaches accounts; absent, it reaches none, and its bundle has no client for it. */
  readonly openCloud?: typeof meshCloud;
  /** How it finds what it thinks with; absent, it works by rules and what the workspace remembers. */
  readonly mind?: Mind;
}

/** What thinks and remembers for a function, as its variables tell (lambdas/mind.ts). */
export interface Mind {
  readonly models: typeof modelChain;
  readonly memory: typeof memoryFrom;
}

/** Bytes that Step Functions takes as a task's result. */
const ANSWER_BYTES = 256 * 1024;

const answer = z
  .record(z.string(), z.unknown())
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= ANSWER_BYTES, "has more than 256 KiB");

/** How a running stack operation is watched: one look waits as long as the function well may. */
const WATCHING = { patienceMs: 20_000, pauseSeconds: 10 } as const;

/**
 * One function as Lambda calls it, with all that every function of ours has around it. Its clients are made here, once
 * per container.
 * @throws InputError, AwsError, LaneError when what its deployment gave it is not what it needs
 */
export async function lambdaFunction(definition: FunctionDefinition, variables: Variables) {
  const { name, lane, isAgent, run } = definition;
  requireOwnLane(name, lane, variables["AGENT_MESH_LANE"]);
  const { logger, metrics, traced, around } = instrumentsOf(name);
  const place: AwsPlace = { ...placeFrom(variables), traced };
  const world = await worldOf(definition, variables, { place, traced, metrics });
  const persistenceStore = new RememberedResults(world.table);
  const config = new IdempotencyConfig({ throwOnNoIdempotencyKey: true });
  const stack = around<unknown>()
    .use(correlated(logger, name))
    .use(inOwnRole(definition, place))
    .use(answerChecked(name));
  if (isAgent) stack.use(makeHandlerIdempotent({ persistenceStore, config }));
  return stack.handler((event) => run(event, world));
}

/** @throws LaneError unless the function is deployed in the lane it was written for (law 1) */
function requireOwnLane(name: string, lane: string, given: string | undefined): void {
  if (!given)
    throw new InputError(
      "InvalidInput",
      `AGENT_MESH_LANE is not set; deploy ${name} again, which sets it to the lane of its role`,
    );
  if (given === lane) return;
  throw new LaneError(
    "WrongLane",
    `${name} works in the ${lane} lane and was deployed in ${given}; nothing was done`,
  );
}

interface Means extends Pick<Instruments, "traced" | "metrics"> {
  /** Who the function is, and where AWS is. */
  readonly place: AwsPlace;
}

async function worldOf(
  { name, lane, openCloud = outOfReach, mind }: FunctionDefinition,
  variables: Variables,
  { place: self, traced, metrics }: Means,
): Promise<World> {
  const place = ownPlace(self);
  // All four, as every function is promised them: one that lacks any was not deployed by us.
  const { table, artifacts } = meshFrom(variables, ["table", "artifacts", "bus", "queueUrl"]);
  const clouds = new Map<string, Cloud>();
  const rows = metered(new DynamoTable(place, table, systemClock), metrics);
  return {
    table: rows,
    artifacts: new KeptArtifacts(new S3ArtifactStore(place, artifacts)),
    clock: systemClock,
    newId,
    environment: (environment) => ENVIRONMENTS[environment],
    cloud: (environment) => {
      const { account, region } = ENVIRONMENTS[environment];
      const target = { environment, account, region };
      const known = clouds.get(environment);
      const opened =
        known ?? openCloud({ target, place, clock: systemClock, bucket: artifacts, inLane: true });
      clouds.set(environment, opened);
      return cloudInLane(name, lane, opened);
    },
    models: (await mind?.models(variables, { traced })) ?? [],
    memory: {
      index: new TableIndex(rows, systemClock),
      ...(await mind?.memory(variables, { clock: systemClock, traced })),
    },
    watching: WATCHING,
  };
}

/** An account that is known by its name only. */
function outOfReach({ target }: Pick<MeshCloudOptions, "target">): Cloud {
  const refuse = (): never => {
    throw new LaneError("WrongLane", `this function has no means to reach ${target.environment}`);
  };
  return { target, simulated: false, reader: refuse, planner: refuse, applier: refuse };
}

/** The same table; what its writes tell of spending, waiting and ends becomes metrics. */
function metered(table: Table, metrics: Metrics): Table {
  return {
    get: (key) => table.get(key),
    query: (query) => table.query(query),
    transact: async (writes) => {
      await table.transact(writes);
      for (const { tokens, milliseconds, microUsd } of spentIn(writes)) {
        metrics.addMetric("TokensSpent", MetricUnit.Count, tokens);
        metrics.addMetric("TimeSpent", MetricUnit.Milliseconds, milliseconds);
        metrics.addMetric("MicroUsdSpent", MetricUnit.Count, microUsd);
      }
      for (const { name, unit, value } of measuresIn(writes, systemClock.now()))
        metrics.addMetric(name, unit, value);
    },
  };
}

/** Every line of the log names the execution and the call; what goes wrong is logged once, here. */
function correlated(logger: Logger, name: string): middy.MiddlewareObj<unknown, object> {
  return {
    before: ({ event }) => {
      const { executionId, idempotencyKey } = parseInput(
        z.looseObject(functionEvent.shape),
        event,
        `the input of ${name}`,
      );
      logger.setCorrelationId(executionId);
      logger.appendKeys({ executionId, idempotencyKey });
    },
    onError: ({ error }) => {
      if (error) logger.error(error.message, error);
    },
  };
}

/**
 * The variable that names the lane is a claim; what it may do is decided by its role, and STS tells which that is. Asked
 * with the first call and not while loading, so that the answer to that call says what is wrong.
 */
function inOwnRole(
  { name, lane }: FunctionDefinition,
  place: AwsPlace,
): middy.MiddlewareObj<unknown, object> {
  return {
    before: async () => requireLaneRole(name, lane, (await callerAt(place)).arn),
  };
}

function answerChecked(name: string): middy.MiddlewareObj<unknown, object> {
  return {
    after: (request) => {
      request.response = parseInput(answer, request.response, `the output of ${name}`);
    },
  };
}
