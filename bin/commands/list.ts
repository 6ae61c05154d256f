import { type Command, Option } from "commander";
import type { Execution } from "../../core/execution/execution.ts";
import { list as listExecutions } from "../../core/execution/executions.ts";
import { stateText } from "../../core/execution/state-text.ts";
import { minuteText } from "../../core/minute-text.ts";
import { EXIT } from "../cli/exit-codes.ts";
import { type CommonOptions, command, IDENTITY_NOTE, positiveInteger } from "../cli/options.ts";
import { printJson, printLine } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import { aligned } from "../output/aligned.ts";

interface ListOptions extends CommonOptions {
  readonly status?: Execution["status"];
  readonly limit: number;
  readonly cursor?: string;
}

const STATUSES = ["pending", "running", "paused", "completed", "failed"] as const;

export function list(): Command {
  return command("list", "list executions, newest first")
    .addOption(new Option("--status <status>", "only those").choices(STATUSES))
    .option("--limit <n>", "how many", positiveInteger, 20)
    .option("--cursor <cursor>", "go on where the last page ended")
    .action(async (options: ListOptions) => {
      await withHome(options, async (home) => {
        const { executions, cursor } = await listExecutions(home.world.table, options);
        if (options.json)
          printJson({
            executions: executions.map(listed),
            cursor: cursor ?? null,
            identities: IDENTITY_NOTE,
          });
        else print(executions, cursor);
        return EXIT.done;
      });
    });
}

function listed({
  id,
  status,
  changeStatus,
  outcome,
  environment,
  stack,
  requestedBy,
  createdAt,
  endedAt,
}: Execution): object {
  return {
    executionId: id,
    status,
    changeStatus,
    outcome: outcome ?? null,
    environment,
    stack,
    requestedBy,
    createdAt,
    endedAt: endedAt ?? null,
  };
}

function print(executions: readonly Execution[], cursor: string | undefined): void {
  if (executions.length === 0)
    printLine("no executions yet: `npx conductor run change --input examples/goals/photo-archive.json`");
  const rows = executions.map(({ id, changeStatus, outcome, environment, stack, requestedBy, createdAt }) => [
    minuteText(createdAt),
    id,
    environment,
    stack,
    stateText(changeStatus, outcome),
    requestedBy,
  ]);
  for (const row of aligned(rows)) printLine(row);
  if (executions.length > 0) printLine(`identities are ${IDENTITY_NOTE}`);
  if (cursor) printLine(`more: npx conductor list --cursor ${cursor}`);
}
