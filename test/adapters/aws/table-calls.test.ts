import {
  type CancellationReason,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
} from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { clientOf } from "../../../adapters/aws/clients.ts";
import { DynamoTable } from "../../../adapters/aws/table.ts";
import { EXPIRY_ATTRIBUTE, tableDefinition } from "../../../adapters/aws/table-definition.ts";
import type { Table } from "../../../core/table/table.ts";
import { TestClock } from "../../support/clock.ts";
import { createTable } from "../../support/dynamo-tables.ts";
import type { Answer, FaultProxy } from "../../support/fault-proxy.ts";
import { describeWire, faultsBefore } from "../../support/moto.ts";
import type { Moto } from "../../support/moto-server.ts";

interface Bench {
  readonly proxy: FaultProxy;
  readonly table: Table;
  readonly name: string;
}

async function bench(moto: Moto): Promise<Bench> {
  const proxy = await faultsBefore(moto);
  const name = await createTable(moto.place());
  const place = moto.place({ endpoint: proxy.endpoint });
  return { proxy, name, table: new DynamoTable(place, name, new TestClock()) };
}

const listed = (sk: number) => ({ pk: "A", sk: `${sk}`, attributes: {}, index1: { pk: "I", sk: `${sk}` } });
const puts = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ put: listed(i), expect: "absent" as const }));

describeWire("what the table asks of DynamoDB", (moto) => {
  test("a unit of work is one call to store, however many rows it writes", async () => {
    const { proxy, table } = await bench(moto());
    await table.transact(puts(1));
    await table.transact([{ remove: listed(0), expect: 1 }]);
    await table.transact(puts(100));
    await table.transact([]);
    expect(proxy.count()).toEqual({ TransactWriteItems: 3 });
  });

  test("rows that are asked for at once are one call for every hundred, each in its place", async () => {
    const { proxy, table } = await bench(moto());
    await table.transact(puts(100));
    await table.transact(puts(120).slice(100));
    proxy.count();
    const keys = [...puts(120).map(({ put: { pk, sk } }) => ({ pk, sk })), { pk: "A", sk: "gone" }];
    const rows = await Promise.all([...keys, ...keys].map((key) => table.get(key)));
    expect(proxy.count()).toEqual({ BatchGetItem: 2 });
    const found = [...puts(120).map(({ put }) => put.sk), undefined];
    expect(rows.map((row) => row?.sk)).toEqual([...found, ...found]);
    proxy.inject("access-denied");
    const refused = await Promise.allSettled([table.get(listed(0)), table.get(listed(1))]);
    expect(refused.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  test("a row is one call, a page of the table one, and a page of an index one more for every hundred rows", async () => {
    const { proxy, table } = await bench(moto());
    for (let i = 0; i < 2; i++) {
      await table.transact(puts(200).slice(i * 100, i * 100 + 100));
    }
    proxy.count();
    await table.get(listed(0));
    expect(proxy.count()).toEqual({ GetItem: 1 });
    await table.query({ pk: "A", limit: 100 });
    expect(proxy.count()).toEqual({ Query: 1 });
    await table.query({ pk: "I", index: "index1", limit: 100 });
    expect(proxy.count()).toEqual({ Query: 1, BatchGetItem: 1 });
    expect((await table.query({ pk: "I", index: "index1", limit: 150 })).items).toHaveLength(150);
    expect(proxy.count()).toEqual({ Query: 1, BatchGetItem: 2 });
    await table.query({ pk: "nothing", index: "index1", limit: 100 });
    expect(proxy.count()).toEqual({ Query: 1 });
  });

  test("the table is made as it is defined, and rows expire by the attribute that is defined", async () => {
    const { name, table } = await bench(moto());
    const client = clientOf(moto().place(), DynamoDBClient);
    const { Table: made } = await client.send(new DescribeTableCommand({ TableName: name }));
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = tableDefinition(name);
    expect(made).toMatchObject({ KeySchema, AttributeDefinitions, GlobalSecondaryIndexes });
    await table.transact([{ put: { ...listed(0), expiresAt: 4_102_444_800 }, expect: "absent" }]);
    const Key = { pk: { S: "A" }, sk: { S: "0" } };
    const { Item } = await client.send(new GetItemCommand({ TableName: name, Key }));
    expect(Item?.[EXPIRY_ATTRIBUTE]).toEqual({ N: "4102444800" });
  });

  test("what cannot be stored is not sent", async () => {
    const { proxy, table } = await bench(moto());
    await expect(table.transact(puts(101))).rejects.toMatchObject({ name: "TooLarge" });
    await expect(table.query({ pk: "A", limit: 1, cursor: "?" })).rejects.toMatchObject({
      name: "InvalidCursor",
    });
    expect(proxy.count()).toEqual({});
  });

  test("a row that an index still lists and that has moved on or gone is passed over", async () => {
    const { proxy, table } = await bench(moto());
    await table.transact(puts(2));
    const entry = (sk: string) => ({
      pk: { S: "A" },
      sk: { S: sk },
      index1pk: { S: "old" },
      index1sk: { S: sk },
    });
    const stale = { Items: [entry("0"), entry("9")], Count: 2 };
    proxy.inject({ status: 200, code: "", message: "", more: stale }, { on: "Query" });
    expect(await table.query({ pk: "old", index: "index1", limit: 10 })).toEqual({ items: [] });
  });

  test("a row that DynamoDB had no time for is asked for again", async () => {
    const { proxy, name, table } = await bench(moto());
    await table.transact(puts(2));
    const keys = [
      { pk: { S: "A" }, sk: { S: "0" } },
      { pk: { S: "A" }, sk: { S: "1" } },
    ];
    const none = {
      Responses: { [name]: [] },
      UnprocessedKeys: { [name]: { Keys: keys, ConsistentRead: true } },
    };
    const busy = { status: 200, code: "", message: "", more: none };
    proxy.inject(busy, { on: "BatchGetItem", times: 2 });
    expect((await table.query({ pk: "I", index: "index1", limit: 10 })).items).toHaveLength(2);
    proxy.inject(busy, { on: "BatchGetItem", times: 100 });
    const asking = table.query({ pk: "I", index: "index1", limit: 10 });
    await expect(asking).rejects.toMatchObject({ name: "Unavailable" });
  });
});

/** A cancelled transaction, as DynamoDB words it. */
function cancelled(...reasons: CancellationReason[]): Answer {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  return {
    status: 400,
    code: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    more: { CancellationReasons: reasons },
  };
}

const none = { Code: "None" };

describeWire("a transaction that DynamoDB cancels", (moto) => {
  const attempt = async (answer: Answer, times = 1) => {
    const { proxy, table } = await bench(moto());
    proxy.inject(answer, { times, on: "TransactWriteItems" });
    const error = await table.transact(puts(2)).catch((one: unknown) => one);
    return { error, calls: proxy.count()["TransactWriteItems"], stored: await table.get(listed(1)) };
  };

  test.each(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])(
    "for %s is sent again",
    async (Code) => {
      const { error, calls, stored } = await attempt(cancelled(none, { Code }), 2);
      expect(error).toBeUndefined();
      expect(calls).toBe(3);
      expect(stored?.version).toBe(1);
    },
  );

  test("is sent again as the same one: what an earlier sending did is no conflict", async () => {
    const { proxy, table } = await bench(moto());
    proxy.inject("response-lost");
    proxy.inject(cancelled({ Code: "TransactionConflict" }, none));
    await table.transact(puts(2));
    expect(proxy.count()).toEqual({ TransactWriteItems: 3 });
    expect((await table.get(listed(1)))?.version).toBe(1);
  });

  test("again and again is told to be unavailable", async () => {
    const { error, calls } = await attempt(cancelled({ Code: "TransactionConflict" }, none), 100);
    expect(error).toMatchObject({ name: "Unavailable" });
    expect(calls).toBe(8);
  });

  describe("for good", () => {
    test.each([
      [
        "an expectation that does not hold",
        "Conflict",
        { Code: "ConditionalCheckFailed" },
        /A 1 is not at absent/,
      ],
      [
        "a row that is too large",
        "TooLarge",
        { Code: "ValidationError", Message: "Item size has exceeded the maximum allowed size" },
        /400 KB/,
      ],
      ["anything else", "RequestRefused", { Code: "ValidationError", Message: "odd" }, /ValidationError odd/],
    ] as const)("because of %s is told as %s and not sent again", async (_why, name, reason, words) => {
      const { error, calls } = await attempt(cancelled(none, reason));
      expect(error).toMatchObject({ name, message: expect.stringMatching(words) });
      expect(calls).toBe(1);
    });

    test("with a conflict beside a busy row is a conflict", async () => {
      const { error } = await attempt(
        cancelled({ Code: "TransactionConflict" }, { Code: "ConditionalCheckFailed" }),
      );
      expect(error).toMatchObject({ name: "Conflict" });
    });
  });

  test("when DynamoDB finds a row too large that we let pass, the caller is told so", async () => {
    const code = "ValidationException";
    const { error } = await attempt({
      status: 400,
      code,
      message: "Item size to update has exceeded the maximum",
    });
    expect(error).toMatchObject({ name: "TooLarge" });
  });
});
