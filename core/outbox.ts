import { type DomainEvent, type EventBus, EventsRefused } from "./events/event-bus.ts";
import type { Orchestrator } from "./orchestrator.ts";
import type { AnchorStore } from "./ports.ts";
import type { Unit } from "./table/atomically.ts";
import { keys } from "./table/keys.ts";
import { pagesOf } from "./table/pages.ts";
import { type Item, type Table, TableError, versionAfter } from "./table/table.ts";

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
  if (await unit.get(keys.outbox(at, `${effect.kind}#${effect.id}`))) return;
  dispatchNew(unit, at, effect);
}

/** The same for an effect that cannot be there yet, as its id is of what this unit has just made. */
export function dispatchNew(unit: Unit, at: string, effect: Effect): void {
  unit.put({ ...keys.outbox(at, `${effect.kind}#${effect.id}`), attributes: effect });
}

export interface Receivers {
  readonly orchestrator: Orchestrator;
  readonly anchors: AnchorStore;
}

const BATCH = 50;

/**
 * Delivers everything in the outbox, oldest first; says how many effects there were. One that cannot be delivered
 * stays for the next time and holds no other back. What somebody puts into it meanwhile is theirs to deliver.
 * @throws at the end, whatever the first that could not be delivered threw
 */
export async function deliver(table: Table, receivers: Receivers): Promise<number> {
  let delivered = 0;
  let failure: { readonly error: unknown } | undefined;
  for await (const { items } of pagesOf(table, { pk: keys.outbox("", "").pk, limit: BATCH })) {
    const handed = await handOver(items, receivers);
    await crossOff(table, handed.taken);
    delivered += handed.taken.length;
    failure ??= handed.failure;
  }
  if (failure) throw failure.error;
  return delivered;
}

export interface HandedOver {
  readonly taken: readonly OutboxItem[];
  /** Why the first that could not be delivered was not. */
  readonly failure?: { readonly error: unknown } | undefined;
}

/** Delivers these effects, as they lie in the outbox. Those that were taken are still to be crossed off. */
export async function handOver(items: readonly OutboxItem[], receivers: Receivers): Promise<HandedOver> {
  const taken: OutboxItem[] = [];
  let failure: HandedOver["failure"];
  for (const item of items) {
    try {
      await hand(item.attributes as unknown as Effect, receivers);
      taken.push(item);
    } catch (error) {
      failure ??= { error };
    }
  }
  return { taken, failure };
}

export type OutboxItem = Pick<Item, "pk" | "sk" | "version" | "attributes">;

/** A table that remembers which effects were put into its outbox, so that nobody needs to look for them. */
export interface NotingTable {
  readonly table: Table;
  /** Delivers them; those of others, and what is left over, are for `deliver`. */
  deliverOwn(receivers: Receivers): Promise<HandedOver>;
}

export function noting(table: Table): NotingTable {
  const own = new Map<string, OutboxItem>();
  const { pk: outbox } = keys.outbox("", "");
  const noted: Table = {
    get: (key) => table.get(key),
    query: (query) => table.query(query),
    transact: async (writes) => {
      await table.transact(writes);
      for (const write of writes) {
        if (!("put" in write) || write.put.pk !== outbox) continue;
        const { pk, sk, attributes } = write.put;
        own.set(sk, { pk, sk, attributes, version: versionAfter(write.expect) });
      }
    },
  };
  return {
    table: noted,
    deliverOwn: async (receivers) => {
      const items = [...own.values()];
      own.clear();
      return await handOver(items, receivers);
    },
  };
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

/**
 * Puts an event into the outbox of events. They have one of their own, so that a bus in trouble holds no execution
 * back and no execution waits for it.
 */
export function announce(unit: Unit, event: DomainEvent): void {
  unit.put({ ...keys.announcement(event.at, event.id), attributes: event });
}

/**
 * Publishes what was announced, oldest first; what the bus refuses stays for the next time, and all else is tried.
 * Says how many were published. @throws EventsRefused at the end, whatever the bus throws at once
 */
export async function publish(table: Table, bus: EventBus): Promise<number> {
  let published = 0;
  let refused: EventsRefused | undefined;
  for await (const { items } of pagesOf(table, { pk: keys.announcement("", "").pk, limit: BATCH })) {
    const batch = await publishThese(table, items, bus);
    published += batch.published;
    refused ??= batch.refused;
  }
  if (refused) throw refused;
  return published;
}

export interface Published {
  readonly published: number;
  /** What the bus did not take, and why. */
  readonly refused?: EventsRefused | undefined;
}

/** Publishes these events, as they lie in their outbox, and crosses off those that were taken. @throws what the bus throws */
export async function publishThese(
  table: Table,
  items: readonly OutboxItem[],
  bus: EventBus,
): Promise<Published> {
  const events = items.map(({ attributes }) => attributes as unknown as DomainEvent);
  const refused = await offer(bus, events);
  const taken = items.filter((_, at) => !refused?.ids.has(events[at]?.id ?? ""));
  await crossOff(table, taken);
  return { published: taken.length, refused };
}

async function offer(bus: EventBus, events: readonly DomainEvent[]): Promise<EventsRefused | undefined> {
  if (events.length === 0) return undefined;
  try {
    await bus.publish(events);
    return undefined;
  } catch (error) {
    if (error instanceof EventsRefused) return error;
    throw error;
  }
}

/**
 * Removes what was taken from its outbox. Somebody else may have delivered some at the same time: then they are gone,
 * which is all that is wanted.
 */
export async function crossOff(
  table: Table,
  items: readonly Pick<Item, "pk" | "sk" | "version">[],
): Promise<void> {
  if (items.length === 0) return;
  try {
    await table.transact(items.map(({ pk, sk, version }) => ({ remove: { pk, sk }, expect: version })));
  } catch (error) {
    if (!(error instanceof TableError && error.name === "Conflict")) throw error;
    if (items.length > 1) for (const item of items) await crossOff(table, [item]);
  }
}
