import { ServiceError } from "./service-error.ts";

/** Where the ARNs of an engine say they are. */
export interface Home {
  readonly region: string;
  readonly accountId: string;
}

/** What names of state machines and executions may not hold: white space, brackets, wildcards, specials, controls. */
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;
const LONGEST_NAME = 80;

/** Throws InvalidName unless the name is one the service would take. */
export function assertName(name: string): void {
  if (name.length === 0 || name.length > LONGEST_NAME || FORBIDDEN.test(name)) {
    throw new ServiceError(
      "InvalidName",
      `Invalid Name: '${name}' must be 1 to ${LONGEST_NAME} characters without white space or any of <>{}[]?*"#%\\^|~\`$&,;:/`,
    );
  }
}

export function stateMachineArn(home: Home, name: string): string {
  return `arn:aws:states:${home.region}:${home.accountId}:stateMachine:${name}`;
}

export function executionArn(home: Home, stateMachine: string, name: string): string {
  return `arn:aws:states:${home.region}:${home.accountId}:execution:${stateMachine}:${name}`;
}

/** The name of a state machine given by its name or its ARN. */
export function stateMachineName(nameOrArn: string): string {
  if (!nameOrArn.startsWith("arn:")) return nameOrArn;
  const [, , service, , , kind, name] = nameOrArn.split(":");
  if (service === "states" && kind === "stateMachine" && name) return name;
  throw invalidArn(nameOrArn);
}

/** The state machine's and the execution's name within an execution's ARN. */
export function parseExecutionArn(arn: string): { stateMachine: string; name: string } {
  const [prefix, , service, , , kind, stateMachine, name] = arn.split(":");
  if (prefix === "arn" && service === "states" && kind === "execution" && stateMachine && name) {
    return { stateMachine, name };
  }
  throw invalidArn(arn);
}

function invalidArn(arn: string): ServiceError {
  const [prefix, , service, , , kind] = arn.split(":");
  if (prefix !== "arn" || service !== "states")
    return new ServiceError("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  return new ServiceError("InvalidArn", `Invalid Arn: 'Resource type not valid in this context: ${kind}'`);
}
