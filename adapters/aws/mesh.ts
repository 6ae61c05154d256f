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

/** The state machines, each by the name that our records have for it. */
const MACHINES = {
  change: "AGENT_MESH_CHANGE_MACHINE_ARN",
  rollback: "AGENT_MESH_ROLLBACK_MACHINE_ARN",
} as const;

type Variables = Readonly<Record<string, string | undefined>>;

/** The ARNs of the state machines by their names. @throws InputError that names every variable that is not set */
export function machinesFrom(variables: Variables): Readonly<Record<keyof typeof MACHINES, string>> {
  requireSet(variables, Object.values(MACHINES));
  const named = Object.entries(MACHINES).map(([name, variable]) => [name, variables[variable]]);
  return Object.fromEntries(named) as Record<keyof typeof MACHINES, string>;
}

/**
 * The parts that somebody works on, by the environment variables that name them.
 * @throws InputError in one sentence that names every variable that is not set
 */
export function meshFrom<Part extends MeshPart>(
  variables: Variables,
  parts: readonly Part[],
  advice?: string,
): Readonly<Record<Part, string>> {
  requireSet(
    variables,
    parts.map((part) => VARIABLES[part]),
    advice,
  );
  const named = parts.map((part) => [part, variables[VARIABLES[part]]]);
  return Object.fromEntries(named) as Record<Part, string>;
}

function requireSet(
  variables: Variables,
  names: readonly string[],
  advice = "deploy the function again, which sets them",
): void {
  const missing = names.filter((name) => !variables[name]);
  if (missing.length === 0) return;
  const are = missing.length === 1 ? "is" : "are";
  throw new InputError("InvalidInput", `${missing.join(" and ")} ${are} not set; ${advice}`);
}
