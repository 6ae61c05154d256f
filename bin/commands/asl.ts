import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import type { VirtualClock } from "../../engine/clock.ts";
import type { Problem } from "../../engine/definition/problems.ts";
import type { Engine } from "../../engine/engine.ts";
import type { HistoryEvent } from "../../engine/verbs/history.ts";
import { printJson, printLine } from "../cli/print.ts";
import { acceptedEvents, acceptedMessages, type Behaviour, invoker, isBehaviour } from "./asl-world.ts";

const EXIT = { succeeded: 0, failed: 1, invalid: 2 } as const;

interface RunOptions {
  readonly input?: string;
  readonly functions?: string;
  readonly fastForward?: boolean;
  readonly json?: boolean;
}

/** Something that was handed in and cannot be used; one sentence for each reason. */
class InputRefused extends Error {
  readonly reasons: readonly (Problem | string)[];

  constructor(...reasons: (Problem | string)[]) {
    super("the input was refused");
    this.reasons = reasons;
  }
}

/** `conductor asl`: runs and checks state machines written in Amazon States Language. */
export function asl(): Command {
  const command = new Command("asl").description("run or check a state machine in Amazon States Language");
  command
    .command("run <definition>")
    .description("run a JSONata state machine here, with functions that a file describes")
    .option("--input <file>", "the execution's input as JSON; {} without it")
    .option("--functions <file>", "what each function does: echo, return a value or throw an error")
    .option("--fast-forward", "skip over everything the machine waits for")
    .addOption(unusedData())
    .option("--json", "print one JSON document: status, output or error, and every event")
    .action((definition: string, options: RunOptions) => guarded(options, () => run(definition, options)));
  command
    .command("validate <definition>")
    .description("say whether the engine would run a definition, and every reason why not")
    .addOption(unusedData())
    .option("--json", "print one JSON document")
    .action((definition: string, options: RunOptions) =>
      guarded(options, () => validate(definition, options)),
    );
  return command;
}

function unusedData(): Option {
  return new Option("--data <dir>", "accepted like everywhere; nothing is kept");
}

/** Runs an action; refused input becomes exit status 2 with one sentence for each reason. */
async function guarded({ json }: RunOptions, action: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await action();
  } catch (error) {
    if (!(error instanceof InputRefused)) throw error;
    const { describeProblem } = await import("../../engine/definition/problems.ts");
    const sentences = error.reasons.map((reason) =>
      typeof reason === "string" ? reason : describeProblem(reason),
    );
    if (json)
      printJson({ valid: false, reasons: error.reasons.map((reason, i) => asReason(reason, sentences[i])) });
    for (const sentence of sentences) process.stderr.write(`${sentence}\n`);
    process.exitCode = EXIT.invalid;
  }
}

function asReason(reason: Problem | string, message = ""): object {
  return typeof reason === "string" ? { message } : { ...reason, message };
}

async function validate(file: string, { json }: RunOptions): Promise<number> {
  const text = read(file, "definition");
  const { loadDefinition } = await import("../../engine/definition/load.ts");
  const { describeProblem } = await import("../../engine/definition/problems.ts");
  const { warnings } = await refusing(() => loadDefinition(text));
  if (json) printJson({ valid: true, warnings });
  else {
    for (const warning of warnings) printLine(`warning: ${describeProblem(warning)}`);
    printLine(`${file} can be run`);
  }
  return EXIT.succeeded;
}

async function run(file: string, options: RunOptions): Promise<number> {
  const definition = read(file, "definition");
  const input = options.input === undefined ? "{}" : read(options.input, "input");
  parse(options.input ?? "", "input", input);
  const behaviours = options.functions === undefined ? {} : readBehaviours(options.functions);
  const { Engine } = await import("../../engine/engine.ts");
  const { RealClock, VirtualClock } = await import("../../engine/clock.ts");
  const { openDatabase } = await import("../../engine/store/database.ts");
  const virtual = options.fastForward ? new VirtualClock(Date.now()) : undefined;
  const engine = new Engine({
    database: openDatabase(":memory:"),
    clock: virtual ?? new RealClock(),
    functions: await invoker(behaviours),
    events: acceptedEvents,
    queue: acceptedMessages,
    onError: (error) => process.stderr.write(`the engine reports: ${String(error)}\n`),
  });
  await refusing(() => engine.loadStateMachine({ name: "machine", definition }));
  engine.start();
  const { executionArn } = await refusing(() => engine.startExecution({ stateMachine: "machine", input }));
  const events = await follow(engine, executionArn, virtual, options.json === true);
  await engine.stop({ limit: 0 });
  return report(engine, executionArn, events, options);
}

/** Waits for an execution's end, or until nothing can go on without a call from outside. */
async function follow(
  engine: Engine,
  executionArn: string,
  virtual: VirtualClock | undefined,
  quiet: boolean,
): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for (;;) {
    await engine.settled();
    const { status } = engine.describeExecution({ executionArn });
    for (const event of eventsAfter(engine, executionArn, events.length)) {
      events.push(event);
      if (!quiet) printLine(describeEvent(event));
    }
    const due = engine.nextDue();
    if (status !== "RUNNING" || !due) return events;
    if (virtual) virtual.advanceToNextTimer();
    else await sleep(Math.max(due.getTime() - Date.now(), 0) + 1);
  }
}

function eventsAfter(engine: Engine, executionArn: string, count: number): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = engine.getExecutionHistory({
      executionArn,
      maxResults: 1_000,
      ...(nextToken ? { nextToken } : {}),
    });
    events.push(...page.events.filter(({ id }) => id > count));
    nextToken = page.nextToken;
  } while (nextToken);
  return events;
}

function report(engine: Engine, executionArn: string, events: HistoryEvent[], { json }: RunOptions): number {
  const { status, output, error, cause } = engine.describeExecution({ executionArn });
  const result = {
    status,
    ...(output === undefined ? {} : { output: JSON.parse(output) as unknown }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
  if (json) printJson({ ...result, events });
  else {
    printLine(`${status}${error === undefined ? "" : ` ${error}`}${cause === undefined ? "" : `: ${cause}`}`);
    if (output !== undefined) printLine(output);
  }
  if (status === "RUNNING") {
    process.stderr.write("The execution waits for a task token, which nobody can use here.\n");
  }
  return status === "SUCCEEDED" ? EXIT.succeeded : EXIT.failed;
}

function describeEvent({ id, timestamp, type, ...details }: HistoryEvent): string {
  const [fields] = Object.values(details).filter((value) => typeof value === "object");
  const { name, error, cause } = (fields ?? {}) as { name?: string; error?: string; cause?: string };
  const about = [name, error, cause].filter((part) => part !== undefined).join(" ");
  return `${String(id).padStart(5)}  ${timestamp.toISOString()}  ${type}${about ? `  ${about}` : ""}`;
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw new InputRefused(`the ${what} ${file} cannot be read: ${why}`);
  }
}

function parse(file: string, what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputRefused(`the ${what} ${file} is not JSON: ${(error as Error).message}`);
  }
}

function readBehaviours(file: string): Record<string, Behaviour> {
  const described = parse(file, "functions file", read(file, "functions file"));
  if (typeof described !== "object" || described === null || Array.isArray(described)) {
    throw new InputRefused(
      `the functions file ${file} must be an object that maps names or ARNs to what they do`,
    );
  }
  const faults = Object.entries(described).filter(([, behaviour]) => !isBehaviour(behaviour));
  if (faults.length === 0) return described as Record<string, Behaviour>;
  throw new InputRefused(
    ...faults.map(
      ([name]) =>
        `the functions file ${file}, '${name}': must be {"kind":"echo"}, {"kind":"return","value":…} or {"kind":"throw","error":…,"message":…}`,
    ),
  );
}

/** Passes on why the engine refused something, as input that cannot be used. */
async function refusing<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { DefinitionRefused } = await import("../../engine/definition/problems.ts");
    const { ServiceError } = await import("../../engine/service-error.ts");
    if (error instanceof DefinitionRefused) throw new InputRefused(...error.problems);
    if (error instanceof ServiceError) throw new InputRefused(error.message);
    throw error;
  }
}
