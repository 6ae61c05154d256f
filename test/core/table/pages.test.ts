import { expect, test } from "vitest";
import { pagesOf } from "../../../core/table/pages.ts";
import type { Query, Table } from "../../../core/table/table.ts";

/** A table of three pages that keeps what it was asked. */
function threePages(): { readonly table: Table; readonly asked: Query[] } {
  const asked: Query[] = [];
  const table = {
    query: (query: Query) => {
      asked.push(query);
      const at = Number(query.cursor ?? 0);
      return Promise.resolve({ items: [], ...(at < 2 && { cursor: String(at + 1) }) });
    },
  };
  return { table: table as unknown as Table, asked };
}

test("asks for each page once, and says where to begin only for the first", async () => {
  const { table, asked } = threePages();
  let pages = 0;
  for await (const _ of pagesOf(table, { pk: "CHAIN", limit: 5, after: "EVENT#7" })) pages += 1;
  expect(pages).toBe(3);
  expect(asked).toEqual([
    { pk: "CHAIN", limit: 5, after: "EVENT#7" },
    { pk: "CHAIN", limit: 5, cursor: "1" },
    { pk: "CHAIN", limit: 5, cursor: "2" },
  ]);
});

test("asks for no page that nobody wants", async () => {
  const { table, asked } = threePages();
  for await (const _ of pagesOf(table, { pk: "CHAIN", limit: 5 })) break;
  expect(asked).toHaveLength(1);
});
