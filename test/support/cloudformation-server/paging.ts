import type { AccountBehind } from "./account-behind.ts";
import { WireError } from "./wire-error.ts";

/** One page of a list; the token is where the next one begins. */
export function pageOf<Item>(
  { quirks }: AccountBehind,
  all: readonly Item[],
  token: string | undefined,
): { readonly items: readonly Item[]; readonly next?: string } {
  const from = token === undefined ? 0 : Number(/^page-(\d+)$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new WireError("ValidationError", "NextToken is not valid");
  const to = from + quirks.pageSize;
  return { items: all.slice(from, to), ...(to < all.length ? { next: `page-${to}` } : {}) };
}
