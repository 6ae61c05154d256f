import type { Orchestrator } from "./orchestrator.ts";
import type { AnchorStore } from "./ports.ts";
import type { Unit } from "./table/atomically.ts";
import { keys } from "./table/keys.ts";
import { type Item, type Table, TableError } from "./table/table.ts";

/**
 * An effect outside the table, stored in the same transaction as its cause and delivered at least once
 * afterwards: whoever receives it must take a second delivery for the first.
 */
export type Effect =
  | {
      readonly kind: "task-success";
      readonly id: string;
      readonly taskToken: string;
      readonly output: object;
    }
  | {
      readonly kind: "task-failure";
      readonly id: string;
      readonly taskToken: string;
      readonly error: string;
      readonly cause: string;
    }
  | {
      readonly kind: "start";
      readonly id: string;
      readonly machine: string;
      readonly name: string;
      readonly input: object;
    }
  | {
      readonly kind: "anchor";
      readonly id: string;
      readonly chain: string;
      readonly seq: number;
      readonly hash: string;
      readonly at: string;
    };

/** Puts an effect into the outbox, once however often its cause is retried. */
export async function dispatch(unit: Unit, at: string, effect: Effect): Promise<void> {
  const key = keys.outbox(at, `${effect.kind}#${effect.id}`);
  if (await unit.get(key)) return;
  unit.put({ ...key, attributes: effect });
}

export interface Receivers {
  readonly orchestrator: Orchestrator;
  readonly anchors: AnchorStore;
}

const BATCH = 50;

/** Delivers everything in the outbox, oldest first; says how many effects there were. */
export async function deliver(table: Table, receivers: Receivers): Promise<number> {
  let delivered = 0;
  for (;;) {
    const { items } = await table.query({ pk: keys.outbox("", "").pk, limit: BATCH });
    if (items.length === 0) return delivered;
    for (const item of items) {
      await hand(item.attributes as unknown as Effect, receivers);
      await remove(table, item);
      delivered++;
    }
  }
}

async function hand(effect: Effect, { orchestrator, anchors }: Receivers): Promise<void> {
  switch (effect.kind) {
    case "task-success":
      return await orchestrator.sendTaskSuccess(effect.taskToken, effect.output);
    case "task-failure":
      return await orchestrator.sendTaskFailure(effect.taskToken, effect.error, effect.cause);
    case "start":
      return await orchestrator.start(effect.machine, effect.name, effect.input);
    case "anchor":
      return await anchors.append({ chain: effect.chain, seq: effect.seq, hash: effect.hash, at: effect.at });
  }
}

/** Somebody else may have delivered it at the same time: then it is gone, which is all that is wanted. */
async function remove(table: Table, item: Item): Promise<void> {
  try {
    await table.transact([{ remove: item, expect: item.version }]);
  } catch (error) {
    if (!(error instanceof TableError && error.name === "Conflict")) throw error;
  }
}
