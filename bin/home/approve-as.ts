import { castVote, ofExecution } from "../../core/gate/gates.ts";
import type { Home } from "./home.ts";

/**
 * Lets others, declared as all users on one machine are, approve the open gates of an execution, each gate by as
 * many as it takes. False when they were not enough.
 */
export async function approveAs(
  home: Home,
  executionId: string,
  approvers: readonly string[],
): Promise<boolean> {
  const { table, clock } = home.world;
  for (const { id: gateId, status, digest, requiredApprovals } of await ofExecution(table, executionId)) {
    if (status !== "open") continue;
    if (approvers.length < requiredApprovals) return false;
    for (const principal of approvers.slice(0, requiredApprovals)) {
      const caller = { principal, via: "cli", authenticated: false } as const;
      await castVote(table, { gateId, decision: "approve", caller, digest }, clock.now());
    }
  }
  return true;
}
