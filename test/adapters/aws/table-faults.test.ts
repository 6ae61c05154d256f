import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DynamoTable } from "../../../adapters/aws/table.ts";
import { atomically } from "../../../core/table/atomically.ts";
import type { Table } from "../../../core/table/table.ts";
import { TestClock } from "../../support/clock.ts";
import { createTable } from "../../support/dynamo-tables.ts";
import type { Fault, FaultProxy } from "../../support/fault-proxy.ts";
import { describeWire, faultsBefore } from "../../support/moto.ts";
import type { Moto } from "../../support/moto-server.ts";

const PASSING = [
  "throttled",
  "error-500",
  "hangs",
  "response-lost",
  "response-cut",
] as const satisfies Fault[];

/** Told at once, without waiting for a time to pass. */
const QUICK = ["error-500", "response-lost", "response-cut"] as const satisfies Fault[];

const patience = { connectionMs: 1_000, requestMs: 500, attempts: 3 };

interface Bench {
  readonly proxy: FaultProxy;
  /** Through the proxy. */
  readonly table: Table;
  /** Past it. */
  readonly truth: Table;
}

async function bench(moto: Moto, table?: string): Promise<Bench> {
  const proxy = await faultsBefore(moto);
  const name = table ?? (await createTable(moto.place()));
  const clock = new TestClock();
  return {
    proxy,
    table: new DynamoTable(moto.place({ endpoint: proxy.endpoint, patience }), name, clock),
    truth: new DynamoTable(moto.place(), name, clock),
  };
}

const row = { pk: "A", sk: "1" };
const listed = { ...row, attributes: { value: 1 }, index1: { pk: "I", sk: "1" } };

describeWire("the table on DynamoDB, when the network or AWS fails", (moto) => {
  describe.each(PASSING)("%s", (fault) => {
    test("a write that meets it once is done, and done once", async () => {
      const { proxy, table, truth } = await bench(moto());
      await table.transact([{ put: listed, expect: "absent" }]);
      proxy.inject(fault, { on: "TransactWriteItems" });
      await table.transact([{ put: listed, expect: 1 }]);
      expect((await truth.get(row))?.version).toBe(2);
      proxy.inject(fault, { on: "TransactWriteItems" });
      await table.transact([{ remove: row, expect: 2 }]);
      expect(await truth.get(row)).toBeUndefined();
    });

    test("a read that meets it once reads", async () => {
      const { proxy, table } = await bench(moto());
      await table.transact([{ put: listed, expect: "absent" }]);
      for (const on of ["GetItem", "Query", "BatchGetItem"]) proxy.inject(fault, { on });
      expect((await table.get(row))?.version).toBe(1);
      expect((await table.query({ pk: "I", index: "index1", limit: 1 })).items).toHaveLength(1);
    });

    test("what meets it time and again is told to be unavailable, and happened once or never", async () => {
      const { proxy, table, truth } = await bench(moto());
      proxy.inject(fault, { times: 100 });
      const error = await table.transact([{ put: listed, expect: "absent" }]).catch((one: unknown) => one);
      expect(error).toMatchObject({
        name: "Unavailable",
        message: expect.stringMatching(/^the table .+: storing 1 rows?: .+ 3 times in a row/),
      });
      expect((await truth.get(row))?.version).toBe(fault.startsWith("response") ? 1 : undefined);
    });
  });

  test.each([
    ["credentials-expired", "CredentialsExpired", /sign in again/],
    ["access-denied", "AccessDenied", /some:Action .* agent-mesh-dev-small lacks it/],
    ["quota-used-up", "QuotaExceeded", /LimitExceededException/],
  ] as const)("%s is told as %s at once, with nothing written", async (fault, name, words) => {
    const { proxy, table, truth } = await bench(moto());
    proxy.inject(fault, { times: 100 });
    const writing = table.transact([{ put: listed, expect: "absent" }]);
    await expect(writing).rejects.toMatchObject({ name, message: expect.stringMatching(words) });
    expect(proxy.count()).toEqual({ TransactWriteItems: 1 });
    expect(await truth.get(row)).toBeUndefined();
  });

  test("a wrong clock is put right on the way", async () => {
    const { proxy, table, truth } = await bench(moto());
    proxy.inject("clock-skewed", { times: 100 });
    await table.transact([{ put: listed, expect: "absent" }]);
    expect((await truth.get(row))?.version).toBe(1);
  });

  test("a table that is not there is told by its name", async () => {
    const table = new DynamoTable(moto().place(), "agent-mesh-gone", new TestClock());
    const told = { name: "ResourceMissing", message: expect.stringContaining("the table agent-mesh-gone") };
    await expect(table.get(row)).rejects.toMatchObject(told);
    await expect(table.transact([{ put: listed, expect: "absent" }])).rejects.toMatchObject(told);
  });

  test("a lost race is a conflict, however the answer to it went", async () => {
    for (const fault of QUICK) {
      const { proxy, table, truth } = await bench(moto());
      await truth.transact([{ put: { ...row, attributes: { by: "another" } }, expect: "absent" }]);
      proxy.inject(fault);
      const late = table.transact([{ put: listed, expect: "absent" }]);
      await expect(late).rejects.toMatchObject({ name: "Conflict" });
      expect((await truth.get(row))?.attributes).toEqual({ by: "another" });
    }
  });

  test("of increments from two sides through a bad network, none is lost and none doubled", async () => {
    const weather = fc.array(fc.constantFrom(undefined, ...QUICK), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(weather, weather, async (...weathers) => {
        const name = await createTable(moto().place());
        const sides = weathers.map(async (faults) => {
          const { proxy, table } = await bench(moto(), name);
          // Three tries each: after two faults in a row the third call passes.
          for (const [at, fault] of faults.entries()) proxy.inject(at % 3 === 2 ? undefined : fault);
          for (let i = 0; i < 5; i++) await increment(table);
        });
        await Promise.all(sides);
        const { truth } = await bench(moto(), name);
        expect((await truth.get(row))?.attributes).toEqual({ count: 10 });
      }),
      { numRuns: 10 },
    );
  });
});

async function increment(table: Table): Promise<void> {
  await atomically(table, async (unit) => {
    const { count = 0 } = (await unit.get<{ count: number }>(row)) ?? {};
    unit.put({ ...row, attributes: { count: count + 1 } });
  });
}
