import type { Stack, StackEvent } from "../../../core/cloud/stack.ts";
import type { AccountBehind } from "./account-behind.ts";
import { once } from "./operations.ts";
import { pageOf } from "./paging.ts";
import { type Params, text, texts } from "./query.ts";
import { WireError } from "./wire-error.ts";
import type { Answer } from "./xml.ts";

type Call = (params: Params, account: AccountBehind) => Promise<Answer | undefined>;

/** CloudFormation's calls about stacks, answered from the simulated account. */
export const STACK_CALLS: Readonly<Record<string, Call>> = {
  DescribeStacks: async (params, account) => ({
    Stacks: [await described(account, await stackOf(params, account))],
  }),
  DescribeStackEvents: describeStackEvents,
  ListStackResources: listStackResources,
  DetectStackResourceDrift: detectStackResourceDrift,
  async CancelUpdateStack(params, account) {
    const { stackId } = await stackOf(params, account);
    const applier = account.cloud.applier({ executionId: "wire", stack: stackId, tags: {} });
    await once(account, stackId, params, (token) => applier.cancelUpdate(token));
    return undefined;
  },
  async DeleteStack(params, account) {
    const name = text(params, "StackName") ?? "";
    const stack = await account.cloud.reader().describeStack(name);
    if (stack === undefined || stack.status === "DELETE_COMPLETE") return undefined;
    const applier = account.cloud.applier({ executionId: "wire", stack: stack.stackId, tags: {} });
    await once(account, stack.stackId, params, (token) => applier.deleteStack(token));
    return undefined;
  },
  async ContinueUpdateRollback(params, account) {
    const { stackId } = await stackOf(params, account);
    const applier = account.cloud.applier({ executionId: "wire", stack: stackId, tags: {} });
    const skip = texts(params, "ResourcesToSkip");
    await once(account, stackId, params, (token) => applier.continueRollback(token, skip));
    return {};
  },
  async SetStackPolicy(params, account) {
    const { stackId } = await stackOf(params, account);
    const applier = account.cloud.applier({ executionId: "wire", stack: stackId, tags: {} });
    await applier.setStackPolicy(text(params, "StackPolicyBody") ?? "");
    return undefined;
  },
};

async function stackOf(params: Params, { cloud }: AccountBehind): Promise<Stack> {
  const name = text(params, "StackName") ?? "";
  const found = await cloud.reader().describeStack(name);
  if (found !== undefined) return found;
  throw new WireError("ValidationError", `Stack with id ${name} does not exist`);
}

/** A stack that a change set made has LastUpdatedTime from the execution on, before any update. */
async function described({ cloud }: AccountBehind, stack: Stack): Promise<Answer> {
  const events = stack.status === "REVIEW_IN_PROGRESS" ? [] : await cloud.reader().stackEvents(stack.stackId);
  const executed = events.find((event) => event.status === "CREATE_IN_PROGRESS")?.at;
  return {
    StackId: stack.stackId,
    StackName: stack.name,
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    CreationTime: stack.createdAt,
    LastUpdatedTime: stack.lastUpdatedAt ?? executed,
    DisableRollback: false,
    EnableTerminationProtection: false,
    DriftInformation: { StackDriftStatus: "NOT_CHECKED" },
    Parameters: entries(stack.parameters, "ParameterKey", "ParameterValue"),
    Outputs: entries(stack.outputs, "OutputKey", "OutputValue"),
    Tags: entries(stack.tags, "Key", "Value"),
  };
}

export function entries(
  record: Readonly<Record<string, string>>,
  key: string,
  value: string,
): readonly Answer[] {
  return Object.entries(record).map(([name, given]) => ({ [key]: name, [value]: given }));
}

async function describeStackEvents(params: Params, account: AccountBehind): Promise<Answer> {
  const { stackId, name } = await stackOf(params, account);
  const events = await account.cloud.reader().stackEvents(stackId);
  const all = events
    .map((event, index) => eventAnswer(event, name, tokenAt(account, stackId, index)))
    .reverse();
  const { items, next } = pageOf(account, all, text(params, "NextToken"));
  return { StackEvents: items, NextToken: next };
}

function tokenAt({ operations }: AccountBehind, stackId: string, index: number): string | undefined {
  return operations.get(stackId)?.findLast(({ from }) => from <= index)?.token;
}

function eventAnswer(event: StackEvent, StackName: string, ClientRequestToken: string | undefined): Answer {
  return {
    StackId: event.stackId,
    EventId: event.eventId,
    StackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: event.at,
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
    ClientRequestToken,
  };
}

async function listStackResources(params: Params, account: AccountBehind): Promise<Answer> {
  const { stackId, createdAt } = await stackOf(params, account);
  const all = (await account.cloud.reader().stackResources(stackId)).map((one) => ({
    LogicalResourceId: one.logicalId,
    PhysicalResourceId: one.physicalId === "" ? undefined : one.physicalId,
    ResourceType: one.type,
    ResourceStatus: one.status,
    LastUpdatedTimestamp: createdAt,
    DriftInformation: { StackResourceDriftStatus: "NOT_CHECKED" },
  }));
  const { items, next } = pageOf(account, all, text(params, "NextToken"));
  return { StackResourceSummaries: items, NextToken: next };
}

async function detectStackResourceDrift(params: Params, account: AccountBehind): Promise<Answer> {
  const { stackId, name } = await stackOf(params, account);
  const logicalId = text(params, "LogicalResourceId") ?? "";
  const reader = account.cloud.reader();
  const resource = (await reader.stackResources(stackId)).find((one) => one.logicalId === logicalId);
  if (resource === undefined)
    throw new WireError("ValidationError", `Resource ${logicalId} does not exist for stack ${name}`);
  const [drift] = await reader.resourceDrift(stackId, [logicalId]);
  return {
    StackResourceDrift: {
      StackId: stackId,
      LogicalResourceId: logicalId,
      PhysicalResourceId: resource.physicalId,
      ResourceType: resource.type,
      StackResourceDriftStatus: drift?.status === "NOT_CHECKED" ? "UNKNOWN" : drift?.status,
      Timestamp: account.clock.now().toISOString(),
      PropertyDifferences: (drift?.differences ?? []).map(({ path, expected, actual }) => ({
        PropertyPath: path,
        ExpectedValue: bare(expected),
        ActualValue: bare(actual),
        DifferenceType: "NOT_EQUAL",
      })),
    },
  };
}

/** Texts go bare; everything else as JSON. */
function bare(json: string): string {
  const value: unknown = JSON.parse(json);
  return typeof value === "string" ? value : json;
}
