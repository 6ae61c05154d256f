import type { Change, DescribeChangeSetOutput, ResourceChangeDetail } from "@aws-sdk/client-cloudformation";
import type { ChangeDetail, ChangeSetDescription, ResourceChange } from "../../../core/cloud/change-set.ts";
import { CloudError } from "../../../core/cloud/errors.ts";
import { instant, record } from "./stack-answers.ts";

type Facts = Omit<ChangeSetDescription, "type" | "changes">;

/** Everything but its changes, which come page by page, and its type, which CloudFormation does not tell. */
export function factsOf(answer: DescribeChangeSetOutput): Facts {
  return {
    arn: answer.ChangeSetId ?? "",
    name: answer.ChangeSetName ?? "",
    stackId: answer.StackId ?? "",
    stackName: answer.StackName ?? "",
    status: answer.Status === "FAILED" ? "FAILED" : "CREATE_COMPLETE",
    ...(answer.StatusReason ? { statusReason: answer.StatusReason } : {}),
    executionStatus: (answer.ExecutionStatus ?? "UNAVAILABLE") as Facts["executionStatus"],
    createdAt: instant(answer.CreationTime),
    parameters: record(answer.Parameters, (one) => [one.ParameterKey, one.ParameterValue]),
    tags: record(answer.Tags, (one) => [one.Key, one.Value]),
  };
}

const ACTIONS: ReadonlySet<string> = new Set(["Add", "Modify", "Remove"]);

/** @throws CloudError RequestInvalid on an action nobody could judge: Import, Dynamic, SyncWithActual */
export function changeOf({ ResourceChange: change }: Change): ResourceChange {
  const action = change?.Action ?? "none";
  const logicalId = change?.LogicalResourceId ?? "";
  if (!ACTIONS.has(action))
    throw new CloudError(
      "RequestInvalid",
      `CloudFormation would do ${action} to ${logicalId}: only what adds, modifies or removes can be judged; take it out of the template`,
    );
  const replacement = action === "Modify" ? change?.Replacement : undefined;
  return {
    action: action as ResourceChange["action"],
    logicalId,
    ...(change?.PhysicalResourceId ? { physicalId: change.PhysicalResourceId } : {}),
    type: change?.ResourceType ?? "",
    ...(replacement ? { replacement } : {}),
    ...(change?.PolicyAction ? { policyAction: change.PolicyAction } : {}),
    details: (change?.Details ?? []).map(detailOf).toSorted(byText),
  };
}

function detailOf({ Target, Evaluation, ChangeSource, CausingEntity }: ResourceChangeDetail): ChangeDetail {
  return {
    attribute: (Target?.Attribute ?? "Properties") as ChangeDetail["attribute"],
    ...(Target?.Name ? { name: Target.Name } : {}),
    // What is not said may be the worst.
    requiresRecreation:
      Target?.RequiresRecreation ?? (Target?.Attribute === "Properties" ? "Conditionally" : "Never"),
    evaluation: Evaluation ?? "Dynamic",
    changeSource: (ChangeSource ?? "DirectModification") as ChangeDetail["changeSource"],
    ...(CausingEntity ? { causingEntity: CausingEntity } : {}),
  };
}

/** An approval is compared with a second description, so that the order must not be CloudFormation's whim. */
function byText(a: ChangeDetail, b: ChangeDetail): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
