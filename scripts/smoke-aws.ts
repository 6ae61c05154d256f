import { confirm, isCancel } from "@clack/prompts";
import { Command, Option } from "commander";
import { EXIT, exitCodeOf } from "../bin/cli/exit-codes.ts";
import { ENVIRONMENTS } from "../config/environments/index.ts";
import { type Choices, groundFor } from "./smoke-aws/ground.ts";
import { READING, WHO } from "./smoke-aws/reading.ts";
import type { Ground, MakingStep, Step } from "./smoke-aws/step.ts";
import { makingSteps } from "./smoke-aws/steps.ts";

/** Tries what docs/unproven.md assumes of AWS in an account: reading first, then what has to make something. */
const program = new Command("smoke:aws")
  .description("Tries at an AWS account what docs/unproven.md assumes of it: reads first, then asks.")
  .addOption(new Option("--environment <name>").choices(Object.keys(ENVIRONMENTS)).default("dev"))
  .option("--account <id>", "the account you mean; the environment's otherwise")
  .option("--region <region>", "the environment's otherwise")
  .option("--service-role <arn>", "a role that CloudFormation may work with, for the stack")
  .option("--lanes", "work in the roles of the lanes, agent-mesh-<environment>-…")
  .option("--yes", "make what is named without asking")
  .action(async (options: Choices & { readonly yes?: boolean }) => {
    process.exitCode = await smoke(options);
  });

/** True once somebody wants it to end: what was begun is taken away, and nothing more is begun. */
let stopped = false;
process.on("SIGINT", () => {
  stopped = true;
});

await program.parseAsync().catch((error: unknown) => {
  console.error(told(error));
  process.exitCode = exitCodeOf(Object(error).name) ?? EXIT.failed;
});

async function smoke({ yes = false, ...choices }: Choices & { readonly yes?: boolean }): Promise<number> {
  const ground = groundFor(choices, process.env);
  const asAssumed = await readingTried(ground);
  const steps = possible(makingSteps(choices.lanes ?? false), ground);
  const answer = yes || (await agreed(steps, ground));
  if (answer === "nobody to ask") {
    console.error("Nothing was made: nobody is at the terminal to agree, and --yes was not given.");
    return EXIT.waiting;
  }
  if (!answer) console.log("Nothing was made.");
  const all = answer ? await makingTried(steps, ground) : true;
  return asAssumed && all ? EXIT.done : EXIT.failed;
}

/** True when all is as assumed. */
async function readingTried(ground: Ground): Promise<boolean> {
  // Without an answer to who we are nothing else is asked: its error is the whole answer.
  await WHO.run(ground);
  say("✓", WHO);
  let all = true;
  for (const step of READING) all = (await tried(step, ground)) && all;
  return all;
}

async function makingTried(steps: readonly MakingStep[], ground: Ground): Promise<boolean> {
  let all = true;
  for (const step of steps) all = !stopped && (await triedAndCleared(step, ground)) && all;
  return all;
}

/** Says of the others why they cannot be tried. */
function possible(steps: readonly MakingStep[], ground: Ground): readonly MakingStep[] {
  return steps.filter((step) => {
    const why = step.cannot?.(ground);
    if (why !== undefined) say("–", step, why);
    return why === undefined;
  });
}

async function agreed(steps: readonly MakingStep[], ground: Ground): Promise<boolean | "nobody to ask"> {
  const { account, region } = ground.target;
  console.log(`\nTo prove more, this would be made in account ${account}, ${region}, and taken away again:`);
  for (const step of steps) console.log(`  ${step.makes(ground)}: ${step.costs}`);
  if (!(process.stdin.isTTY && process.stdout.isTTY)) return "nobody to ask";
  const answer = await confirm({ message: "Make it?", active: "y", inactive: "N", initialValue: false });
  return !isCancel(answer) && answer;
}

async function tried(step: Step, ground: Ground): Promise<boolean> {
  try {
    await step.run(ground);
    say("✓", step);
    return true;
  } catch (error) {
    say("✗", step, told(error));
    return false;
  }
}

async function triedAndCleared(step: MakingStep, ground: Ground): Promise<boolean> {
  const proven = await tried(step, ground);
  try {
    await step.cleanUp(ground);
    return proven;
  } catch (error) {
    console.log(`  may be left behind: ${step.makes(ground)} (${told(error)})`);
    return false;
  }
}

function say(mark: string, { what, proves }: Step, why?: string): void {
  const because = why ? `: ${why}` : "";
  console.log(
    `${mark} ${what}${because} (${proves.length > 1 ? "assumptions" : "assumption"} ${proves.join(", ")})`,
  );
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
