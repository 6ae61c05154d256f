import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { PgvectorMemory } from "../../adapters/aws/pgvector-memory.ts";
import { TableIndex } from "../../core/memory/table-index.ts";
import type { VectorIndex } from "../../core/memory/vector-index.ts";
import { TestClock } from "../support/clock.ts";
import { type DataApiServer, startDataApi } from "../support/data-api-server.ts";
import { type Fault, FaultProxy } from "../support/fault-proxy.ts";
import { remembering } from "../support/memories.ts";
import { AT } from "../support/records.ts";
import { describeTables } from "./table-adapters.ts";
import { describeIndex } from "./vector-index.ts";

describeTables("holding vectors", (home) => {
  describeIndex({
    effort: home.effort / 10,
    share: async (clock) => {
      const [one, other] = await home.share(clock, 2);
      return [new TableIndex(one!, clock), new TableIndex(other!, clock)];
    },
  });
});

describe("pgvector behind the Data API", () => {
  let server: DataApiServer;
  // PostgreSQL in WebAssembly takes its time to begin.
  beforeAll(async () => {
    server = await startDataApi();
  }, 180_000);
  afterAll(() => server.end());

  const afresh = async (clock: TestClock): Promise<PgvectorMemory> => {
    await server.database.exec("DROP TABLE IF EXISTS conductor_memory");
    const made = new PgvectorMemory(server.api(), clock);
    await made.prepare(30_000);
    return made;
  };

  describeIndex({
    effort: 10,
    share: async (clock) => [await afresh(clock), new PgvectorMemory(server.api(), clock)],
  });

  const SPACE = { embedder: "test:words", dimensions: 2 };
  const VECTOR = Float32Array.of(1, 0);
  const ENTRIES = [{ remembered: remembering({ id: "a" }), vector: VECTOR }];

  const search = async (index: VectorIndex, timeoutMs = 30_000): Promise<string[]> => {
    const nearness = { limit: 5, least: 0, without: "", timeoutMs };
    const { neighbours } = await index.nearest(SPACE, VECTOR, nearness);
    return neighbours.map(({ remembered }) => remembered.id);
  };

  async function troubled(): Promise<{ index: PgvectorMemory; proxy: FaultProxy }> {
    const clock = new TestClock(AT);
    await afresh(clock);
    const proxy = await FaultProxy.before(server.url);
    onTestFinished(() => proxy.end());
    return { index: new PgvectorMemory(server.api(proxy.endpoint), clock), proxy };
  }

  test("may be prepared again, and forgets nothing by it", async () => {
    const index = await afresh(new TestClock(AT));
    await index.upsert(SPACE, ENTRIES, 30_000);
    await index.prepare(30_000);
    expect(await search(index)).toEqual(["a"]);
  });

  test.each<Fault>(["throttled", "error-500", "response-lost", "response-cut"])(
    "remembers once what is written while it is %s",
    async (fault) => {
      const { index, proxy } = await troubled();
      proxy.inject(fault);
      await index.upsert(SPACE, ENTRIES, 30_000);
      expect(proxy.count()).toEqual({ "POST /Execute": 2 });
      expect(await search(index)).toEqual(["a"]);
    },
  );

  test("that is paused is waited for", async () => {
    const index = await afresh(new TestClock(AT));
    server.pause(1);
    await index.upsert(SPACE, ENTRIES, 30_000);
    expect(await search(index)).toEqual(["a"]);
  });

  test("that does not wake up in time, or never answers, is given up", async () => {
    const { index, proxy } = await troubled();
    server.pause(1_000);
    await expect(search(index, 300)).rejects.toMatchObject({ name: "MemoryUnavailable" });
    server.pause(0);
    proxy.inject("hangs");
    await expect(search(index, 300)).rejects.toMatchObject({
      name: "MemoryUnavailable",
      message: expect.stringMatching(/^searching the memory: no answer came/),
    });
  });

  test.each<[Fault, RegExp]>([
    ["access-denied", /some:Action .* the role agent-mesh-dev-small lacks it/],
    ["credentials-expired", /credentials have expired/],
  ])("that answers %s says what to do", async (fault, words) => {
    const { index, proxy } = await troubled();
    proxy.inject(fault, { times: 9 });
    await expect(search(index)).rejects.toMatchObject({
      name: "MemoryUnavailable",
      message: expect.stringMatching(words),
    });
  });

  test("that is new has nothing in it, and is prepared when the first entry comes", async () => {
    const index = await afresh(new TestClock(AT));
    await server.database.exec("DROP EXTENSION vector CASCADE; DROP TABLE conductor_memory");
    expect(await search(index)).toEqual([]);
    await index.upsert(SPACE, ENTRIES, 30_000);
    expect(await search(index)).toEqual(["a"]);
  });

  test("that refuses a statement does so in the database's words", async () => {
    const index = await afresh(new TestClock(AT));
    await server.database.exec("ALTER TABLE conductor_memory DROP COLUMN entry");
    await expect(search(index)).rejects.toMatchObject({
      name: "MemoryUnavailable",
      message: expect.stringContaining('column "entry" does not exist'),
    });
  });
});
