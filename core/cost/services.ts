import type { Service } from "./service.ts";
import { httpApi, restApi } from "./services/api-gateway.ts";
import { globalTable, table } from "./services/dynamodb.ts";
import { archive, eventBus } from "./services/events.ts";
import { key } from "./services/kms.ts";
import { lambdaFunction } from "./services/lambda.ts";
import { logGroup } from "./services/logs.ts";
import { databaseCluster } from "./services/rds-aurora.ts";
import { databaseInstance } from "./services/rds-instance.ts";
import { bucket } from "./services/s3.ts";
import { secret } from "./services/secrets-manager.ts";
import { queue } from "./services/sqs.ts";

const SERVICES: readonly Service[] = [
  archive,
  bucket,
  databaseCluster,
  databaseInstance,
  eventBus,
  globalTable,
  httpApi,
  key,
  lambdaFunction,
  logGroup,
  queue,
  restApi,
  secret,
  table,
];

const BY_TYPE = new Map(SERVICES.map((service) => [service.type, service]));

export const PRICED_TYPES: readonly string[] = [...BY_TYPE.keys()];

export function serviceOf(type: string): Service | undefined {
  return BY_TYPE.get(type);
}
