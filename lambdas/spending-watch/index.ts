import { CostExplorerBill } from "../../adapters/aws/cost-explorer-bill.ts";
import { watchSpending } from "../../core/watch/spending.ts";
import { watchEntry } from "../watch.ts";

/** Looks every morning at what agents have spent and at the account's bill. */
export const handler = watchEntry(
  "spending-watch",
  "spending",
  process.env,
  ({ world, environment, place }) =>
    watchSpending({
      world,
      environment: environment.environment,
      monthlyBudgetUsd: environment.monthlyBudgetUsd,
      bill: new CostExplorerBill(place),
    }),
);
