import { CreateChangeSetCommand, DeleteChangeSetCommand } from "@aws-sdk/client-cloudformation";
import type { ChangeSetDescription } from "../../../core/cloud/change-set.ts";
import type { ChangeSetRequest, CloudPlanner } from "../../../core/cloud/cloud.ts";
import { CloudError } from "../../../core/cloud/errors.ts";
import { type Account, cloudFormation } from "./account.ts";
import { clientToken } from "./client-token.ts";
import { describeChangeSet, descriptionFor } from "./describe-change-set.ts";
import { describeStack } from "./describe-stack.ts";
import { reader } from "./reader.ts";
import { asked, isNamed, refusal, saysNoStack } from "./refusal.ts";
import { type TemplateBucket, templateSource } from "./template-source.ts";

export interface PlannerOptions {
  /** CloudFormation's service role. Passing it is this lane's alone: a stack keeps the role it was made with. */
  readonly serviceRole: string;
  readonly templates: TemplateBucket | undefined;
}

/** The dry_run lane: what the reader sees, and change sets. */
export function planner(account: Account, options: PlannerOptions): CloudPlanner {
  return {
    ...reader(account),
    createChangeSet: async (request) => createChangeSet(account, request, options),
    deleteChangeSet: async (arn) => deleteChangeSet(account, arn),
  };
}

async function createChangeSet(
  account: Account,
  request: ChangeSetRequest,
  { serviceRole, templates }: PlannerOptions,
): Promise<ChangeSetDescription> {
  const type = await typeFor(account, request.stack);
  const command = new CreateChangeSetCommand({
    StackName: request.stack,
    ChangeSetName: request.name,
    ChangeSetType: type,
    Description: descriptionFor(type),
    ...(await templateSource(account, request.template, templates)),
    Parameters: Object.entries(request.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    Tags: Object.entries(request.tags).map(([Key, Value]) => ({ Key, Value })),
    // What roles a template may make is for the laws and the boundaries to say, not for CloudFormation to ask.
    Capabilities: ["CAPABILITY_NAMED_IAM"],
    RoleARN: serviceRole,
    ClientToken: clientToken(request.clientToken),
  });
  const what = `creating change set ${request.name} of stack ${request.stack}`;
  const { Id = "" } = await asked(what, () => cloudFormation(account).send(command));
  const made = await describeChangeSet(account, Id);
  if (made !== undefined) return made;
  throw new CloudError(
    "ChangeSetNotFound",
    `somebody deleted change set ${request.name} while it was computed; make it again`,
  );
}

/** A stack that does not stand yet, or only waits for its first change set to be executed, is created by it. */
async function typeFor(account: Account, name: string): Promise<ChangeSetDescription["type"]> {
  const stack = await describeStack(account, name);
  return stack === undefined || stack.status === "REVIEW_IN_PROGRESS" ? "CREATE" : "UPDATE";
}

/**
 * The empty stack that a new stack's change set stood in stays behind under review: it holds nothing, costs nothing
 * and takes the next change set, and to delete it the lane would need the right to delete stacks.
 */
async function deleteChangeSet(account: Account, arn: string): Promise<void> {
  try {
    await cloudFormation(account).send(new DeleteChangeSetCommand({ ChangeSetName: arn }));
  } catch (error) {
    if (isNamed(error, "ChangeSetNotFoundException") || saysNoStack(error)) return;
    const refused = refusal(error, `deleting change set ${arn}`);
    if (isNamed(error, "InvalidChangeSetStatusException"))
      throw new CloudError("StackBusy", refused.message, { cause: error });
    throw refused;
  }
}
