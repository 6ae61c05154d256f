import { Command, CommanderError, Help, type Option } from "commander";
import { COMMANDS, type CommandEntry } from "./commands.ts";
import { EXIT } from "./exit-codes.ts";
import { printAside, printJson } from "./print.ts";
import { report } from "./run-command.ts";

/** Parses the arguments and runs the one command they name; only that command's code is loaded. */
export async function main(name: "conductor" | "atlas", args: readonly string[]): Promise<void> {
  const json = args.includes("--json");
  process.stdout.on("error", (error) => withoutOutput(error, "standard output"));
  process.stderr.on("error", (error) => withoutOutput(error, "standard error"));
  const program = new Command(name)
    .description("Lets software agents change AWS infrastructure without anyone having to trust them.")
    .version("0.1.0")
    .showSuggestionAfterError();
  const [first, second] = args.filter((argument) => !argument.startsWith("-"));
  const named = first === "help" ? second : first;
  for (const [command, entry] of Object.entries(COMMANDS)) {
    if (name === "atlas" && command !== "plan") continue;
    program.addCommand(
      command === named || (name === "atlas" && named === "plan")
        ? await entry.load()
        : placeholder(command, entry),
    );
  }
  for (const command of withSubcommands(program)) quietly(command);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? refuse(error, args) : report(error, { json });
  }
}

function withoutOutput({ code, message }: NodeJS.ErrnoException, where: string): void {
  // Whoever read our output has seen enough; the work itself goes on.
  if (code === "EPIPE") return;
  const why = code === "ENOSPC" ? "the disk is full" : message;
  if (where === "standard output") printAside(`${where} cannot be written: ${why}; nothing else is lost`);
  process.exit(EXIT.invalid);
}

/** Stands for a command in the list that --help prints. */
function placeholder(command: string, { description }: CommandEntry): Command {
  return new Command(command).description(description);
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

const help = new Help();

function describeOption(option: Option): string {
  return `${help.optionDescription(option)}${option.mandatory ? " (required)" : ""}`;
}

/** Errors are reported here, once and in our own form. */
function quietly(command: Command): void {
  command.exitOverride();
  command.configureHelp({ optionDescription: describeOption });
  command.configureOutput({ outputError: () => {} });
}

function refuse({ code, message, exitCode }: CommanderError, args: readonly string[]): number {
  // Help and version, asked for.
  if (exitCode === 0) return EXIT.done;
  // A command that only has subcommands prints its help as the error.
  const asked = code === "commander.help";
  const early = code === "commander.unknownOption" && args[0]?.startsWith("-");
  const sentence = asked
    ? "a command is missing; see --help"
    : `${message.replace(/^error: /, "")}${early ? "; options come after the command" : ""}`;
  if (args.includes("--json")) {
    const error = { name: "InvalidUsage", message: sentence.replaceAll("\n", " "), exitCode: EXIT.invalid };
    printJson({ error });
  } else if (!asked) printAside(`error: ${sentence}`);
  return EXIT.invalid;
}
