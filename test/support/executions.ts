import type { MachineHome } from "../../bin/home/record.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { store } from "../../core/execution/executions.ts";
import type { Effect } from "../../core/outbox.ts";
import { atomically } from "../../core/table/atomically.ts";
import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { readChain } from "../../core/timeline/record.ts";
import { TestClock } from "./clock.ts";
import { AT } from "./records.ts";
import { testHome } from "./workspace.ts";

export interface Workplace extends MachineHome {
  readonly clock: TestClock;
  /** What happened to an execution, as its record tells it. */
  told(id?: string): Promise<TimelineEvent[]>;
  /** What is to be delivered to the state machines and the anchors. */
  effects(kind?: Effect["kind"]): Promise<Effect[]>;
}

/** A home in which these executions stand as a test wants them, its clock at a stop. */
export async function homeWith(...executions: readonly Execution[]): Promise<Workplace> {
  const clock = new TestClock(AT);
  const home = testHome({ clock });
  const { table } = home.world;
  for (const execution of executions) await atomically(table, async (unit) => store(unit, execution));
  return {
    ...home,
    clock,
    told: async (id = "exec_1") => {
      const events: TimelineEvent[] = [];
      for await (const event of readChain(table, id)) events.push(event);
      return events;
    },
    effects: async (kind) => {
      const { items } = await table.query({ pk: "OUTBOX", limit: 1000 });
      const all = items.map(({ attributes }) => attributes as unknown as Effect);
      return all.filter((effect) => kind === undefined || effect.kind === kind);
    },
  };
}
