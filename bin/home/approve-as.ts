import { castVote, ofExecution } from "../../core/gate/gates.ts";
import type { Home } from "./home.ts";

/**
 * Rehearses what others would say at a simulated account: lets them, declared as all users on one machine are, approve
 * the open gates of an execution, each gate by as many as it takes, and at each first by those who have approved none
 * yet. Nobody shows a code for it, which is why it is no way to approve anything real. False when they were not enough.
 */
export async function approveAs(
  home: Home,
  executionId: string,
  approvers: readonly string[],
): Promise<boolean> {
  const { table, clock } = home.world;
  const gates = (await ofExecution(table, executionId)).filter(({ status }) => status === "open");
  const most = Math.max(...gates.map(({ requiredApprovals }) => requiredApprovals), gates.length);
  if (approvers.length < most) return false;
  let [next, ...later] = approvers;
  for (const { id: gateId, digest, requiredApprovals } of gates)
    for (let count = 0; count < requiredApprovals; count++) {
      const caller = { principal: next ?? "", via: "cli", authenticated: false } as const;
      await castVote(table, { gateId, decision: "approve", caller, digest }, clock.now());
      [next, ...later] = [...later, caller.principal];
    }
  return true;
}
