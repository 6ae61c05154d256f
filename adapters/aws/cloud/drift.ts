import { DetectStackResourceDriftCommand } from "@aws-sdk/client-cloudformation";
import type { ResourceDrift } from "../../../core/cloud/stack.ts";
import { type Account, cloudFormation } from "./account.ts";
import { isNamed, refusal } from "./refusal.ts";
import { driftOf } from "./stack-answers.ts";

/** CloudFormation reads each resource while we wait; its quota for that is small. */
const AT_ONCE = 4;

export async function driftOfEach(
  account: Account,
  stack: string,
  logicalIds: readonly string[],
): Promise<readonly ResourceDrift[]> {
  const found: ResourceDrift[] = [];
  for (let from = 0; from < logicalIds.length; from += AT_ONCE) {
    const some = logicalIds.slice(from, from + AT_ONCE);
    found.push(...(await Promise.all(some.map((one) => driftOfOne(account, stack, one)))));
  }
  return found;
}

/**
 * A resource of a type that cannot be checked, and one that is not in the stack, CloudFormation refuses in no fixed
 * words: whatever is not about the stack itself means NOT_CHECKED.
 */
async function driftOfOne(account: Account, stack: string, logicalId: string): Promise<ResourceDrift> {
  const command = new DetectStackResourceDriftCommand({ StackName: stack, LogicalResourceId: logicalId });
  try {
    return driftOf(logicalId, (await cloudFormation(account).send(command)).StackResourceDrift);
  } catch (error) {
    const refused = refusal(error, `comparing ${logicalId} of stack ${stack} with its template`);
    if (isNamed(error, "ValidationError") && refused.name === "RequestInvalid")
      return driftOf(logicalId, undefined);
    throw refused;
  }
}
