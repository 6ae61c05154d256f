import { Driver } from "../../bin/home/driver.ts";
import { openHome } from "../../bin/home/home.ts";
import type { Gate } from "../../core/gate/gate.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { GOAL } from "./goals.ts";
import { approveAll, start, untilAtRest } from "./workspace.ts";

/** A change of a stack that waits for its approval, with nobody driving. */
export interface WaitingChange {
  readonly id: string;
  readonly stack: string;
  readonly gate: Gate;
}

const table = (stack: string, partitionKey: string) => ({
  ...GOAL,
  stack,
  requires: [{ block: "kv_store", name: "orders", parameters: { partitionKey } }],
});

/**
 * New changes in a data directory, one of each stack, that wait for so many approvals: one for a table that is new,
 * two for one whose data a replacement would lose.
 */
export async function waitingChanges(
  data: string,
  stacks: readonly string[],
  approvals: 1 | 2,
): Promise<WaitingChange[]> {
  const home = openHome({ data, create: true, pace: "none" });
  const driver = await Driver.begin(home, "test", (error) => {
    throw error;
  });
  if (!driver) throw new Error(`somebody drives ${data}`);
  try {
    const made: WaitingChange[] = [];
    for (const stack of stacks) {
      if (approvals === 2) {
        const first = await start(home, driver, table(stack, "orderId"));
        await untilAtRest(home, first);
        await approveAll(home, driver, first);
        await untilAtRest(home, first);
      }
      const id = await start(home, driver, table(stack, "customerId"));
      await untilAtRest(home, id);
      const [gate] = await ofExecution(home.world.table, id);
      if (gate?.requiredApprovals !== approvals)
        throw new Error(`${stack} needs ${gate?.requiredApprovals} approvals, not ${approvals}`);
      made.push({ id, stack, gate });
    }
    return made;
  } finally {
    await driver.stop();
    home.close();
  }
}
