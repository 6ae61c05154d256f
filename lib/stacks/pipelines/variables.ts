import { namesOf } from "../../../config/environments/names.ts";
import type { EnvironmentConfig } from "../../../config/environments/schema.ts";

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
