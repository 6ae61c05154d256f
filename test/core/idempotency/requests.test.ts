import { expect, test } from "vitest";
import {
  begin,
  finish,
  type KeyedRequest,
  operationOf,
  release,
} from "../../../core/idempotency/requests.ts";
import { memoryTable, sharedTables } from "../../support/tables.ts";

const NOW = new Date("2026-11-26T10:00:00.000Z");
const LATER = new Date(NOW.getTime() + 60_000);
const ANSWER = { status: 201, body: { id: "exec_1" } };
const REQUEST: KeyedRequest = {
  principal: "ada",
  key: "first",
  method: "POST",
  path: "/api/conductor/pipeline/start",
  body: { pipeline: "change", priority: "normal" },
};

test("a request that was answered is answered the same, however its body is ordered", async () => {
  const table = memoryTable();
  expect(await begin(table, REQUEST, "one", NOW)).toEqual({ claim: "one" });
  await finish(table, REQUEST, ANSWER, NOW);
  const again = { ...REQUEST, body: { priority: "normal", pipeline: "change" } };
  expect(await begin(table, again, "two", LATER)).toEqual({ answer: ANSWER });
});

test.each([
  ["body", { body: { pipeline: "other" } }],
  ["path", { path: "/api/conductor/gates/gate_1/approve" }],
  ["method", { method: "DELETE" }],
])("a key that came before is refused with another %s", async (_what, other) => {
  const table = memoryTable();
  await begin(table, REQUEST, "one", NOW);
  await finish(table, REQUEST, ANSWER, NOW);
  await expect(begin(table, { ...REQUEST, ...other }, "two", LATER)).rejects.toMatchObject({
    name: "IdempotencyKeyReused",
  });
});

test("two callers with the same key do not meet", async () => {
  const table = memoryTable();
  await begin(table, REQUEST, "one", NOW);
  await finish(table, REQUEST, ANSWER, NOW);
  const grace = { ...REQUEST, principal: "grace" };
  expect(await begin(table, grace, "two", NOW)).toEqual({ claim: "two" });
  expect(operationOf(grace)).not.toBe(operationOf(REQUEST));
});

test("of many processes that begin a request at once exactly one carries it out", async () => {
  const tables = sharedTables(4);
  const outcomes = await Promise.allSettled(tables.map((table, at) => begin(table, REQUEST, `${at}`, NOW)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ name: "RequestInProgress" });
  }
});

test("a request whose process died is carried out again when its time is over", async () => {
  const table = memoryTable();
  await begin(table, REQUEST, "one", NOW);
  const justBefore = new Date(LATER.getTime() - 1);
  await expect(begin(table, REQUEST, "two", justBefore)).rejects.toMatchObject({ name: "RequestInProgress" });
  expect(await begin(table, REQUEST, "two", LATER)).toEqual({ claim: "two" });
});

test("of two that carried out the same request the first answer stands", async () => {
  const table = memoryTable();
  await begin(table, REQUEST, "one", NOW);
  await begin(table, REQUEST, "two", LATER);
  await finish(table, REQUEST, ANSWER, LATER);
  expect(await finish(table, REQUEST, { status: 500, body: {} }, LATER)).toEqual(ANSWER);
});

test("a request that was refused is judged anew, and an answered one is never let go", async () => {
  const table = memoryTable();
  await begin(table, REQUEST, "one", NOW);
  await release(table, REQUEST, "one");
  expect(await begin(table, REQUEST, "one", NOW)).toEqual({ claim: "one" });
  await finish(table, REQUEST, ANSWER, NOW);
  await release(table, REQUEST, "one");
  expect(await begin(table, REQUEST, "two", NOW)).toEqual({ answer: ANSWER });
});

test("who was too slow does not let go what somebody else has claimed since", async () => {
  const table = memoryTable();
  await begin(table, REQUEST, "slow", NOW);
  await begin(table, REQUEST, "successor", LATER);
  await release(table, REQUEST, "slow");
  await expect(begin(table, REQUEST, "third", LATER)).rejects.toMatchObject({ name: "RequestInProgress" });
  await release(table, REQUEST, "successor");
  expect(await begin(table, REQUEST, "third", LATER)).toEqual({ claim: "third" });
});
