import { BootstraplessSynthesizer, type IStackSynthesizer, Stack, type StackProps } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { namesOf } from "../../config/environments/names.ts";
import type { EnvironmentConfig } from "../../config/environments/schema.ts";
import { MonthlyBudget } from "../constructs/monthly-budget.ts";

export interface BudgetStackProps extends StackProps {
  readonly config: EnvironmentConfig;
}

/** The region in which CloudFormation always has AWS Budgets; regions that must be opted into do not. */
export const BUDGET_REGION = "us-east-1";

/** What the account may cost in a month. It holds no asset, so that its region need not be bootstrapped. */
export class BudgetStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: BudgetStackProps) {
    super(scope, id, { ...props, synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer });
    new MonthlyBudget(this, "Budget", {
      budgetName: namesOf(config).mesh,
      usd: config.monthlyBudgetUsd,
      mail: config.mail.alarms,
    });
  }
}
