import { domainEventOf } from "../events/event-bus.ts";
import { announce, dispatchNew } from "../outbox.ts";
import { redactIn } from "../secrets/redact.ts";
import type { Unit } from "../table/atomically.ts";
import { keys } from "../table/keys.ts";
import { pagesOf } from "../table/pages.ts";
import type { Table } from "../table/table.ts";
import {
  type ChainHead,
  isAnchored,
  link,
  type TimelineEntry,
  type TimelineEvent,
  WORKSPACE_CHAIN,
} from "./chain.ts";

/**
 * Appends to a chain within a unit of work, so that an event and the change it tells of are stored together, and
 * whoever should hear of it will. What looks like a credential stays out: the record is for ever.
 */
export async function record(unit: Unit, chain: string, entry: TimelineEntry): Promise<TimelineEvent> {
  const headKey = keys.chainHead(chain);
  const clean = { ...entry, data: redactIn(entry.data) };
  const event = link(chain, await unit.get<ChainHead>(headKey), clean);
  unit.put({ ...keys.chainEvent(chain, event.seq), attributes: event });
  unit.put({ ...headKey, attributes: { seq: event.seq, hash: event.hash } });
  if (isAnchored(entry.type)) {
    dispatchNew(unit, event.at, {
      kind: "anchor",
      id: event.hash,
      chain,
      seq: event.seq,
      hash: event.hash,
      at: event.at,
    });
  }
  const told = chain === WORKSPACE_CHAIN ? undefined : domainEventOf(event);
  if (told) announce(unit, told);
  return event;
}

const PAGE = 500;

/** All events of a chain, oldest first, after the given sequence number, as they are stored. */
export async function* readChain(table: Table, chain: string, after = 0): AsyncGenerator<TimelineEvent> {
  const { pk, sk } = keys.chainEvent(chain, after);
  for await (const { items } of pagesOf(table, { pk, prefix: "EVENT#", limit: PAGE, after: sk }))
    for (const item of items) yield item.attributes as unknown as TimelineEvent;
}
