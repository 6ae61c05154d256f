import {
  DescribeEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import type { Clock } from "../../core/clock.ts";
import {
  type DomainEvent,
  type EventBus,
  EventsRefused,
  unpublishable,
} from "../../core/events/event-bus.ts";
import { type FailedEntry, sendInBatches } from "./batches.ts";
import { type AwsPlace, clientOf } from "./clients.ts";
import { mapped } from "./errors.ts";

/** What rules match our events by, beside their `detail-type`. */
const SOURCE = "conductor";

/** EventBridge's limits on one PutEvents; an entry counts 14 bytes for its time. */
const LIMITS = { count: 10, bytes: 256 * 1024 };
const TIME_BYTES = 14;

/** How long a bus that was there is taken to be there still, in milliseconds. */
const SURE_MS = 300_000;

/** Failures of an entry that are EventBridge's own and may pass. */
const PASSING = /^(ThrottlingException|InternalFailure|InternalException|ServiceUnavailable)/;

interface Entry {
  readonly id: string;
  readonly request: PutEventsRequestEntry;
}

/** Events on an EventBridge bus, their type as `detail-type` and themselves as `detail`. */
export class EventBridgeBus implements EventBus {
  readonly #client: EventBridgeClient;
  readonly #bus: string;
  readonly #clock: Pick<Clock, "now">;
  #sureUntil = 0;

  /** @param bus its name or ARN */
  constructor(place: AwsPlace, bus: string, clock: Pick<Clock, "now">) {
    this.#client = clientOf(place, EventBridgeClient);
    this.#bus = bus;
    this.#clock = clock;
  }

  async publish(events: readonly DomainEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#requireBus();
    const refused = new Map<string, string>();
    const entries: Entry[] = [];
    for (const event of events) {
      const why = unpublishable(event);
      if (why === undefined) entries.push(this.#entryFor(event));
      else refused.set(event.id, why);
    }
    const send = (batch: readonly Entry[]) => this.#put(batch);
    const lost = await sendInBatches(entries, { limits: LIMITS, bytesOf, send });
    for (const [{ id }, why] of lost) refused.set(id, why);
    if (refused.size > 0) throw new EventsRefused(refused);
  }

  /** PutEvents takes events for a bus that is not there, and loses them without a word. */
  async #requireBus(): Promise<void> {
    const now = this.#clock.now().getTime();
    if (now < this.#sureUntil) return;
    const command = new DescribeEventBusCommand({ Name: this.#bus });
    await mapped(() => this.#client.send(command), `the event bus ${this.#bus}: looking whether it is there`);
    this.#sureUntil = now + SURE_MS;
  }

  async #put(batch: readonly Entry[]): Promise<FailedEntry[]> {
    const command = new PutEventsCommand({ Entries: batch.map(({ request }) => request) });
    const what = `the event bus ${this.#bus}: publishing ${batch.length} events`;
    const { Entries = [] } = await mapped(() => this.#client.send(command), what);
    return Entries.flatMap(({ ErrorCode, ErrorMessage }, at) =>
      ErrorCode ? [{ at, reason: `${ErrorCode}: ${ErrorMessage}`, passing: PASSING.test(ErrorCode) }] : [],
    );
  }

  #entryFor(event: DomainEvent): Entry {
    const request = {
      EventBusName: this.#bus,
      Source: SOURCE,
      DetailType: event.type,
      Detail: JSON.stringify(event),
      Time: new Date(event.at),
    };
    return { id: event.id, request };
  }
}

function bytesOf({ request: { Source = "", DetailType = "", Detail = "" } }: Entry): number {
  return TIME_BYTES + Buffer.byteLength(Source + DetailType + Detail);
}
