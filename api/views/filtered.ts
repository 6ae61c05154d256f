/** Rows read for one page at most: a filter that little passes is gone on with by the cursor. */
const MOST_LOOKS = 10;
const PAGE = 100;

interface Look<Item> {
  readonly found: readonly Item[];
  readonly next: string | undefined;
}

/**
 * A page of those rows of a list that pass a filter. It may hold fewer than `limit`, and even none, while there are more
 * to look at: the cursor says so.
 */
export async function filtered<Item>(
  limit: number,
  cursor: string | undefined,
  look: (size: number, cursor: string | undefined) => Promise<Look<Item>>,
): Promise<{ readonly found: readonly Item[]; readonly cursor: string | null }> {
  const found: Item[] = [];
  let from = cursor;
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    // No more than there is room for: a page ends where the table's own does.
    const size = Math.min(limit - found.length, PAGE);
    const { found: more, next } = await look(size, from);
    found.push(...more);
    from = next;
    if (next === undefined || found.length >= limit) break;
  }
  return { found, cursor: from ?? null };
}
