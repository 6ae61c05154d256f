import { spawn } from "node:child_process";
import { once } from "node:events";
import { isCancel, text } from "@clack/prompts";
import { Command, Option } from "commander";
import { placeFrom } from "../adapters/aws/clients.ts";
import { EXIT, exitCodeOf } from "../bin/cli/exit-codes.ts";
import { type Choices, deploy, destroy, diff, type Means, STACKS } from "./deploy/commands.ts";
import { requireOwnAccount } from "./deploy/guard.ts";

/** Runs cdk for one environment, once the caller's account is proven to be its. */
const program = new Command("deploy").description(
  "Deploys, compares or removes the stacks of an environment, in its own account only.",
);
for (const [name, description, run] of [
  ["deploy", "deploy a tier, with those it stands on", deploy],
  ["diff", "show what a deployment would change", diff],
  ["destroy", "remove a stack; never of prod, and only when its name is typed", destroy],
] as const) {
  program
    .command(name, { hidden: false })
    .description(description)
    .requiredOption("--env <name>", "the environment")
    .addOption(new Option("--tier <name>", "what to deploy").choices(STACKS).makeOptionMandatory())
    .option("--yes", "deploy wider rights without asking, where somebody has approved them elsewhere")
    .option("--confirm <stack>", "the stack's name, for a terminal that nobody is at")
    .action(async (choices: Choices & { readonly confirm?: string }) => {
      process.exitCode = await run(choices, means(choices.confirm));
    });
}

function means(confirm: string | undefined): Means {
  return {
    guard: async (config) => {
      const region = { AWS_REGION: config.region };
      await requireOwnAccount(config, placeFrom({ ...process.env, ...region }));
    },
    cdk: async (args) => {
      const child = spawn("npx", ["--no-install", "cdk", ...args], { stdio: "inherit" });
      const [code] = (await once(child, "exit")) as [number | null];
      return code ?? EXIT.failed;
    },
    typed: async (message) => {
      if (confirm !== undefined) return confirm;
      if (!process.stdin.isTTY) return undefined;
      const answer = await text({ message });
      return isCancel(answer) ? undefined : answer;
    },
  };
}

const EXITS: Readonly<Record<string, number>> = {
  UnknownEnvironment: EXIT.invalid,
  TierNotConfigured: EXIT.invalid,
  DestructionRefused: EXIT.blocked,
  NotConfirmed: EXIT.waiting,
};

await program.parseAsync().catch((error: unknown) => {
  const { name = "", message = String(error) } = Object(error) as { name?: string; message?: string };
  console.error(message);
  process.exitCode = EXITS[name] ?? exitCodeOf(name) ?? EXIT.failed;
});
