import * as z from "zod";
import { advance } from "../../core/execution/execution.ts";
import { load, store } from "../../core/execution/executions.ts";
import { functionEvent } from "../../core/function-event.ts";
import type { World } from "../../core/ports.ts";
import { atomically } from "../../core/table/atomically.ts";
import { daysAfter, RESULT_DAYS } from "../../core/table/expiry.ts";
import { keys } from "../../core/table/keys.ts";
import { record } from "../../core/timeline/record.ts";
import { closeDecided } from "./decisions.ts";

export const planAnewEvent = functionEvent.extend({ gates: z.array(z.object({ gateId: z.string() })) });

/** The strategy somebody chose is followed from here on; nothing that was decided about the old plan counts any more. */
export async function planAnew(
  { executionId, idempotencyKey, gates }: z.output<typeof planAnewEvent>,
  world: World,
): Promise<object> {
  const now = world.clock.now();
  const at = now.toISOString();
  await atomically(world.table, async (unit) => {
    const done = keys.result(executionId, idempotencyKey);
    if (await unit.get(done)) return;
    unit.put({ ...done, attributes: {}, expiresAt: daysAfter(now, RESULT_DAYS) });
    const execution = await load(unit, executionId);
    const { dossier: _void, digest: _stale, ...planning } = advance(execution, "IN_PROGRESS");
    const { strategy: chosen, ...signals } = execution.signals;
    const strategy = chosen ? { strategy: chosen.name } : {};
    store(unit, { ...planning, signals, ...strategy, stage: "DrawPlan", updatedAt: at });
    for (const { gateId } of gates) await closeDecided(unit, executionId, gateId);
    const data = { ...strategy, gates };
    await record(unit, executionId, { at, type: "execution.planned-anew", actor: "conductor", data });
  });
  return {};
}
