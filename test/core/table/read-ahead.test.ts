import { expect, test } from "vitest";
import { readAhead } from "../../../core/table/read-ahead.ts";
import { memoryTable } from "../../support/tables.ts";

const KEY = { pk: "A", sk: "1" };

test("what was read ahead answers once, and is read anew from then on", async () => {
  const table = memoryTable();
  await table.transact([{ put: { ...KEY, attributes: { n: 1 } }, expect: "absent" }]);
  const ahead = await readAhead(table, [KEY, { pk: "A", sk: "gone" }]);
  await table.transact([{ put: { ...KEY, attributes: { n: 2 } }, expect: 1 }]);
  await table.transact([{ put: { pk: "A", sk: "gone", attributes: { n: 3 } }, expect: "absent" }]);
  expect(await ahead.get(KEY)).toMatchObject({ attributes: { n: 1 }, version: 1 });
  expect(await ahead.get(KEY)).toMatchObject({ attributes: { n: 2 }, version: 2 });
  expect(await ahead.get({ pk: "A", sk: "gone" })).toBeUndefined();
  expect(await ahead.get({ pk: "A", sk: "gone" })).toMatchObject({ attributes: { n: 3 } });
});
