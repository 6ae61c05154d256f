import fc from "fast-check";
import { expect, test } from "vitest";
import { FREE, placeOf, release, request, type StackLock } from "../../../core/lock/stack-lock.ts";
import { AT } from "../../support/records.ts";

const id = fc.constantFrom("a", "b", "c", "d", "e");
const step = fc.record({ does: fc.constantFrom("request" as const, "release" as const), id });

/** First come, first served, as anybody would do it with a list. */
function expectLike(lock: StackLock, line: readonly string[]): void {
  const held = [...(lock.holder ? [lock.holder] : []), ...lock.queue];
  expect(held.map(({ executionId }) => executionId)).toEqual(line);
  expect(lock.holder?.executionId).toBe(line[0]);
  for (const one of ["a", "b", "c", "d", "e"]) {
    const index = line.indexOf(one);
    expect(placeOf(lock, one)).toBe(index < 0 ? undefined : index);
  }
}

test("one holds it, the others wait in the order they came, whatever they do", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let lock = FREE;
      let line: string[] = [];
      for (const [tick, { does, id: who }] of steps.entries()) {
        if (does === "request") {
          lock = request(lock, { executionId: who, since: AT, taskToken: String(tick) });
          if (!line.includes(who)) line.push(who);
        } else {
          lock = release(lock, who);
          line = line.filter((one) => one !== who);
        }
        expectLike(lock, line);
      }
    }),
    { numRuns: 300 },
  );
});

test("every holder has a greater number than the one before, and keeps it", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let lock = FREE;
      let holders = 0;
      for (const { does, id: who } of steps) {
        const before = lock;
        lock = does === "request" ? request(lock, { executionId: who, since: AT }) : release(lock, who);
        const changed = lock.holder && lock.holder.executionId !== before.holder?.executionId;
        if (changed) holders++;
        expect(lock.fence).toBe(holders);
      }
    }),
  );
});

test("who waits with a higher priority comes first, and among equals who came first", () => {
  const claims = ["low a", "normal a", "high a", "low b", "high b", "none", "normal b"];
  const ranks: Readonly<Record<string, 1 | 2 | 3>> = { high: 1, normal: 2, low: 3 };
  let lock = request(FREE, { executionId: "holder", since: AT });
  for (const executionId of claims) {
    const rank = ranks[executionId.split(" ")[0] ?? ""];
    lock = request(lock, { executionId, since: AT, ...(rank === undefined ? {} : { priority: rank }) });
  }
  const order = ["high a", "high b", "normal a", "none", "normal b", "low a", "low b"];
  expect(lock.queue.map(({ executionId }) => executionId)).toEqual(order);
  // Asking again changes nobody's place, and whoever holds the lock is overtaken by none.
  expect(request(lock, { executionId: "none", since: AT, priority: 1 }).queue[3]?.executionId).toBe("none");
  expect(lock.holder?.executionId).toBe("holder");
  expect(release(lock, "holder").holder?.executionId).toBe("high a");
});

test("a stranger releases nothing", () => {
  const lock = request(request(FREE, { executionId: "a", since: AT }), { executionId: "b", since: AT });
  expect(release(lock, "z")).toEqual(lock);
  expect(release(FREE, "z")).toEqual(FREE);
});

test("who asks again keeps their place and since when, and is answered at the new token", () => {
  const line = ["a", "b", "c"].reduce(
    (lock, executionId) => request(lock, { executionId, since: AT, taskToken: "old" }),
    FREE,
  );
  const later = "2026-01-06T00:00:00.000Z";
  for (const executionId of ["a", "b", "c"]) {
    const asked = request(line, { executionId, since: later, taskToken: "new" });
    expect(placeOf(asked, executionId)).toBe(placeOf(line, executionId));
    const all = [asked.holder, ...asked.queue];
    expect(all.find((one) => one?.executionId === executionId)).toMatchObject({
      since: AT,
      taskToken: "new",
    });
    expect(all.filter((one) => one?.taskToken === "new")).toHaveLength(1);
  }
});
