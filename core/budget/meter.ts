import { type Amounts, minus, plus } from "./amounts.ts";

/** What is left of a reservation, its time too, and where what was spent is written down. */
export interface Meter {
  remaining(): Amounts;
  spend(amounts: Amounts): void;
}

/** A meter on a reservation whose time runs from now on; what is spent is added to `account`. */
export function meterOn(reserved: Amounts, account: { spent: Amounts }, now: () => Date): Meter {
  const startedAt = now().getTime();
  return {
    remaining: () => {
      const passed = now().getTime() - startedAt;
      return { ...minus(reserved, account.spent), milliseconds: reserved.milliseconds - passed };
    },
    spend: (amounts) => {
      account.spent = plus(account.spent, amounts);
    },
  };
}
