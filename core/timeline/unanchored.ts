import type { Effect } from "../outbox.ts";
import type { AnchorStore, World } from "../ports.ts";
import { keys } from "../table/keys.ts";
import { pagesOf } from "../table/pages.ts";
import type { Table } from "../table/table.ts";
import type { TimelineEvent } from "./chain.ts";
import { type Anchor, anchorFaults, type Fault } from "./verify.ts";

/** A workspace's record: its rows, its artifacts, and the heads that are kept apart from both. */
export interface AnchoredRecord {
  readonly world: Pick<World, "table" | "artifacts">;
  readonly anchors: AnchorStore;
}

/**
 * Heads that are written down nowhere apart from these chains, though they were delivered. `anchors` may be older
 * than the chains: what is missing there is looked for once more.
 */
export async function unanchored(
  { world: { table }, anchors: store }: AnchoredRecord,
  chains: ReadonlyMap<string, readonly TimelineEvent[]>,
  anchors: readonly Anchor[],
): Promise<Fault[]> {
  if (faultsIn(chains, anchors).length === 0) return [];
  // Whoever delivers writes the anchor down before the effect goes: one of the two is always there.
  const waiting = await undelivered(table);
  return faultsIn(chains, [...waiting, ...(await store.all())]);
}

function faultsIn(chains: ReadonlyMap<string, readonly TimelineEvent[]>, heads: readonly Anchor[]): Fault[] {
  const ofChain = Map.groupBy(heads, ({ chain }) => chain);
  return [...chains].flatMap(([chain, events]) => anchorFaults(chain, events, ofChain.get(chain) ?? []));
}

/** Anchors that wait in the outbox. */
async function undelivered(table: Table): Promise<Anchor[]> {
  const found: Anchor[] = [];
  for await (const { items } of pagesOf(table, { pk: keys.outbox("", "").pk, limit: 100 })) {
    for (const { attributes } of items) {
      const effect = attributes as unknown as Effect;
      if (effect.kind === "anchor") found.push(effect);
    }
  }
  return found;
}
