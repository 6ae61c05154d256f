import { Command, CommanderError } from "commander";
import { COMMANDS, type CommandEntry } from "./commands.ts";
import { EXIT } from "./exit-codes.ts";
import { printJson } from "./print.ts";

/** Parses the arguments and runs the one command they name; only that command's code is loaded. */
export async function main(name: "conductor" | "atlas", args: readonly string[]): Promise<void> {
  const json = args.includes("--json");
  const program = new Command(name)
    .description("Lets software agents change AWS infrastructure without anyone having to trust them.")
    .version("0.1.0")
    .showSuggestionAfterError();
  const named = args.find((argument) => !argument.startsWith("-"));
  for (const [command, entry] of Object.entries(COMMANDS)) {
    if (name === "atlas" && command !== "plan") continue;
    program.addCommand(
      command === named || (name === "atlas" && named === "plan")
        ? await entry.load()
        : placeholder(command, entry),
    );
  }
  for (const command of withSubcommands(program)) quietly(command, json);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = refuse(error, json);
  }
}

/** Stands for a command in the list that --help prints. */
function placeholder(command: string, { description }: CommandEntry): Command {
  return new Command(command).description(description);
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** Errors are reported here, once and in our own form. */
function quietly(command: Command, json: boolean): void {
  command.exitOverride();
  command.configureOutput({ outputError: (text, write) => (json ? undefined : write(text)) });
}

function refuse({ code, message, exitCode }: CommanderError, json: boolean): number {
  // Help and version, asked for.
  if (exitCode === 0) return EXIT.done;
  const sentence = message.replace(/^error: /, "");
  if (json) printJson({ error: { name: "InvalidUsage", message: sentence, exitCode: EXIT.invalid } });
  // A command that only has subcommands prints its help as the error.
  else if (code === "commander.help") return EXIT.invalid;
  return EXIT.invalid;
}
