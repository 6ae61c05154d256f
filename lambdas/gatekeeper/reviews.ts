import * as z from "zod";
import { attachedTo } from "../../core/artifacts/attached.ts";
import { designBlocked, relaxationText } from "../../core/artifacts/design-blocked.ts";
import { artifactJson } from "../../core/artifacts/text.ts";
import { type ArtifactRef, sha256Hex } from "../../core/artifacts/vocabulary.ts";
import { advance, requireNotCancelled } from "../../core/execution/execution.ts";
import { load, store } from "../../core/execution/executions.ts";
import { functionEvent } from "../../core/function-event.ts";
import { open } from "../../core/gate/gates.ts";
import { ArtifactError, type World } from "../../core/ports.ts";
import { atomically } from "../../core/table/atomically.ts";
import { type Asked, type GateWait, newGate, waitFor } from "./new-gate.ts";

export const reviewEvent = functionEvent.extend({
  type: z.enum(["design_review", "stack_recovery"]),
  /** Of exactly what is asked. */
  digest: sha256Hex,
  subject: z.string(),
  requiredApprovals: z.int().positive(),
});

/** Opens a gate beside the approval of a change. */
export async function openReview(
  event: z.output<typeof reviewEvent>,
  world: World,
): Promise<{ gates: GateWait[] }> {
  const { type, digest, subject, requiredApprovals } = event;
  return await review(event, { type, digest, subject, requiredApprovals }, world);
}

/** Puts the smallest relaxation of a design that clashed before a person. */
export async function askToRelax(
  event: z.output<typeof functionEvent>,
  world: World,
): Promise<{ gates: GateWait[]; relaxation: ArtifactRef }> {
  const attached = await attachedTo(world.table, event.executionId);
  const relaxation = attached.find(({ kind }) => kind === "DesignBlocked");
  if (!relaxation) {
    throw new ArtifactError(
      "ArtifactNotFound",
      `execution ${event.executionId} has no DesignBlocked to decide on`,
    );
  }
  const blocked = designBlocked.parse(await artifactJson(world.artifacts, relaxation.sha256));
  const subject = `DesignBlocked: ${blocked.reason}. Agree to ${relaxationText(blocked)}?`;
  const asked: Asked = { type: "design_review", digest: relaxation.sha256, subject, requiredApprovals: 1 };
  return { ...(await review(event, asked, world)), relaxation };
}

async function review(
  { executionId, idempotencyKey }: z.output<typeof functionEvent>,
  asked: Asked,
  world: World,
): Promise<{ gates: GateWait[] }> {
  return await atomically(world.table, async (unit) => {
    const execution = await load(unit, executionId);
    if (asked.type === "design_review") requireNotCancelled(execution);
    const opened = await open(unit, newGate(execution, idempotencyKey, asked, world));
    const now = world.clock.now();
    store(unit, { ...advance(execution, "BLOCKED"), stage: asked.type, updatedAt: now.toISOString() });
    return { gates: [waitFor(opened, now)] };
  });
}
