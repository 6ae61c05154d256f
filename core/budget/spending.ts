import type { Write } from "../table/table.ts";
import type { Amounts } from "./amounts.ts";
import type { Reservation } from "./budget.ts";

/** What calls of agents have spent, where these writes settle their reservations. */
export function spentIn(writes: readonly Write[]): Amounts[] {
  return writes.flatMap((write) => {
    if (!("put" in write) || !write.put.sk.startsWith("RESERVATION#")) return [];
    const { spent } = write.put.attributes as unknown as Reservation;
    return spent ? [spent] : [];
  });
}
