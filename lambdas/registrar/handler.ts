import * as z from "zod";
import { dismissalKey, dismissExecution } from "../../core/budget/ledger.ts";
import {
  advance,
  type ChangeStatus,
  type Execution,
  OUTCOMES,
  type Outcome,
  statusFor,
} from "../../core/execution/execution.ts";
import { load, store } from "../../core/execution/executions.ts";
import { type Failure, messageOf, outcomeAfter } from "../../core/execution/failure.ts";
import { reopen } from "../../core/execution/request-rollback.ts";
import { functionEvent } from "../../core/function-event.ts";
import type { Gate } from "../../core/gate/gate.ts";
import { close, ofExecution } from "../../core/gate/gates.ts";
import { foreseeLock, releaseLock } from "../../core/lock/locks.ts";
import type { World } from "../../core/ports.ts";
import { redact } from "../../core/secrets/redact.ts";
import { atomically } from "../../core/table/atomically.ts";
import { keys } from "../../core/table/keys.ts";
import { WORKSPACE_CHAIN } from "../../core/timeline/chain.ts";
import { record } from "../../core/timeline/record.ts";

const concludeEvent = functionEvent.extend({
  ending: z.custom<ChangeStatus>((value) => typeof value === "string"),
  outcome: z.enum(OUTCOMES),
  /** Step Functions' account of what went wrong, when something did. */
  failure: z.object({ Error: z.string(), Cause: z.string().default("") }).nullable(),
});

/**
 * The end of an execution: status, lock, gates, budget and both chains, in one transaction. Asked again it says how
 * it ended, also when the execution was opened again since.
 */
export async function conclude(input: unknown, world: World): Promise<object> {
  const { executionId, idempotencyKey, ending, failure, ...asked } = concludeEvent.parse(input);
  const outcome = outcomeAfter(asked.outcome, failure);
  const gates = await ofExecution(world.table, executionId);
  return await atomically(world.table, async (unit) => {
    const done = keys.result(executionId, idempotencyKey);
    await unit.foresee(
      ...[done, keys.execution(executionId), keys.chainHead(executionId), keys.chainHead(WORKSPACE_CHAIN)],
      ...gates.map(({ id }) => keys.gate(executionId, id)),
    );
    const earlier = await unit.get<{ outcome: Outcome }>(done);
    if (earlier) return earlier;
    const execution = await load(unit, executionId);
    if (execution.endedAt) return { outcome: execution.outcome };
    unit.put({ ...done, attributes: { outcome } });
    const now = world.clock.now();
    const at = now.toISOString();
    for (const { id } of gates) {
      const gate = await unit.get<Gate>(keys.gate(executionId, id));
      if (gate) await close(unit, gate, "closed", now);
    }
    await foreseeLock(unit, execution, dismissalKey(execution));
    await releaseLock(unit, execution, at);
    await dismissExecution(unit, execution, world.environment(execution.environment).limits);
    store(unit, ended(execution, { ending, outcome, failure }, at));
    const error = failure ? { error: failure.Error } : {};
    const event = await record(unit, executionId, {
      at,
      type: "execution.ended",
      actor: "conductor",
      data: { changeStatus: ending, outcome, ...error },
    });
    const data = { executionId, changeStatus: ending, outcome, seq: event.seq, hash: event.hash };
    await record(unit, WORKSPACE_CHAIN, { at, type: "execution.ended", actor: "conductor", data });
    // Asked for in the last moment of the apply, when it was past stopping: it is undone instead.
    if (outcome === "applied" && execution.signals.rollback && !execution.rollback) {
      await reopen(unit, await load(unit, executionId), at);
    }
    return { outcome };
  });
}

interface Ending {
  readonly ending: ChangeStatus;
  readonly outcome: Outcome;
  readonly failure: Failure | null;
}

function ended(execution: Execution, { ending, outcome, failure }: Ending, at: string): Execution {
  const { parked: _left, ...rest } = execution;
  return {
    ...advance(rest, ending),
    status: statusFor(outcome),
    outcome,
    stage: "ended",
    endedAt: at,
    updatedAt: at,
    ...(failure ? { error: { name: failure.Error, message: redact(messageOf(failure.Cause)) } } : {}),
  };
}
