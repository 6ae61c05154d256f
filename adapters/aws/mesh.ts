import { InputError } from "../../core/artifacts/parse.ts";

/** What a deployment's functions work on; each is named by an environment variable. */
const VARIABLES = {
  table: "AGENT_MESH_KV_TABLE",
  artifacts: "AGENT_MESH_ARTIFACTS_BUCKET",
  bus: "AGENT_MESH_EVENT_BUS",
  queueUrl: "AGENT_MESH_QUEUE_URL",
  anchors: "AGENT_MESH_ANCHORS_BUCKET",
} as const;

export type MeshPart = keyof typeof VARIABLES;

/**
 * The parts that somebody works on, by the environment variables that name them.
 * @throws InputError in one sentence that names every variable that is not set
 */
export function meshFrom<Part extends MeshPart>(
  variables: Readonly<Record<string, string | undefined>>,
  parts: readonly Part[],
  advice = "deploy the function again, which sets them",
): Readonly<Record<Part, string>> {
  const missing = parts.map((part) => VARIABLES[part]).filter((name) => !variables[name]);
  if (missing.length > 0) {
    throw new InputError(
      "InvalidInput",
      `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not set; ${advice}`,
    );
  }
  const named = parts.map((part) => [part, variables[VARIABLES[part]]]);
  return Object.fromEntries(named) as Record<Part, string>;
}
