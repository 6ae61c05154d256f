import type { Environment } from "../artifacts/vocabulary.ts";
import { NamedError } from "../errors.ts";
import { maySkip } from "../policy/skipping.ts";
import { type Condition, narrowest, requireWindow } from "./conditions.ts";

export type GateType =
  | "human_approval"
  | "security_check"
  | "compliance_check"
  | "design_review"
  | "stack_recovery";

export interface Gate {
  readonly id: string;
  readonly executionId: string;
  readonly type: GateType;
  readonly environment: Environment;
  readonly stack: string;
  /** What is decided, in a sentence. */
  readonly subject: string;
  /** Of exactly what is approved: the dossier's, or that of what a lesser gate asks. */
  readonly digest: string;
  readonly requestedBy: string;
  readonly requiredApprovals: number;
  readonly openedAt: string;
  readonly expiresAt: string;
  readonly status: "open" | "approved" | "rejected" | "expired" | "closed";
  readonly votes: readonly Vote[];
  /** Nobody was asked, as policy allows where it was opened. */
  readonly skipped?: { readonly by: string; readonly at: string };
  /** Where to deliver the decision. The row decides, whatever becomes of the token. */
  readonly taskToken?: string;
}

export interface Vote {
  readonly decision: "approve" | "reject";
  readonly by: string;
  readonly via: string;
  readonly authenticated: boolean;
  /** The digest of what the voter read. */
  readonly digest: string;
  readonly at: string;
  readonly notes?: string;
  /** By what means the voter proved anew who they are, at a critical gate. */
  readonly stepUp?: string;
  /** An emergency: this approval stands for the whole quorum, and is reviewed afterwards (break-glass.ts). */
  readonly breakGlass?: true;
  /** What the approval depends on; the broker holds to all of everybody's before it applies. */
  readonly conditions?: readonly Condition[];
}

export type GateErrorName =
  | "GateNotFound"
  | "SelfApproval"
  | "GateExpired"
  | "DigestMismatch"
  /** The same person a second time. */
  | "DecisionReplayed"
  /** The last approval would come from people who fill all the gates among fewer of them than there are gates. */
  | "OneForAll"
  /** Somebody else's decision came first. */
  | "GateAlreadyDecided"
  | "QuorumNotMet";

export class GateError extends NamedError<GateErrorName> {}

/**
 * One person's vote on an open gate. A rejection decides at once; approvals decide when the quorum is reached.
 * @throws GateError, each refusal under its own name; ConditionError ConditionImpossible
 */
export function decide(gate: Gate, vote: Vote, now: Date): Gate {
  if (gate.status === "approved" || gate.status === "rejected") {
    throw new GateError(
      "GateAlreadyDecided",
      `gate ${gate.id} is already ${gate.status}; nothing was changed`,
    );
  }
  if (gate.status === "closed") {
    throw new GateError("GateAlreadyDecided", `gate ${gate.id} was closed: its execution no longer asks`);
  }
  if (gate.status === "expired" || now.getTime() >= Date.parse(gate.expiresAt)) {
    throw new GateError(
      "GateExpired",
      `gate ${gate.id} expired at ${gate.expiresAt}; start the change again`,
    );
  }
  if (vote.by === gate.requestedBy) {
    throw new GateError("SelfApproval", `${vote.by} asked for this change, so somebody else must decide`);
  }
  if (vote.digest !== gate.digest) {
    throw new GateError(
      "DigestMismatch",
      `the change is no longer the one you read: you decided on ${vote.digest.slice(0, 12)}, the gate holds ${gate.digest.slice(0, 12)}`,
    );
  }
  if (gate.votes.some((earlier) => earlier.by === vote.by)) {
    throw new GateError(
      "DecisionReplayed",
      `${vote.by} has decided on gate ${gate.id} already; a decision counts once`,
    );
  }
  const decided = tally({ ...gate, votes: [...gate.votes, vote] });
  requireWindow(conditionsOf([decided]), { usableUntil: gate.expiresAt, now });
  return decided;
}

/** What the approvals of these gates depend on, all of them together: of each kind the narrowest. */
export function conditionsOf(gates: readonly Gate[]): readonly Condition[] {
  return narrowest(gates.flatMap(approvals).flatMap(({ conditions = [] }) => conditions));
}

function tally(gate: Gate): Gate {
  if (gate.votes.some((vote) => vote.decision === "reject")) return { ...gate, status: "rejected" };
  return hasQuorum(gate) ? { ...gate, status: "approved" } : gate;
}

function hasQuorum(gate: Gate): boolean {
  return approvals(gate).length >= gate.requiredApprovals || isBroken(gate) || isSkipped(gate);
}

/** True where nobody had to be asked; what a row says counts for nothing where policy does not allow it. */
function isSkipped(gate: Gate): boolean {
  return gate.skipped !== undefined && maySkip(gate);
}

/** True where somebody has broken the glass: never the requester, and on the gate's own digest. */
export function isBroken(gate: Gate): boolean {
  return approvals(gate).some(({ breakGlass }) => breakGlass === true);
}

/** The approvals that count: one a person, on the gate's own digest, never the requester's. */
export function approvals(gate: Gate): readonly Vote[] {
  const people = new Map<string, Vote>();
  for (const vote of gate.votes) {
    if (vote.decision === "approve" && vote.digest === gate.digest && vote.by !== gate.requestedBy) {
      people.set(vote.by, vote);
    }
  }
  return [...people.values()];
}

/**
 * Gates that are opened together ask different questions; as many different people answer them as there are gates.
 * @throws GateError OneForAll when these gates are all approved, by fewer people
 */
export function requirePeople(all: readonly Gate[]): void {
  const gates = all.filter((gate) => !isSkipped(gate));
  if (gates.length < 2 || !gates.every(isApproved) || gates.some(isBroken)) return;
  const people = [...new Set(gates.flatMap(approvals).map(({ by }) => by))];
  if (people.length >= gates.length) return;
  throw new GateError(
    "OneForAll",
    `this change has ${gates.length} gates and needs as many people; so far it would be approved by ${people.join(" and ")} alone, so somebody else must decide here`,
  );
}

/** An open gate past its time is expired, and stays so. */
export function lapse(gate: Gate, now: Date): Gate {
  const over = gate.status === "open" && now.getTime() >= Date.parse(gate.expiresAt);
  return over ? { ...gate, status: "expired" } : gate;
}

/**
 * What the gates of a change amount to together; the broker asks this again of the rows before it applies.
 * `waiting` only while every gate is approved or open.
 */
export function outcomeOf(
  gates: readonly Gate[],
): "approved" | "rejected" | "expired" | "closed" | "waiting" {
  for (const ending of ["rejected", "closed", "expired"] as const) {
    if (gates.some((gate) => gate.status === ending)) return ending;
  }
  return gates.length > 0 && gates.every(isApproved) ? "approved" : "waiting";
}

function isApproved(gate: Gate): boolean {
  return gate.status === "approved" && hasQuorum(gate);
}
