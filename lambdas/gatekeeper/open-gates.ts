import * as z from "zod";
import { requiredGate } from "../../core/artifacts/validation-report.ts";
import { artifactRef, sha256Hex } from "../../core/artifacts/vocabulary.ts";
import { advance, requireNotCancelled, requireSettledStrategy } from "../../core/execution/execution.ts";
import { load, store } from "../../core/execution/executions.ts";
import { functionEvent } from "../../core/function-event.ts";
import type { Gate } from "../../core/gate/gate.ts";
import { open, openingKeys, openSkipped } from "../../core/gate/gates.ts";
import { maySkip } from "../../core/policy/skipping.ts";
import type { World } from "../../core/ports.ts";
import { atomically } from "../../core/table/atomically.ts";
import { keys } from "../../core/table/keys.ts";
import { type GateWait, gateIdOf, newGate, waitFor } from "./new-gate.ts";

export const openEvent = functionEvent.extend({
  dossier: artifactRef,
  digest: sha256Hex,
  summary: z.string(),
  gates: z.array(requiredGate).min(1),
});

/** Opens the gates a change needs, all at once, and says how long each may wait; some need nobody, where policy says so. */
export async function openGates(
  event: z.output<typeof openEvent>,
  world: World,
): Promise<{ gates: GateWait[] }> {
  const { executionId, idempotencyKey, dossier, digest, summary: subject, gates } = event;
  return await atomically(world.table, async (unit) => {
    await unit.foresee(
      keys.execution(executionId),
      keys.chainHead(executionId),
      ...gates.flatMap(({ type }) => openingKeys(executionId, gateIdOf(idempotencyKey, type))),
    );
    const execution = await load(unit, executionId);
    requireNotCancelled(execution);
    requireSettledStrategy(execution);
    const now = world.clock.now();
    const opened: Gate[] = [];
    for (const { type, requiredApprovals } of gates) {
      const asked = { type, requiredApprovals, digest, subject };
      const gate = newGate(execution, idempotencyKey, asked, world);
      const skips = execution.skipGates !== undefined && maySkip(gate);
      opened.push(skips ? await openSkipped(unit, gate, execution.skipGates) : await open(unit, gate));
    }
    const waiting = advance(execution, "WAIT_FOR_APPROVE");
    store(unit, { ...waiting, stage: "AwaitGates", dossier, digest, updatedAt: now.toISOString() });
    return { gates: opened.map((gate) => waitFor(gate, now)) };
  });
}
