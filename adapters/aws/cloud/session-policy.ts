import type { ApplierSession, CloudTarget } from "../../../core/cloud/cloud.ts";
import { CloudError } from "../../../core/cloud/errors.ts";

export interface PolicyStatement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly StringLike: Readonly<Record<string, readonly string[]>> };
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** What may be done with the one stack, whatever its change set. */
const STACK_ACTIONS = [
  "DescribeStacks",
  "DescribeStackEvents",
  "GetTemplate",
  "ListStackResources",
  "SetStackPolicy",
  "CancelUpdateStack",
  "ContinueUpdateRollback",
  "DeleteStack",
];

const CHANGE_SET_ACTIONS = ["DescribeChangeSet", "ExecuteChangeSet"];

/**
 * The policy of one apply session: the apply role's permissions are cut down to one stack and one change-set name.
 * It names no other service and no role: CloudFormation works with the role the stack was made with.
 * @throws CloudError RequestInvalid on a name that IAM would read as a pattern
 */
export function sessionPolicy(
  { account, region }: Pick<CloudTarget, "account" | "region">,
  { stack, changeSetName }: Pick<ApplierSession, "stack" | "changeSetName">,
  partition = "aws",
): PolicyDocument {
  requireExact(stack, STACK_ID);
  if (changeSetName !== undefined) requireExact(changeSetName, NAME);
  const here = `arn:${partition}:cloudformation:${region}:${account}`;
  const stackArn = stack.startsWith("arn:") ? stack : `${here}:stack/${stack}/*`;
  const onStack = { Effect: "Allow", Action: STACK_ACTIONS.map(named), Resource: [stackArn] } as const;
  if (changeSetName === undefined) return { Version: "2012-10-17", Statement: [onStack] };
  const changeSetArn = `${here}:changeSet/${changeSetName}/*`;
  const onChangeSet = {
    Effect: "Allow",
    Action: CHANGE_SET_ACTIONS.map(named),
    // The Service Authorization Reference names the stack as the resource; a request by ARN may be judged by that.
    Resource: [stackArn, changeSetArn],
    Condition: { StringLike: { "cloudformation:ChangeSetName": [changeSetName, changeSetArn] } },
  } as const;
  const itsTemplate = { Effect: "Allow", Action: [named("GetTemplate")], Resource: [changeSetArn] } as const;
  return { Version: "2012-10-17", Statement: [onStack, onChangeSet, itsTemplate] };
}

const NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;
const STACK_ID =
  /^(arn:[\w-]+:cloudformation:[\w-]+:\d{12}:stack\/)?[a-zA-Z][-a-zA-Z0-9]{0,127}(\/[-a-f0-9]+)?$/;

function requireExact(name: string, form: RegExp): void {
  if (form.test(name)) return;
  throw new CloudError(
    "RequestInvalid",
    `${JSON.stringify(name.slice(0, 200))} is no name of a stack or a change set: letters, digits and hyphens, at most 128`,
  );
}

function named(action: string): string {
  return `cloudformation:${action}`;
}
