import { expect, test } from "vitest";
import { SqliteEventBus } from "../../../adapters/embedded/event-bus.ts";
import { openDatabase } from "../../../engine/store/database.ts";
import { TestClock } from "../../support/clock.ts";
import { anEvent } from "../../support/event-buses.ts";
import { sharedFile } from "../../support/tables.ts";

const DAY_MS = 86_400_000;

const seqs = (bus: SqliteEventBus, after = 0, limit = 100) =>
  bus.read(after, limit).map(({ event }) => event.seq);

test("whoever listens reads on from where they were, and misses nothing that comes meanwhile", async () => {
  const bus = new SqliteEventBus(openDatabase(":memory:"), new TestClock());
  expect(bus.read(0, 10)).toEqual([]);
  await bus.publish([anEvent(1), anEvent(2), anEvent(3)]);
  const [first, second] = bus.read(0, 2);
  expect([first?.event, second?.event]).toEqual([anEvent(1), anEvent(2)]);
  await bus.publish([anEvent(4)]);
  expect(seqs(bus, second?.position)).toEqual([3, 4]);
});

test("an event that is published again comes once, where it stood", async () => {
  const file = sharedFile();
  const bus = new SqliteEventBus(openDatabase(file), new TestClock());
  await bus.publish([anEvent(1), anEvent(2)]);
  await new SqliteEventBus(openDatabase(file), new TestClock()).publish([anEvent(1)]);
  expect(seqs(bus)).toEqual([1, 2]);
});

test("events can be read for seven days, and no position is given twice", async () => {
  const clock = new TestClock();
  const bus = new SqliteEventBus(openDatabase(":memory:"), clock);
  await bus.publish([anEvent(1)]);
  const position = bus.read(0, 1)[0]?.position;
  clock.advance(7 * DAY_MS - 1_000);
  await bus.publish([]);
  expect(seqs(bus)).toEqual([1]);
  clock.advance(1_000);
  await bus.publish([]);
  expect(seqs(bus)).toEqual([]);
  await bus.publish([anEvent(2)]);
  expect(seqs(bus, position)).toEqual([2]);
});
