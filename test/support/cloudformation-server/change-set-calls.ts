import type { ChangeSetDescription, ResourceChange } from "../../../core/cloud/change-set.ts";
import type { AccountBehind } from "./account-behind.ts";
import { once } from "./operations.ts";
import { pageOf } from "./paging.ts";
import { type Params, pairs, text, texts } from "./query.ts";
import { entries } from "./stack-calls.ts";
import { WireError } from "./wire-error.ts";
import type { Answer } from "./xml.ts";

type Call = (params: Params, account: AccountBehind) => Promise<Answer | undefined>;

/** CloudFormation's calls about change sets and templates, answered from the simulated account. */
export const CHANGE_SET_CALLS: Readonly<Record<string, Call>> = {
  CreateChangeSet: createChangeSet,
  DescribeChangeSet: describeChangeSet,
  ExecuteChangeSet: executeChangeSet,
  async DeleteChangeSet(params, account) {
    const { arn } = await changeSetOf(params, account);
    await account.cloud.planner().deleteChangeSet(arn);
    return {};
  },
  GetTemplate: getTemplate,
};

const DESCRIPTIONS = new WeakMap<AccountBehind, Map<string, string>>();

async function createChangeSet(params: Params, account: AccountBehind): Promise<Answer> {
  const stack = text(params, "StackName") ?? "";
  const name = text(params, "ChangeSetName") ?? "";
  await requireType(params, account, stack, name);
  const template = templateOf(params, account);
  requireCapabilities(params, template);
  const described = await account.cloud.planner().createChangeSet({
    stack,
    name,
    template,
    parameters: pairs(params, "Parameters", "ParameterKey", "ParameterValue"),
    tags: pairs(params, "Tags", "Key", "Value"),
    clientToken: text(params, "ClientToken") ?? "",
  });
  const descriptions = DESCRIPTIONS.get(account) ?? new Map<string, string>();
  DESCRIPTIONS.set(account, descriptions.set(described.arn, text(params, "Description") ?? ""));
  if (!account.looks.has(described.arn)) account.looks.set(described.arn, account.quirks.looksUntilComputed);
  return { Id: described.arn, StackId: described.stackId };
}

async function requireType(
  params: Params,
  { cloud }: AccountBehind,
  stack: string,
  name: string,
): Promise<void> {
  const standing = await cloud.reader().describeStack(stack);
  const isNew = standing === undefined || standing.status === "REVIEW_IN_PROGRESS";
  if (text(params, "ChangeSetType") === "CREATE") {
    if (isNew) return;
    const again = `already exists and cannot be created again with the changeSet [${name}].`;
    throw new WireError("ValidationError", `Stack [${stack}] ${again}`);
  }
  if (standing === undefined) throw new WireError("ValidationError", `Stack [${stack}] does not exist`);
}

function templateOf(params: Params, { objects }: AccountBehind): string {
  const body = text(params, "TemplateBody");
  if (body !== undefined && Buffer.byteLength(body) > 51_200)
    throw new WireError(
      "ValidationError",
      "1 validation error detected: Value '<template-body>' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200",
    );
  if (body !== undefined) return body;
  const url = text(params, "TemplateURL");
  const stored = url === undefined ? undefined : objects.get(new URL(url).pathname);
  if (stored === undefined)
    throw new WireError("ValidationError", "S3 error: The specified key does not exist.");
  return stored;
}

function requireCapabilities(params: Params, template: string): void {
  if (!/"AWS::IAM::/.test(template) || texts(params, "Capabilities").includes("CAPABILITY_NAMED_IAM")) return;
  throw new WireError("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_NAMED_IAM]");
}

export async function changeSetOf(
  params: Params,
  { cloud, deletedChangeSets }: AccountBehind,
): Promise<ChangeSetDescription> {
  const arn = text(params, "ChangeSetName") ?? "";
  if (!arn.startsWith("arn:"))
    throw new WireError(
      "ValidationError",
      "StackName must be specified if ChangeSetName is not specified as an ARN.",
    );
  const found = deletedChangeSets.has(arn) ? undefined : await cloud.reader().describeChangeSet(arn);
  if (found !== undefined) return found;
  throw new WireError("ChangeSetNotFound", `ChangeSet [${arn}] does not exist`, 404);
}

async function describeChangeSet(params: Params, account: AccountBehind): Promise<Answer> {
  const described = await changeSetOf(params, account);
  const looks = account.looks.get(described.arn) ?? 0;
  account.looks.set(described.arn, Math.max(0, looks - 1));
  const { items, next } = pageOf(account, described.changes, text(params, "NextToken"));
  const computing = {
    Status: looks > 1 ? "CREATE_PENDING" : "CREATE_IN_PROGRESS",
    ExecutionStatus: "UNAVAILABLE",
  };
  const computed = {
    Status: described.status,
    StatusReason: described.statusReason,
    ExecutionStatus: described.executionStatus,
    Changes: items.map(changeAnswer),
    NextToken: next,
  };
  return {
    ChangeSetId: described.arn,
    ChangeSetName: described.name,
    StackId: described.stackId,
    StackName: described.stackName,
    Description: DESCRIPTIONS.get(account)?.get(described.arn),
    CreationTime: described.createdAt,
    Parameters: entries(described.parameters, "ParameterKey", "ParameterValue"),
    Tags: entries(described.tags, "Key", "Value"),
    ...(looks > 0 ? computing : computed),
  };
}

function changeAnswer(change: ResourceChange): Answer {
  return {
    Type: "Resource",
    ResourceChange: {
      Action: change.action,
      LogicalResourceId: change.logicalId,
      PhysicalResourceId: change.physicalId,
      ResourceType: change.type,
      Replacement: change.replacement,
      PolicyAction: change.policyAction,
      Details: change.details.map((detail) => ({
        Target: {
          Attribute: detail.attribute,
          Name: detail.name,
          RequiresRecreation: detail.requiresRecreation,
        },
        Evaluation: detail.evaluation,
        ChangeSource: detail.changeSource,
        CausingEntity: detail.causingEntity,
      })),
    },
  };
}

async function executeChangeSet(params: Params, account: AccountBehind): Promise<Answer> {
  const { arn, name, stackId, status } = await changeSetOf(params, account);
  if (status === "FAILED")
    throw new WireError(
      "InvalidChangeSetStatus",
      `ChangeSet [${arn}] cannot be executed in its current status of [FAILED]`,
    );
  const { cloud, looks, quirks, deletedChangeSets } = account;
  const applier = cloud.applier({ executionId: "wire", stack: stackId, changeSetName: name, tags: {} });
  await once(account, stackId, params, (token) => applier.executeChangeSet(arn, token));
  if (!quirks.deletesOtherChangeSets) return {};
  for (const other of looks.keys())
    if ((await cloud.reader().describeChangeSet(other))?.executionStatus === "OBSOLETE")
      deletedChangeSets.add(other);
  return {};
}

/** As it was submitted, but for every character beyond ASCII, which CloudFormation gives back as a question mark. */
async function getTemplate(params: Params, account: AccountBehind): Promise<Answer> {
  const template =
    text(params, "ChangeSetName") === undefined
      ? await stackTemplate(params, account)
      : await account.cloud.reader().changeSetTemplate((await changeSetOf(params, account)).arn);
  const TemplateBody = template?.replace(/[\u{80}-\u{10ffff}]/gu, "?");
  return { TemplateBody, StagesAvailable: ["Original", "Processed"] };
}

async function stackTemplate(params: Params, { cloud }: AccountBehind): Promise<string> {
  const name = text(params, "StackName") ?? "";
  const template = await cloud.reader().stackTemplate(name);
  if (template !== undefined) return template;
  const stands = (await cloud.reader().describeStack(name)) !== undefined;
  const message = stands
    ? "GetTemplate cannot be called on REVIEW_IN_PROGRESS stacks."
    : `Stack with id ${name} does not exist`;
  throw new WireError("ValidationError", message);
}
