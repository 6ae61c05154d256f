import { asStorageError } from "../../adapters/embedded/storage-error.ts";
import type { GateErrorName } from "../../core/gate/gate.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./exit-codes.ts";
import { IDENTITY_NOTE } from "./options.ts";
import { printAside, printJson } from "./print.ts";

interface Common {
  readonly json?: boolean;
  readonly data?: string;
}

/** Runs a command's work and turns what it throws into one sentence (or one JSON document) and an exit status. */
export async function runCommand(options: Common, work: () => Promise<ExitCode>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    process.exitCode = report(error, options);
  }
}

/** Refusals that turn on who somebody says they are. */
const ABOUT_PEOPLE: ReadonlySet<string> = new Set<GateErrorName>([
  "SelfApproval",
  "DecisionReplayed",
  "OneForAll",
]);

/** Says in one sentence (or one JSON document) what went wrong; gives the exit status it means. */
export function report(caught: unknown, { json, data }: Common): ExitCode {
  const error = asStorageError(caught, data ?? ".conductor") ?? caught;
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  const exitCode = exitCodeOf(name) ?? EXIT.failed;
  const identities = ABOUT_PEOPLE.has(name) ? { identities: IDENTITY_NOTE } : {};
  if (json) printJson({ error: { name, message, exitCode }, ...identities });
  else printAside(ABOUT_PEOPLE.has(name) ? `${message} (names are ${IDENTITY_NOTE})` : message);
  // Nobody foresaw it: whoever mends it needs to see where it came from.
  if (exitCodeOf(name) === undefined && process.env["CONDUCTOR_DEBUG"] && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`);
  }
  return exitCode;
}
