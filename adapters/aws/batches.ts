import { setTimeout } from "node:timers/promises";

/** What a service takes in one call. */
export interface BatchLimits {
  readonly count: number;
  readonly bytes: number;
}

/** One entry of a batch that the service did not take. */
export interface FailedEntry {
  /** Its place in the batch. */
  readonly at: number;
  readonly reason: string;
  /** Sending it again may help. */
  readonly passing: boolean;
}

/** Times an entry is sent, with pauses of up to 100, 200 and 400 ms between. */
const SENDINGS = 4;
const PAUSE_MS = 100;

export interface Batching<Entry> {
  readonly limits: BatchLimits;
  /** Of an entry as the service counts them; each fits into a batch of its own. */
  readonly bytesOf: (entry: Entry) => number;
  /** Makes one call, and tells which entries of it failed. */
  readonly send: (batch: readonly Entry[]) => Promise<readonly FailedEntry[]>;
}

/**
 * Sends entries in as few calls as the service allows. Entries that failed by themselves are sent again, and only
 * those; gives the ones that did not get through, each with why.
 */
export async function sendInBatches<Entry>(
  entries: readonly Entry[],
  batching: Batching<Entry>,
): Promise<Map<Entry, string>> {
  const lost = new Map<Entry, string>();
  let left = entries;
  for (let sending = 1; left.length > 0; sending++) {
    if (sending > 1) await setTimeout(Math.random() * PAUSE_MS * 2 ** (sending - 1));
    const refused = await sendOnce(left, batching);
    const again = sending < SENDINGS ? refused.filter(({ passing }) => passing) : [];
    for (const { entry, reason } of refused) lost.set(entry, reason);
    left = again.map(({ entry }) => entry);
    for (const entry of left) lost.delete(entry);
  }
  return lost;
}

async function sendOnce<Entry>(
  entries: readonly Entry[],
  { limits, bytesOf, send }: Batching<Entry>,
): Promise<{ entry: Entry; reason: string; passing: boolean }[]> {
  const refused = [];
  for (const batch of batchesOf(entries, limits, bytesOf)) {
    for (const { at, reason, passing } of await send(batch)) {
      const entry = batch[at];
      if (entry !== undefined) refused.push({ entry, reason, passing });
    }
  }
  return refused;
}

function batchesOf<Entry>(
  entries: readonly Entry[],
  limits: BatchLimits,
  bytesOf: (entry: Entry) => number,
): Entry[][] {
  const batches: Entry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const bytes = bytesOf(entry);
    const batch = batches.at(-1);
    if (batch && batch.length < limits.count && bytes <= room) {
      batch.push(entry);
      room -= bytes;
    } else {
      batches.push([entry]);
      room = limits.bytes - bytes;
    }
  }
  return batches;
}
