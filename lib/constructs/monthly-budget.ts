import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import { Construct } from "constructs";

export interface MonthlyBudgetProps {
  readonly budgetName: string;
  readonly usd: number;
  readonly mail: string;
}

/** Tells people when the account's month is forecast to cost more than agreed, and at 80 and 100 % of it. */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, { budgetName, usd, mail }: MonthlyBudgetProps) {
    super(scope, id);
    const tell = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      notification: { notificationType, threshold, comparisonOperator: "GREATER_THAN" },
      subscribers: [{ subscriptionType: "EMAIL", address: mail }],
    });
    new CfnBudget(this, "Budget", {
      budget: {
        budgetName,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        budgetLimit: { amount: usd, unit: "USD" },
      },
      notificationsWithSubscribers: [tell("ACTUAL", 80), tell("ACTUAL", 100), tell("FORECASTED", 100)],
    });
  }
}
