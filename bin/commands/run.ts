import { Command, Option } from "commander";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import type { GoalStatement } from "../../core/artifacts/goal-statement.ts";
import { find } from "../../core/execution/executions.ts";
import { PRIORITIES, PRIORITY_NAMES, type PriorityName } from "../../core/execution/priority.ts";
import { startChange } from "../../core/execution/start.ts";
import { GateError } from "../../core/gate/gate.ts";
import { parseGoal, requireNoCredentials, requireUnderstandable } from "../../core/plan/goal.ts";
import { type Caller, principalOf } from "../../core/principal.ts";
import { EXIT, type ExitCode } from "../cli/exit-codes.ts";
import { interruption, STOPPED } from "../cli/interruption.ts";
import {
  amount,
  asOption,
  type CallerOptions,
  type CommonOptions,
  callerOf,
  command,
  identityOf,
  paceOption,
} from "../cli/options.ts";
import { isTerminal, printAside, printJson, printLine, printStyled } from "../cli/print.ts";
import { readJsonInput } from "../cli/read-input.ts";
import { runCommand } from "../cli/run-command.ts";
import { inHome } from "../cli/with-home.ts";
import { approveAs } from "../home/approve-as.ts";
import { carryOn } from "../home/carry-on.ts";
import { warmUp } from "../home/functions.ts";
import { configuredModels } from "../home/models.ts";
import type { Home } from "../home/record.ts";
import { askForDecision } from "../output/ask-for-decision.ts";
import { executionReport } from "../output/execution-report.ts";
import { exitFor } from "../output/exit-for.ts";
import { type Progress, progressFor } from "../output/progress.ts";
import { reportText } from "../output/report-text.ts";

interface RunOptions extends CommonOptions, CallerOptions {
  readonly input: string;
  readonly pace: Pace;
  readonly maxCost?: number;
  readonly approveAs?: string;
  readonly priority: PriorityName;
}

export function run(): Command {
  return new Command("run").description("start a pipeline and watch it").addCommand(
    command("change", "turn a goal into an approved and applied change of one stack")
      .requiredOption("--input <file>", "the goal, as JSON; - reads standard input")
      .addOption(asOption())
      .addOption(paceOption())
      .option("--max-cost <usd>", "dollars this execution may spend at most", amount)
      .option(
        "--approve-as <users>",
        "let these others approve at the gates, comma-separated: a rehearsal at the simulated account",
      )
      .addOption(
        new Option("--priority <priority>", "before or after others that wait for the same stack")
          .choices(PRIORITY_NAMES)
          .default("normal"),
      )
      .action(async (options: RunOptions) => {
        await runCommand(options, async () => {
          const request = await readRequest(options);
          const needs = { ...options, create: true, models: true, cloud: true };
          return await inHome(needs, (home) => runChange(home, request, options));
        });
      }),
  );
}

interface ChangeRequest {
  readonly caller: Caller;
  readonly approvers: readonly string[];
  readonly goal: GoalStatement;
}

/** All that somebody may have got wrong, checked before anything is made. @throws InputError, PrincipalError */
async function readRequest({
  input,
  approveAs: others = "",
  ...options
}: RunOptions): Promise<ChangeRequest> {
  const caller = callerOf(options);
  const approvers = approversOf(others, caller);
  const goal = parseGoal(await readJsonInput(input), input);
  requireNoCredentials(goal, input);
  if ((await configuredModels(process.env)).length === 0) requireUnderstandable(goal, input);
  return { caller, approvers, goal };
}

/** Each of them once. @throws PrincipalError, GateError SelfApproval when the caller is among them */
function approversOf(names: string, { principal }: Caller): string[] {
  const people = names
    .split(",")
    .filter((name) => name !== "")
    .map(principalOf);
  if (people.includes(principal)) {
    throw new GateError(
      "SelfApproval",
      `${principal} asks for this change, so --approve-as must name others`,
    );
  }
  return [...new Set(people)];
}

async function runChange(
  home: Home,
  { caller, approvers, goal }: ChangeRequest,
  options: RunOptions,
): Promise<ExitCode> {
  const limit = options.maxCost === undefined ? {} : { maxUsd: options.maxCost };
  const first = options.priority === "normal" ? {} : { priority: PRIORITIES[options.priority] };
  void warmUp();
  const progress = await progressFor(options);
  // From the moment there is something to carry on, Ctrl-C says how.
  const leaving = interruption();
  let id: string;
  let left: "undecided" | undefined;
  try {
    ({ id } = await startChange(home.world, goal, caller, { ...limit, ...first }));
    left = await carryToTheEnd(home, id, {
      approvers,
      progress,
      signal: leaving.signal,
      ask: !options.json && isTerminal(),
    });
  } finally {
    leaving.dispose();
  }
  const report = await executionReport(home, await find(home.world.table, id));
  if (options.json) printJson({ ...report, identity: identityOf(caller) });
  // Whoever was asked and left has just read how it stands.
  else if (left === "undecided") printLine("nothing was decided; `npx conductor gates` shows what waits");
  else printStyled(`\n${reportText(report)}`);
  if (leaving.signal.aborted && report.outcome === null) {
    if (!options.json) printLine(STOPPED);
    return EXIT.waiting;
  }
  const status = exitFor(report);
  // The goal itself cannot be used: who reads only standard error learns it too.
  if (status === EXIT.invalid && report.error && !options.json && !isTerminal())
    printAside(report.error.message);
  return status;
}

interface Watching {
  readonly approvers: readonly string[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly ask: boolean;
}

/** Carries one execution on, gate after gate, as long as somebody here decides on them. */
async function carryToTheEnd(
  home: Home,
  id: string,
  { approvers, progress, signal, ask }: Watching,
): Promise<"undecided" | undefined> {
  const watch = watcher(progress);
  for (;;) {
    const onError = (error: unknown) => printAside(String(error));
    const rests = await carryOn(home, [id], { command: "run change", onEvent: watch, onError, signal });
    if (rests.get(id) !== "gate" || signal.aborted) return undefined;
    if (approvers.length > 0) {
      if (!(await approveAs(home, id, approvers))) return undefined;
    } else if (!ask) return undefined;
    else if (!(await askForDecision(home, id))) return "undecided";
  }
}

/** Shows each event once, however often watching begins anew. */
function watcher(progress: Progress): Parameters<typeof carryOn>[2]["onEvent"] & object {
  let shown = 0;
  return (event) => {
    if (event.seq <= shown) return;
    shown = event.seq;
    progress.event(event);
  };
}
