import { type Names, namesOf } from "../../../config/environments/names.ts";
import type { EnvironmentConfig } from "../../../config/environments/schema.ts";

/** The models that an environment's agents ask; none where it names none. */
export function modelVariablesOf({ models }: Pick<EnvironmentConfig, "models">): Record<string, string> {
  if (!models) return {};
  return {
    AGENT_MODEL_REGION: models.region,
    AGENT_MODEL_PRIMARY: models.primary,
    ...(models.secondary && { AGENT_MODEL_SECONDARY: models.secondary }),
    ...(models.embedding && { AGENT_MODEL_EMBEDDING: models.embedding }),
  };
}

/** The state machines, for functions that start them or look into them. */
export function machineVariablesOf({ arn, machine }: Names): Record<string, string> {
  return {
    AGENT_MESH_CHANGE_MACHINE_ARN: arn("states", `stateMachine:${machine("change")}`),
    AGENT_MESH_ROLLBACK_MACHINE_ARN: arn("states", `stateMachine:${machine("rollback")}`),
  };
}

/** What every function is told of its workspace, by environment variables. */
export function variablesOf(config: EnvironmentConfig): Record<string, string> {
  const { table, artifacts, bus, queue } = namesOf(config);
  return {
    AGENT_MESH_ENVIRONMENT: config.environment,
    AGENT_MESH_KV_TABLE: table,
    AGENT_MESH_ARTIFACTS_BUCKET: artifacts,
    AGENT_MESH_EVENT_BUS: bus,
    AGENT_MESH_QUEUE_URL: `https://sqs.${config.region}.amazonaws.com/${config.account}/${queue}`,
  };
}
