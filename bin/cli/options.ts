import { userInfo } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { type Caller, principalOf } from "../../core/principal.ts";

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly data: string;
  readonly home: "here" | "aws";
}

export interface CallerOptions {
  readonly as?: string;
}

/** A command with the options all commands share. */
export function command(nameAndArguments: string, description: string): Command {
  const [name, ...argumentsOf] = nameAndArguments.split(" ");
  const made = new Command(name).description(description);
  for (const argument of argumentsOf) made.argument(argument);
  return made
    .addOption(
      new Option("--data <dir>", "where everything is kept")
        .env("CONDUCTOR_DATA")
        .default(".conductor")
        .argParser(notBlank),
    )
    .addOption(
      new Option(
        "--home <home>",
        "where state is kept: on this machine, or at an emulator of AWS (AWS_ENDPOINT_URL)",
      )
        .choices(["here", "aws"])
        .env("CONDUCTOR_HOME")
        .default("here"),
    )
    .option("--json", "print one JSON document and nothing else");
}

export function asOption(): Option {
  return new Option("--as <user>", "who you are; on one machine this is declared, not authenticated").env(
    "CONDUCTOR_USER",
  );
}

export function paceOption(): Option {
  return new Option("--pace <pace>", "how long the simulated account takes")
    .choices(["none", "demo", "real"])
    .env("CONDUCTOR_PACE")
    .default("demo");
}

export function environmentOption(): Option {
  return new Option("--environment <name>", "the environment whose account is meant").choices([
    "dev",
    "sit",
    "prod",
  ]);
}

/** Whoever types: the name they give, or that of their login. */
export function callerOf({ as }: CallerOptions): Caller {
  return { principal: principalOf(as ?? userInfo().username), via: "cli", authenticated: false };
}

export const IDENTITY_NOTE = "declared with --as, not authenticated";

/** How every output says who spoke. */
export function identityOf({ principal, authenticated }: Caller): object {
  return { user: principal, authenticated, note: IDENTITY_NOTE };
}

/** A text that says something: an empty one is a variable that was not set. */
export function notBlank(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It must not be empty.");
  return text;
}

export function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number <= 0)
    throw new InvalidArgumentError("It must be a whole number above 0.");
  return number;
}

export function amount(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError("It must be a number above 0.");
  return number;
}
