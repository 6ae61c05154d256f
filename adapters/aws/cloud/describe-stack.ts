import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import type { Stack } from "../../../core/cloud/stack.ts";
import { type Account, cloudFormation } from "./account.ts";
import { refusal, saysNoStack } from "./refusal.ts";
import { stackOf } from "./stack-answers.ts";

export async function describeStack(account: Account, stack: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await cloudFormation(account).send(new DescribeStacksCommand({ StackName: stack }));
    return Stacks?.[0] && stackOf(Stacks[0]);
  } catch (error) {
    if (saysNoStack(error)) return undefined;
    throw refusal(error, `describing stack ${stack}`);
  }
}
