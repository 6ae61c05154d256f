import { setTimeout } from "node:timers/promises";
import type { Execution } from "../../core/execution/execution.ts";
import { every, find } from "../../core/execution/executions.ts";
import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { readChain } from "../../core/timeline/record.ts";
import { type Rest, restOf } from "./at-rest.ts";
import { Driver } from "./driver.ts";
import type { Home } from "./home.ts";

export interface CarryOnOptions {
  /** As it is shown to others who would like to drive. */
  readonly command: string;
  /** Told of every new event of every execution watched. */
  readonly onEvent?: (event: TimelineEvent) => void;
  readonly onError: (error: unknown) => void;
  /** Aborted when the person wants to leave: what runs is journalled, nothing new is begun. */
  readonly signal: AbortSignal;
}

/**
 * Moves executions on until none of those named can go on by itself, or until `signal`. If another process drives
 * this directory it only watches, and takes over when that one leaves.
 * @throws StorageError when the disk gives out
 */
export async function carryOn(
  home: Home,
  ids: readonly string[],
  options: CarryOnOptions,
): Promise<Map<string, Rest | undefined>> {
  let driver: Driver | undefined;
  const seen = new Map(ids.map((id) => [id, 0]));
  try {
    for (;;) {
      driver ??= await Driver.begin(home, options.command, options.onError);
      if (driver?.failure) throw driver.failure;
      const rests = await look(home, seen, options);
      const resting = [...rests.values()].every((rest) => rest !== undefined);
      if (resting || options.signal.aborted) return rests;
      await setTimeout(home.lookMs);
    }
  } finally {
    await driver?.stop();
  }
}

async function look(
  home: Home,
  seen: Map<string, number>,
  { onEvent }: CarryOnOptions,
): Promise<Map<string, Rest | undefined>> {
  const rests = new Map<string, Rest | undefined>();
  for (const [id, last] of seen) {
    // The state first: events read afterwards are then never behind it.
    rests.set(id, await restOf(home.world, await find(home.world.table, id)));
    if (!onEvent) continue;
    for await (const event of readChain(home.world.table, id, last)) {
      seen.set(id, event.seq);
      onEvent(event);
    }
  }
  return rests;
}

const OPEN = ["pending", "running", "paused"] as const;

/** Every execution that has not ended. */
export async function openExecutions(home: Home): Promise<Execution[]> {
  const found: Execution[] = [];
  for (const status of OPEN)
    for await (const execution of every(home.world.table, { status, page: 100 })) found.push(execution);
  return found;
}
