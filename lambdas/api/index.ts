import { randomBytes } from "node:crypto";
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { Tracer } from "@aws-lambda-powertools/tracer";
import { captureLambdaHandler } from "@aws-lambda-powertools/tracer/middleware";
import middy from "@middy/core";
import type { LambdaEvent } from "hono/aws-lambda";
import { S3ArtifactStore } from "../../adapters/aws/artifact-store.ts";
import { placeFrom } from "../../adapters/aws/clients.ts";
import { KeptArtifacts } from "../../adapters/aws/kept-artifacts.ts";
import { meshFrom } from "../../adapters/aws/mesh.ts";
import { DynamoTable } from "../../adapters/aws/table.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { cognitoVerifier } from "../../adapters/identity/cognito.ts";
import { FreshSignIn } from "../../adapters/identity/fresh-sign-in.ts";
import type { ApiPorts } from "../../api/ports.ts";
import { ApiError } from "../../api/problem.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { AGENT_NAMES } from "../../core/agent/agent-names.ts";
import { CloudError } from "../../core/cloud/errors.ts";
import { mind } from "../mind.ts";
import { apiHandler } from "./handler.ts";

const serviceName = "api";
const logger = new Logger({ serviceName });
const tracer = new Tracer({ serviceName });
const metrics = new Metrics({ namespace: "Conductor", serviceName });
const traced = <Client>(client: Client) => tracer.captureAWSv3Client(client);

const place = { ...placeFrom(process.env), traced };
const { table, artifacts } = meshFrom(process.env, ["table", "artifacts"]);
const ports: ApiPorts = {
  world: {
    table: new DynamoTable(place, table, systemClock),
    artifacts: new KeptArtifacts(new S3ArtifactStore(place, artifacts)),
    clock: systemClock,
    newId: (prefix) => `${prefix}_${randomBytes(6).toString("hex")}`,
    environment: (environment) => ENVIRONMENTS[environment],
    cloud: (environment) => {
      throw new CloudError("CloudUnavailable", `the API has no means to reach the ${environment} account`);
    },
    models: await mind.models(process.env, { traced }),
    // It watches no operation.
    watching: { patienceMs: 0, pauseSeconds: 0 },
  },
  tokens: cognitoVerifier(process.env),
  // The user pool lets nobody in without a second factor.
  stepUp: new FreshSignIn("always"),
  audit: () => {
    const why = "the whole record takes longer to check than a request may: `conductor audit verify` does it";
    return Promise.reject(new ApiError("NotFound", why));
  },
  agents: AGENT_NAMES,
  simulated: false,
  onError: (error, { method, path }) => {
    metrics.addMetric("Failures", MetricUnit.Count, 1);
    logger.error(`${method} ${path} failed in a way nobody foresaw`, { error });
  },
};
const answer = apiHandler(ports);

/**
 * Lambda's entry behind API Gateway. It needs AGENT_MESH_KV_TABLE, AGENT_MESH_ARTIFACTS_BUCKET and the user pool's
 * AGENT_MESH_TOKEN_ISSUER and AGENT_MESH_TOKEN_AUDIENCE; the rights to read and write the table and to read and write
 * artifacts; a pool that demands a second factor of everybody.
 */
export const handler = middy<LambdaEvent, object>()
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(captureLambdaHandler(tracer))
  .use(logMetrics(metrics, { captureColdStartMetric: true }))
  .handler((event) => {
    metrics.addMetric("Calls", MetricUnit.Count, 1);
    return answer(event);
  });
