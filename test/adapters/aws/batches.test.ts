import fc from "fast-check";
import { expect, test } from "vitest";
import { type FailedEntry, sendInBatches } from "../../../adapters/aws/batches.ts";

interface Entry {
  readonly id: number;
  readonly bytes: number;
  /** How often it fails by itself, and whether for a reason that passes. */
  readonly failures: number;
  readonly passing: boolean;
}

const LIMITS = { count: 4, bytes: 100 };
const bytesOf = ({ bytes }: Entry) => bytes;

const entries = fc
  .array(
    fc.record({
      bytes: fc.integer({ min: 0, max: 100 }),
      failures: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 5 })),
      passing: fc.boolean(),
    }),
    { maxLength: 30 },
  )
  .map((all) => all.map((entry, id) => ({ id, ...entry })));

test("every entry is sent until it is taken, and never after; what cannot be is told, and no call is too large", async () => {
  await fc.assert(
    fc.asyncProperty(entries, async (all) => {
      const sent = new Map<number, number>();
      const send = async (batch: readonly Entry[]): Promise<FailedEntry[]> => {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(LIMITS.count);
        expect(batch.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(LIMITS.bytes);
        return batch.flatMap(({ id, failures, passing }, at) => {
          const times = (sent.get(id) ?? 0) + 1;
          sent.set(id, times);
          return times <= failures ? [{ at, reason: "no", passing }] : [];
        });
      };
      const lost = await sendInBatches(all, { limits: LIMITS, bytesOf, send });
      for (const entry of all) {
        const { id, failures, passing } = entry;
        const tries = passing ? Math.min(failures + 1, 4) : 1;
        expect(sent.get(id)).toBe(tries);
        expect(lost.has(entry)).toBe(failures >= tries);
      }
    }),
    { numRuns: 20 },
  );
});

test("entries share calls as far as they fit, in their order", async () => {
  const batches: number[][] = [];
  const all = [60, 40, 1, 100, 0, 0, 0, 0, 0].map((bytes, id) => ({ id, bytes, failures: 0, passing: true }));
  await sendInBatches(all, {
    limits: LIMITS,
    bytesOf,
    send: (batch) => {
      batches.push(batch.map(({ bytes }) => bytes));
      return Promise.resolve([]);
    },
  });
  expect(batches).toEqual([[60, 40], [1], [100, 0, 0, 0], [0, 0]]);
});
