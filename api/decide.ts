import { requireApplicable } from "../core/approval/gate-dossier.ts";
import { InputError } from "../core/artifacts/parse.ts";
import { requirePlainTexts } from "../core/artifacts/plain-text.ts";
import type { Condition } from "../core/gate/conditions.ts";
import { isCritical } from "../core/gate/critical.ts";
import type { Gate } from "../core/gate/gate.ts";
import { castVote } from "../core/gate/gates.ts";
import { type Identity, requireAccess } from "../core/identity/access.ts";
import type { StepUpProof } from "../core/identity/step-up.ts";
import type { ApiPorts } from "./ports.ts";

export interface Decided {
  readonly decision: "approve" | "reject";
  /** Of what they read. */
  readonly digest: string;
  readonly notes?: string | undefined;
  /** An emergency: the approval is to stand for the whole quorum. */
  readonly breakGlass?: boolean;
  /** What an approval depends on; a rejection depends on nothing. */
  readonly conditions?: readonly Condition[] | undefined;
}

/**
 * Somebody's decision at a gate, by whatever door it came: their role there, what they show at a critical gate, and
 * only then their vote.
 * @throws AccessError, InputError, ConditionError, StepUpError, GateError
 */
export async function decideOn(
  { world, stepUp }: Pick<ApiPorts, "world" | "stepUp">,
  gate: Gate,
  { caller, grants }: Identity,
  { decision, digest, notes, breakGlass = false, conditions = [] }: Decided,
  proof: StepUpProof,
): Promise<Gate> {
  requireAccess({ caller, grants }, "decide", gate.environment);
  requirePlainTexts({ notes }, "the decision");
  if (decision === "reject" && notes === undefined) {
    throw new InputError("InvalidInput", "notes: say why it is rejected: whoever asked reads it");
  }
  if (breakGlass) requireEmergency({ caller, grants }, gate, { decision, notes });
  if (decision === "reject" && conditions.length > 0) {
    throw new InputError("InvalidInput", "conditions: a rejection depends on nothing; leave them out");
  }
  await requireApplicable(world, gate, conditions);
  const now = world.clock.now();
  const shown =
    isCritical(gate) || breakGlass ? { stepUp: await stepUp.prove(caller.principal, proof, now) } : {};
  const said = notes === undefined ? {} : { notes };
  const broken = breakGlass ? { breakGlass: true as const } : {};
  const vote = { gateId: gate.id, decision, caller, digest, ...said, ...shown, ...broken, conditions };
  return await castVote(world.table, vote, now);
}

/** Glass is broken by who may, to approve, and with the reason written down. @throws AccessError, InputError */
function requireEmergency(
  identity: Identity,
  { environment }: Gate,
  { decision, notes }: Pick<Decided, "decision" | "notes">,
): void {
  requireAccess(identity, "break-glass", environment);
  if (decision !== "approve" || notes === undefined) {
    throw new InputError(
      "InvalidInput",
      "breaking the glass approves, and the notes say what the emergency is",
    );
  }
}
