import type { Unit } from "./table/atomically.ts";
import { keys } from "./table/keys.ts";

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
    };

/** Puts an effect into the outbox, once however often its cause is retried. */
export async function dispatch(unit: Unit, at: string, effect: Effect): Promise<void> {
  const key = keys.outbox(at, `${effect.kind}#${effect.id}`);
  if (await unit.get(key)) return;
  unit.put({ ...key, attributes: effect });
}
