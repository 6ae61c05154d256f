import type { Page, Query, Table } from "./table.ts";

/** A query's answer page by page; the next is asked for when somebody wants it. */
export async function* pagesOf(table: Table, query: Omit<Query, "cursor">): AsyncGenerator<Page> {
  const { after, ...rest } = query;
  let cursor: string | undefined;
  do {
    const from = cursor === undefined ? { ...(after !== undefined && { after }) } : { cursor };
    const page = await table.query({ ...rest, ...from });
    yield page;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
