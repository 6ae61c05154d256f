import { keys } from "../table/keys.ts";
import type { Table } from "../table/table.ts";
import type { Amounts } from "./amounts.ts";
import type { Counters } from "./budget.ts";

/**
 * What agents have spent on a day (`2026-11-26`), from the counters of what remains of it, and the caps it had; a day
 * on which nothing was asked for has none.
 */
export async function spentOn(
  table: Table,
  day: string,
): Promise<Pick<Amounts, "tokens" | "microUsd"> & { readonly cap?: Amounts }> {
  const item = await table.get(keys.counters(`day#${day}`));
  if (!item) return { tokens: 0, microUsd: 0 };
  const { cap, remaining } = item.attributes as unknown as Counters;
  return { tokens: cap.tokens - remaining.tokens, microUsd: cap.microUsd - remaining.microUsd, cap };
}
