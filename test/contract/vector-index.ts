import fc from "fast-check";
import { expect, test } from "vitest";
import { cosine, type VectorSpace } from "../../core/memory/embedder.ts";
import type { Remembered, Vectored, VectorIndex } from "../../core/memory/vector-index.ts";
import { TestClock } from "../support/clock.ts";
import { remembering } from "../support/memories.ts";
import { AT } from "../support/records.ts";

/** A home's index, as the contract tries it. */
export interface IndexHome {
  /** Times a property is tried. */
  readonly effort: number;
  /** Two ways into one empty index, as two processes have them. */
  share(clock: TestClock): Promise<readonly [VectorIndex, VectorIndex]>;
}

const SPACE: VectorSpace = { embedder: "test:words", dimensions: 3 };
const PATIENCE = { timeoutMs: 30_000 };
const ALL = { limit: 10, least: -1, without: "", ...PATIENCE };
const DAY = 86_400_000;

function entry(id: string, vector: readonly number[], more: Partial<Remembered> = {}): Vectored {
  return { remembered: remembering({ id, ...more }), vector: Float32Array.from(vector) };
}

const at = (...vector: readonly number[]) => Float32Array.from(vector);

/** What every index must do. */
export function describeIndex({ effort, share }: IndexHome): void {
  const empty = async (clock = new TestClock(AT)) => (await share(clock))[0];
  const put = (index: VectorIndex, entries: readonly Vectored[], space = SPACE) =>
    index.upsert(space, entries, PATIENCE.timeoutMs);
  const ids = async (index: VectorIndex, vector: Float32Array, more = {}, space = SPACE) =>
    (await index.nearest(space, vector, { ...ALL, ...more })).neighbours.map(
      ({ remembered }) => remembered.id,
    );

  test("finds the nearest first, with all that is remembered of it", async () => {
    const index = await empty();
    const [far, near, nearer] = [
      entry("far", [-1, 0, 0]),
      entry("near", [1, 1, 0]),
      entry("nearer", [5, 1, 0]),
    ];
    await put(index, [far, near, nearer]);
    const found = await index.nearest(SPACE, at(1, 0, 0), ALL);
    expect(found.neighbours.map(({ remembered }) => remembered)).toEqual(
      [nearer, near, far].map(({ remembered }) => remembered),
    );
    expect(found.neighbours.map(({ similarity }) => similarity.toFixed(4))).toEqual([
      "0.9806",
      "0.7071",
      "-1.0000",
    ]);
    expect(found.complete).toBe(true);
  });

  test("finds nothing where nothing is, and stores nothing when nothing is given", async () => {
    const index = await empty();
    await put(index, []);
    expect(await index.nearest(SPACE, at(1, 0, 0), ALL)).toEqual({ neighbours: [], complete: true });
  });

  test("gives as many as are asked for, those as near as one another by their id", async () => {
    const index = await empty();
    await put(
      index,
      ["c", "a", "d", "b"].map((id) => entry(id, [1, 0, 0])),
    );
    expect(await ids(index, at(1, 0, 0), { limit: 3 })).toEqual(["a", "b", "c"]);
  });

  test("leaves out what is too far, and what the asking execution wrote itself", async () => {
    const index = await empty();
    await put(index, [entry("near", [1, 0, 0]), entry("own", [1, 0, 0]), entry("far", [0, 1, 0])]);
    expect(await ids(index, at(1, 0, 0), { least: 0.5, without: "exec_own" })).toEqual(["near"]);
  });

  test("lets a later entry of the same id take the place of the earlier, vector and all", async () => {
    const index = await empty();
    await put(index, [entry("runbook", [1, 0, 0])]);
    await put(index, [
      entry("runbook", [0, 1, 0], { outcome: "rolled_back", at: "2026-02-01T00:00:00.000Z" }),
    ]);
    await put(index, [
      entry("runbook", [0, 1, 0], { outcome: "rolled_back", at: "2026-02-01T00:00:00.000Z" }),
    ]);
    const { neighbours } = await index.nearest(SPACE, at(0, 1, 0), ALL);
    expect(neighbours).toMatchObject([{ similarity: 1, remembered: { outcome: "rolled_back" } }]);
  });

  test.each<[string, VectorSpace, readonly number[]]>([
    ["embedder", { embedder: "test:other", dimensions: 3 }, [1, 0, 0]],
    ["dimension", { embedder: "test:words", dimensions: 2 }, [1, 0]],
  ])("never compares vectors of another %s, though they have the same id", async (_what, other, vector) => {
    const index = await empty();
    await put(index, [entry("one", [1, 0, 0]), entry("two", [1, 0, 0])]);
    await put(index, [entry("one", vector)], other);
    expect(await ids(index, at(1, 0, 0))).toEqual(["one", "two"]);
    expect(await ids(index, Float32Array.from(vector), {}, other)).toEqual(["one"]);
  });

  test("finds what has expired no more, and lets it go", async () => {
    const clock = new TestClock(AT);
    const index = await empty(clock);
    await put(index, [
      entry("a", [1, 0, 0]),
      entry("b", [1, 0, 0], { expiresAt: "2027-01-01T00:00:00.000Z" }),
    ]);
    clock.advance(30 * DAY);
    expect(await ids(index, at(1, 0, 0))).toEqual(["b"]);
    await index.removeExpired(PATIENCE.timeoutMs);
    expect(await ids(index, at(1, 0, 0))).toEqual(["b"]);
    await put(index, [entry("a", [1, 0, 0], { expiresAt: "2027-01-01T00:00:00.000Z" })]);
    expect(await ids(index, at(1, 0, 0))).toEqual(["a", "b"]);
  });

  test("takes a vector that points nowhere for near to nothing", async () => {
    const index = await empty();
    await put(index, [entry("nowhere", [0, 0, 0]), entry("away", [-1, 0, 0]), entry("here", [1, 0, 0])]);
    expect(await ids(index, at(1, 0, 0))).toEqual(["here", "nowhere", "away"]);
    expect(await ids(index, at(0, 0, 0), { least: 0.01 })).toEqual([]);
  });

  test("keeps whatever texts stand in an entry, and takes none of them for a command", async () => {
    const index = await empty();
    const odd = `'); DROP TABLE conductor_memory; -- :space $1 "\\ \u{1f4e6}`;
    const kept = entry(odd, [1, 0, 0], { executionId: odd, stack: odd });
    await put(index, [kept], { ...SPACE, embedder: odd });
    const found = await index.nearest({ ...SPACE, embedder: odd }, at(1, 0, 0), ALL);
    expect(found.neighbours.map(({ remembered }) => remembered)).toEqual([kept.remembered]);
    expect(await ids(index, at(1, 0, 0), { without: odd }, { ...SPACE, embedder: odd })).toEqual([]);
  });

  test("has one entry when two write the same at the same time", async () => {
    const [one, other] = await share(new TestClock(AT));
    await Promise.all([one, other].map((index) => put(index, [entry("runbook", [1, 0, 0])])));
    expect(await ids(other, at(1, 0, 0))).toEqual(["runbook"]);
  });

  test("agrees with comparing them all, whatever the vectors", async () => {
    const vector = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 });
    const some = fc.array(vector, { minLength: 1, maxLength: 20 });
    const index = await empty();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(some, vector, async (vectors, asked) => {
        const space = { ...SPACE, embedder: `test:${runs++}` };
        const entries = vectors.map((one, i) => entry(`e${i}`, one));
        await put(index, entries, space);
        const { neighbours } = await index.nearest(space, at(...asked), { ...ALL, limit: 5 });
        const all = vectors.map((one) => cosine(at(...one), at(...asked))).sort((one, other) => other - one);
        expect(neighbours).toHaveLength(Math.min(5, vectors.length));
        for (const [i, { similarity }] of neighbours.entries()) expect(similarity).toBeCloseTo(all[i]!, 4);
      }),
      { numRuns: effort },
    );
  });

  test("finds the nearest of more than one page of them", async () => {
    const index = await empty();
    const many = Array.from({ length: 120 }, (_, i) =>
      entry(`e${i}`, [Math.cos(i / 500), Math.sin(i / 500), 0]),
    );
    await put(index, many);
    expect(await ids(index, at(1, 0, 0), { limit: 3 })).toEqual(["e0", "e1", "e2"]);
  });
}
