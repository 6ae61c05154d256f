import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventBridgeBus } from "../../adapters/aws/event-bus.ts";
import { SqliteEventBus } from "../../adapters/embedded/event-bus.ts";
import {
  type DomainEvent,
  EVENT_BYTES,
  type EventBus,
  type EventsRefused,
} from "../../core/events/event-bus.ts";
import { openDatabase } from "../../engine/store/database.ts";
import { TestClock } from "../support/clock.ts";
import { anEvent, createBus } from "../support/event-buses.ts";
import { useMoto } from "../support/moto.ts";
import { wireIsMissing } from "../support/moto-server.ts";
import { sharedFile } from "../support/tables.ts";

interface Opened {
  readonly bus: EventBus;
  /** The same bus as another process has it. */
  readonly other: EventBus;
  /** What listeners got since the last time this was asked. */
  arrived(): Promise<DomainEvent[]>;
}

describe("the event bus on SQLite", () => {
  cases(() => {
    const file = sharedFile();
    const clock = new TestClock();
    const bus = new SqliteEventBus(openDatabase(file), clock);
    let position = 0;
    const arrived = () => {
      const found = bus.read(position, 1_000);
      position = found.at(-1)?.position ?? position;
      return Promise.resolve(found.map(({ event }) => event));
    };
    return Promise.resolve({ bus, other: new SqliteEventBus(openDatabase(file), clock), arrived });
  });
});

describe.skipIf(wireIsMissing)("the event bus on EventBridge", () => {
  const moto = useMoto();
  cases(async () => {
    const { name, arrived } = await createBus(moto().place());
    const open = () => new EventBridgeBus(moto().place(), name, new TestClock());
    return { bus: open(), other: open(), arrived };
  });
});

const byId = (events: readonly DomainEvent[]) => events.toSorted((a, b) => (a.id < b.id ? -1 : 1));
const distinct = (events: readonly DomainEvent[]) => [...new Set(events.map(({ id }) => id))].toSorted();

function cases(open: () => Promise<Opened>): void {
  test("brings listeners exactly what was published, whatever is in it", async () => {
    const { bus, other, arrived } = await open();
    const data = fc.dictionary(fc.string({ unit: "grapheme", minLength: 1 }), fc.jsonValue(), { maxKeys: 4 });
    let seq = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(data, { minLength: 1, maxLength: 3 }), fc.boolean(), async (many, first) => {
        // As JSON has them: without -0.
        const events = many.map((one) =>
          anEvent(++seq, { data: JSON.parse(JSON.stringify(one)) as DomainEvent["data"] }),
        );
        await (first ? bus : other).publish(events);
        expect(byId(await arrived())).toEqual(byId(events));
      }),
      { numRuns: 25 },
    );
  });

  test("takes none at all without a word", async () => {
    const { bus, arrived } = await open();
    await bus.publish([]);
    expect(await arrived()).toEqual([]);
  });

  test("takes many more than go into one call", async () => {
    const { bus, arrived } = await open();
    const events = Array.from({ length: 37 }, (_, i) => anEvent(i + 1));
    await bus.publish(events);
    expect(distinct(await arrived())).toEqual(distinct(events));
  });

  test("takes large ones that do not fit into one call together", async () => {
    const { bus, arrived } = await open();
    const events = [1, 2, 3].map((seq) => anEvent(seq, { data: { text: "x".repeat(120_000) } }));
    await bus.publish(events);
    expect(distinct(await arrived())).toEqual(distinct(events));
  });

  test("refuses one that is too large by its id, and publishes all others", async () => {
    const { bus, arrived } = await open();
    const large = anEvent(2, { data: { text: "é".repeat(EVENT_BYTES / 2) } });
    const error = await bus.publish([anEvent(1), large, anEvent(3)]).catch((one: unknown) => one);
    expect(error).toMatchObject({
      name: "EventsRefused",
      message: expect.stringContaining("exec_1#2 (it has"),
    });
    expect([...(error as EventsRefused).ids]).toEqual(["exec_1#2"]);
    expect(distinct(await arrived())).toEqual(["exec_1#1", "exec_1#3"]);
  });

  test("takes the largest that may be", async () => {
    const { bus, arrived } = await open();
    const frame = Buffer.byteLength(JSON.stringify(anEvent(1, { data: { text: "" } })));
    const largest = anEvent(1, { data: { text: "x".repeat(EVENT_BYTES - frame) } });
    await bus.publish([largest]);
    expect(await arrived()).toEqual([largest]);
  });

  test("may bring an event twice that was published twice, under the same id", async () => {
    const { bus, other, arrived } = await open();
    await Promise.all([bus.publish([anEvent(1), anEvent(2)]), other.publish([anEvent(2), anEvent(1)])]);
    expect(distinct(await arrived())).toEqual(["exec_1#1", "exec_1#2"]);
  });
}
