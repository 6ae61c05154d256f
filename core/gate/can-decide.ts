import { type Identity, may } from "../identity/access.ts";
import { type Gate, lapse } from "./gate.ts";

/** True when this person's decision would count at a gate now, as far as one can tell beforehand. */
export function canDecide(identity: Identity, stored: Gate, now: Date): boolean {
  const gate = lapse(stored, now);
  const who = identity.caller.principal;
  const open = gate.status === "open" && gate.requestedBy !== who;
  return open && may(identity, "decide", gate.environment) && !gate.votes.some(({ by }) => by === who);
}
