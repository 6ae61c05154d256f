import type { Execution } from "../../core/execution/execution.ts";
import { list } from "../../core/execution/executions.ts";
import type { Failure } from "../../core/execution/failure.ts";
import type { Engine } from "../../engine/engine.ts";
import { ServiceError } from "../../engine/service-error.ts";
import { conclude } from "../../lambdas/registrar/handler.ts";
import type { Home } from "./home.ts";
import { runArn } from "./machines.ts";

const OPEN = ["pending", "running", "paused"] as const;
const PAGE = 100;

/**
 * Ends executions whose state machine ended without saying so (it failed in a way no Catch foresaw), so that none
 * keeps a lock for ever; and lets rows that have expired go.
 */
export async function reconcile(home: Home, engine: Engine): Promise<void> {
  home.tidy();
  for (const status of OPEN) {
    const { executions } = await list(home.world.table, { status, limit: PAGE });
    for (const execution of executions) await check(home, engine, execution);
  }
}

async function check(home: Home, engine: Engine, execution: Execution): Promise<void> {
  const died = deadRun(engine, execution);
  if (!died) return;
  await conclude(
    {
      executionId: execution.id,
      idempotencyKey: `${execution.run.name}/reconcile`,
      ending: "BLOCKED",
      outcome: execution.watch ? "stuck" : "failed",
      failure: died,
    },
    home.world,
  );
}

/** What ended the state machine's run, when it ended badly; undefined while it runs or is yet to start. */
function deadRun(engine: Engine, { run }: Execution): Failure | undefined {
  try {
    const { status, error, cause } = engine.describeExecution({ executionArn: runArn(run) });
    if (status === "RUNNING" || status === "SUCCEEDED") return undefined;
    return { Error: error ?? status, Cause: cause ?? `the state machine's run ${run.name} is ${status}` };
  } catch (caught) {
    if (caught instanceof ServiceError && caught.name === "ExecutionDoesNotExist") return undefined;
    throw caught;
  }
}
