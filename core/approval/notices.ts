import { canDecide } from "../gate/can-decide.ts";
import type { Gate } from "../gate/gate.ts";
import { type Grant, may } from "../identity/access.ts";
import type { Person } from "../identity/people.ts";

/** What people are told of a gate: that it waits, that it still waits, and that those before did not answer. */
export const NOTICES = ["ask", "remind", "escalate"] as const;
export type NoticeKind = (typeof NOTICES)[number];

/** Share of a gate's time after which each is due. At the end of it the gate closes: silence is no approval. */
const DUE: Readonly<Record<NoticeKind, number>> = { ask: 0, remind: 0.5, escalate: 0.75 };

export interface Notice {
  readonly kind: NoticeKind;
  readonly to: readonly Person[];
}

/**
 * What is due to be said of an open gate: first its approvers are asked, at half of its time reminded, and at three
 * quarters its administrators are asked as well. Who cannot decide there, or has, is left in peace.
 * @param given what was said already
 */
export function noticesDue(
  gate: Gate,
  people: readonly Person[],
  given: readonly NoticeKind[],
  now: Date,
): readonly Notice[] {
  const opened = Date.parse(gate.openedAt);
  const share = (now.getTime() - opened) / (Date.parse(gate.expiresAt) - opened);
  const able = people.filter((person) => mayStill(person, gate, now));
  const first = able.filter(({ grants }) => holds(grants, "approver", gate));
  const others = able.filter((person) => !first.includes(person));
  const groups: Readonly<Record<NoticeKind, readonly Person[]>> = {
    // Where nobody is an approver, waiting for one would be in vain.
    ask: first.length > 0 ? first : others,
    remind: first,
    escalate: others,
  };
  return NOTICES.filter((kind) => share >= DUE[kind] && !given.includes(kind)).map((kind) => ({
    kind,
    to: groups[kind],
  }));
}

function mayStill({ principal, grants }: Person, gate: Gate, now: Date): boolean {
  const caller = { principal, via: "mail", authenticated: false } as const;
  return may({ grants }, "decide", gate.environment) && canDecide({ caller, grants }, gate, now);
}

function holds(grants: readonly Grant[], role: Grant["role"], { environment }: Gate): boolean {
  return grants.some((grant) => grant.role === role && grant.environment === environment);
}
