import type { AccessRequest } from "../iam/evaluate.ts";
import type { AccountBehind } from "./account-behind.ts";
import { type Params, text } from "./query.ts";

/**
 * What IAM is asked about a CloudFormation request. The documents leave open whether a change set named by its ARN is
 * judged by its stack or by itself, and whether the condition key holds its name or its ARN: each reading is asked.
 */
export async function accessRequests(
  action: string,
  params: Params,
  account: AccountBehind,
): Promise<readonly AccessRequest[]> {
  const named = `cloudformation:${action}`;
  const changeSet = text(params, "ChangeSetName");
  const own = { action: named, resource: stackResource(params, account) };
  const passed = passRole(params);
  if (changeSet === undefined) return [own, ...passed];
  if (!changeSet.startsWith("arn:"))
    return [{ ...own, context: { "cloudformation:ChangeSetName": changeSet } }, ...passed];
  const name = changeSet.split("/")[1] ?? "";
  const stackId = (await account.cloud.reader().describeChangeSet(changeSet))?.stackId;
  const resources = [changeSet, ...(stackId === undefined ? [] : [stackId])];
  return resources.flatMap((resource) =>
    [name, changeSet].map((value) => ({
      action: named,
      resource,
      context: { "cloudformation:ChangeSetName": value },
    })),
  );
}

function stackResource(params: Params, { target }: AccountBehind): string {
  const stack = text(params, "StackName") ?? "*";
  const { account, region } = target;
  return stack.startsWith("arn:") ? stack : `arn:aws:cloudformation:${region}:${account}:stack/${stack}/*`;
}

function passRole(params: Params): readonly AccessRequest[] {
  const role = text(params, "RoleARN");
  if (role === undefined) return [];
  const context = { "iam:PassedToService": "cloudformation.amazonaws.com" };
  return [{ action: "iam:PassRole", resource: role, context }];
}
