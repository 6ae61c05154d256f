import {
  DescribeStackEventsCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from "@aws-sdk/client-cloudformation";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { CloudReader } from "../../../core/cloud/cloud.ts";
import type { StackEvent, StackResource } from "../../../core/cloud/stack.ts";
import { clientOf } from "../clients.ts";
import { type Account, cloudFormation } from "./account.ts";
import { describeChangeSet } from "./describe-change-set.ts";
import { describeStack } from "./describe-stack.ts";
import { driftOfEach } from "./drift.ts";
import { all, items } from "./pages.ts";
import { pauses } from "./pauses.ts";
import { asked, isNamed, refusal, saysNoStack } from "./refusal.ts";
import { snapshotsOf } from "./snapshots.ts";
import { eventOf, resourceOf } from "./stack-answers.ts";

/** The read_only lane: everything that only looks. */
export function reader(account: Account): CloudReader {
  return {
    callerIdentity: async () => callerIdentity(account),
    describeStack: async (stack) => describeStack(account, stack),
    stackTemplate: async (stack) => stackTemplate(account, stack),
    stackResources: async (stack) => stackResources(account, stack),
    stackEvents: async (stack, options) => stackEvents(account, stack, options),
    resourceDrift: async (stack, logicalIds) => driftOfEach(account, stack, logicalIds),
    describeChangeSet: async (arn) => describeChangeSet(account, arn),
    changeSetTemplate: async (arn) => changeSetTemplate(account, arn),
    snapshots: async (resource) => snapshotsOf(account, resource),
  };
}

async function callerIdentity({
  place,
}: Account): Promise<{ readonly account: string; readonly arn: string }> {
  const sts = clientOf(place, STSClient);
  const { Account: account = "", Arn: arn = "" } = await asked("asking who we are", () =>
    sts.send(new GetCallerIdentityCommand({})),
  );
  return { account, arn };
}

async function stackTemplate(account: Account, stack: string): Promise<string | undefined> {
  const command = new GetTemplateCommand({ StackName: stack, TemplateStage: "Original" });
  try {
    return (await cloudFormation(account).send(command)).TemplateBody;
  } catch (error) {
    if (saysNoStack(error)) return undefined;
    // A stack under review has no template yet, and CloudFormation's words for that are written down nowhere.
    if (
      isNamed(error, "ValidationError") &&
      (await describeStack(account, stack))?.status === "REVIEW_IN_PROGRESS"
    )
      return undefined;
    throw refusal(error, `reading the template of stack ${stack}`);
  }
}

async function changeSetTemplate(account: Account, arn: string): Promise<string | undefined> {
  const command = new GetTemplateCommand({ ChangeSetName: arn, TemplateStage: "Original" });
  try {
    return (await cloudFormation(account).send(command)).TemplateBody;
  } catch (error) {
    if (isNamed(error, "ChangeSetNotFoundException") || saysNoStack(error)) return undefined;
    throw refusal(error, `reading the template of change set ${arn}`);
  }
}

async function stackResources(account: Account, stack: string): Promise<readonly StackResource[]> {
  const listed = await asked(`listing the resources of stack ${stack}`, () =>
    all(async (NextToken) => {
      const command = new ListStackResourcesCommand({ StackName: stack, NextToken });
      const page = await cloudFormation(account).send(command);
      return { items: page.StackResourceSummaries ?? [], next: page.NextToken };
    }),
  );
  return listed.map(resourceOf).toSorted((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
}

/** A look at the events costs a call, and they come seconds apart. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;

async function stackEvents(
  account: Account,
  stack: string,
  { after, newest, patienceMs = 0 }: NonNullable<Parameters<CloudReader["stackEvents"]>[1]> = {},
): Promise<readonly StackEvent[]> {
  const { clock } = account;
  const until = clock.now().getTime() + patienceMs;
  for (const pause of pauses(FIRST_PAUSE_MS, LONGEST_PAUSE_MS)) {
    const events = await eventsSince(account, stack, after, newest);
    const left = until - clock.now().getTime();
    if (events.length > 0 || left <= 0) return events;
    await clock.sleep(Math.min(left, pause));
  }
  return [];
}

/** CloudFormation tells the newest first: only as far back as is asked for is read. */
async function eventsSince(
  account: Account,
  stack: string,
  after: string | undefined,
  newest = Number.POSITIVE_INFINITY,
): Promise<readonly StackEvent[]> {
  const found: StackEvent[] = [];
  await asked(`reading the events of stack ${stack}`, async () => {
    const told = items(async (NextToken) => {
      const page = await cloudFormation(account).send(
        new DescribeStackEventsCommand({ StackName: stack, NextToken }),
      );
      return { items: page.StackEvents ?? [], next: page.NextToken };
    });
    for await (const event of told) {
      if (event.EventId === after) break;
      found.push(eventOf(event));
      if (found.length >= newest) break;
    }
  });
  return found.reverse();
}
