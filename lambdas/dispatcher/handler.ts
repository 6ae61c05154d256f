import * as z from "zod";
import type { EventBus } from "../../core/events/event-bus.ts";
import { crossOff, deliver, handOver, publish, publishThese, type Receivers } from "../../core/outbox.ts";
import { keys } from "../../core/table/keys.ts";
import type { Item, Table } from "../../core/table/table.ts";

/** Rows as DynamoDB's stream tells of them, with the images of what was put (docs/adr/0018-a-stream-delivers-the-outbox.md). */
const streamBatch = z.object({
  Records: z.array(
    z.object({ dynamodb: z.object({ NewImage: z.record(z.string(), z.unknown()).optional() }) }),
  ),
});

export interface Dispatching {
  readonly table: Table;
  readonly receivers: Receivers;
  readonly bus: EventBus;
  /** Reads a row as the stream shows it. */
  itemOf(image: Readonly<Record<string, unknown>>): Item;
  /** Told of what could not be delivered now, and stays for the schedule. */
  onUndelivered(error: unknown): void;
}

/**
 * Delivers what was put into the two outboxes: what a batch of the stream shows, or, asked by the schedule, whatever
 * is still there. A batch never fails for an effect that nobody takes: it would come again and again, and hold back
 * all that follow.
 * @throws when the schedule asks, at the end, why something could not be delivered, so that somebody is alarmed
 */
export async function dispatchOutbox(event: unknown, dispatching: Dispatching): Promise<object> {
  const batch = streamBatch.safeParse(event);
  if (!batch.success) return await sweep(dispatching);
  const { table, receivers, bus, itemOf, onUndelivered } = dispatching;
  const items = batch.data.Records.flatMap(({ dynamodb: { NewImage } }) =>
    NewImage ? [itemOf(NewImage)] : [],
  );
  const within = (pk: string) => items.filter((item) => item.pk === pk);
  const handed = await handOver(within(keys.outbox("", "").pk), receivers);
  await crossOff(table, handed.taken);
  if (handed.failure) onUndelivered(handed.failure.error);
  try {
    const { refused } = await publishThese(table, within(keys.announcement("", "").pk), bus);
    if (refused) onUndelivered(refused);
  } catch (error) {
    onUndelivered(error);
  }
  return { batchItemFailures: [] };
}

async function sweep({ table, receivers, bus }: Dispatching): Promise<object> {
  const [delivered, published] = await Promise.allSettled([deliver(table, receivers), publish(table, bus)]);
  for (const one of [delivered, published]) if (one.status === "rejected") throw one.reason;
  return {};
}
