import type { Command } from "commander";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import { AGENT_NAMES } from "../../core/agent/agent-names.ts";
import { microUsd } from "../../core/budget/amounts.ts";
import { remaining } from "../../core/budget/ledger.ts";
import { find } from "../../core/execution/executions.ts";
import { requestRollback } from "../../core/execution/request-rollback.ts";
import {
  cancel as cancelExecution,
  grantBudget,
  pause as pauseExecution,
  unpause as unpauseExecution,
} from "../../core/execution/signal.ts";
import type { Caller } from "../../core/principal.ts";
import { atomically } from "../../core/table/atomically.ts";
import { EXIT, type ExitCode } from "../cli/exit-codes.ts";
import { STOPPED } from "../cli/interruption.ts";
import {
  amount,
  asOption,
  type CallerOptions,
  type CommonOptions,
  callerOf,
  command,
  IDENTITY_NOTE,
  identityOf,
  paceOption,
  positiveInteger,
} from "../cli/options.ts";
import { printJson, printLine, printStyled } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import type { Home } from "../home/record.ts";
import { type ExecutionReport, executionReport } from "../output/execution-report.ts";
import { reportText } from "../output/report-text.ts";
import { watchOn } from "../output/watch-on.ts";

interface SignalOptions extends CommonOptions, CallerOptions {
  readonly notes?: string;
}

export function pause(): Command {
  return signal("pause", "hold an execution back at its next checkpoint", (home, id, caller, notes) =>
    pauseExecution(home.world, id, caller, notes),
  );
}

export function unpause(): Command {
  return signal("unpause", "let a paused execution go on", (home, id, caller) =>
    unpauseExecution(home.world, id, caller),
  );
}

export function cancel(): Command {
  return signal("cancel", "end an execution before anything is applied", (home, id, caller, notes) =>
    cancelExecution(home.world, id, caller, notes),
  );
}

type Signal = (home: Home, id: string, caller: Caller, notes: string | undefined) => Promise<unknown>;

function signal(verb: string, description: string, send: Signal): Command {
  return command(`${verb} <id>`, description)
    .addOption(asOption())
    .option("--notes <text>", "why")
    .action(async (id: string, options: SignalOptions) => {
      await withHome(options, async (home) => {
        const caller = callerOf(options);
        await send(home, id, caller, options.notes);
        await show(home, id, caller, options);
        return EXIT.done;
      });
    });
}

async function show(
  home: Home,
  id: string,
  caller: Caller,
  { json }: CommonOptions,
): Promise<ExecutionReport> {
  const report = await executionReport(home, await find(home.world.table, id));
  if (json) printJson({ ...report, identity: identityOf(caller) });
  else printStyled(reportText(report));
  return report;
}

interface RollbackOptions extends SignalOptions {
  readonly pace: Pace;
}

export function rollback(): Command {
  return command("rollback <id>", "undo a change that is being applied or was applied, and watch it")
    .addOption(asOption())
    .addOption(paceOption())
    .option("--notes <text>", "why")
    .action(async (id: string, options: RollbackOptions) => {
      await withHome({ ...options, models: true, cloud: true }, (home) => undo(home, id, options));
    });
}

async function undo(home: Home, id: string, options: RollbackOptions): Promise<ExitCode> {
  const caller = callerOf(options);
  await requestRollback(home.world, id, caller, options.notes);
  const stopped = await watchOn(home, [id], { ...options, command: "rollback" });
  if (!options.json) printLine();
  const report = await show(home, id, caller, options);
  if (stopped && !options.json) printLine(STOPPED);
  if (report.outcome === "rolled_back") return EXIT.done;
  return report.outcome === "applied" ? EXIT.blocked : report.outcome === null ? EXIT.waiting : EXIT.failed;
}

interface BudgetOptions extends CommonOptions, CallerOptions {
  readonly tokens?: number;
  readonly minutes?: number;
  readonly usd?: number;
}

export function budget(): Command {
  return command(
    "budget <id>",
    "show what an execution may still spend, or grant somebody else's execution more",
  )
    .addOption(asOption())
    .option("--tokens <n>", "tokens to add", positiveInteger)
    .option("--minutes <n>", "minutes of work to add", amount)
    .option("--usd <n>", "dollars to add", amount)
    .action(async (id: string, options: BudgetOptions) => {
      await withHome(options, (home) => budgetOf(home, id, options));
    });
}

async function budgetOf(
  home: Home,
  id: string,
  { tokens = 0, minutes = 0, usd = 0, ...options }: BudgetOptions,
): Promise<ExitCode> {
  const caller = callerOf(options);
  if (tokens + minutes + usd > 0) {
    const more = { tokens, milliseconds: Math.round(minutes * 60_000), microUsd: microUsd(usd) };
    await grantBudget(home.world, id, caller, more, AGENT_NAMES);
  }
  const { environment } = await find(home.world.table, id);
  const { limits } = home.world.environment(environment);
  const { cap, remaining: left } = await atomically(home.world.table, (unit) => remaining(unit, id, limits));
  if (options.json) printJson({ executionId: id, cap, remaining: left, identity: identityOf(caller) });
  else {
    printLine(`tokens   ${left.tokens} of ${cap.tokens} left`);
    printLine(
      `minutes  ${(left.milliseconds / 60_000).toFixed(1)} of ${(cap.milliseconds / 60_000).toFixed(1)} left`,
    );
    printLine(`dollars  ${(left.microUsd / 1e6).toFixed(2)} of ${(cap.microUsd / 1e6).toFixed(2)} left`);
    printLine(`identities are ${IDENTITY_NOTE}`);
  }
  return EXIT.done;
}
