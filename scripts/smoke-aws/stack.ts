import { isTakenUp } from "../../adapters/aws/cloud/attempt.ts";
import { clientToken } from "../../adapters/aws/cloud/client-token.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import type { ChangeSetDescription } from "../../core/cloud/change-set.ts";
import type { CloudApplier, CloudReader } from "../../core/cloud/cloud.ts";
import { isMoving, type Stack } from "../../core/cloud/stack.ts";
import { canonicalJson } from "../../core/digest.ts";
import { type Ground, type MakingStep, require } from "./step.ts";

const nameIn = ({ prefix }: Ground) => `${prefix}-stack`;
const TEMPLATE = JSON.stringify({ Resources: { Topic: { Type: "AWS::SNS::Topic", Properties: {} } } });

/** How long the smallest of stacks may take. */
const LOOKS = 120;
const PAUSE_MS = 2_000;

type Account = NonNullable<Ground["account"]>;

function accountIn({ account }: Ground): Account {
  require(account !== undefined, "there is no role for CloudFormation");
  return account;
}

async function run(ground: Ground): Promise<void> {
  const { cloud, reading } = accountIn(ground);
  const changeSet = await planned(ground);
  const { arn, stackId } = changeSet;
  const reader = cloud.reader();
  const looks = [await reader.describeChangeSet(arn), await reader.describeChangeSet(arn)].map(canonicalJson);
  require(looks[0] === looks[1], `two looks at one change set differ: ${looks.join(" and ")}`);
  const applier = applierOf(ground, changeSet);
  const key = `${ground.prefix}/execute`;
  await applier.executeChangeSet(arn, key);
  const standing = await still(reader, stackId);
  require(standing?.status === "CREATE_COMPLETE", `the stack ended in ${standing?.status}`);
  require(await isTakenUp(reading, stackId, clientToken(key)), "no event bears the token of its operation");
  await applier.executeChangeSet(arn, key);
  require((await reader.stackTemplate(stackId)) === TEMPLATE, "the template comes back in other bytes");
  const times = (await reader.stackEvents(stackId)).map(({ at }) => at);
  require(times.join() === times.toSorted().join(), `events come out of order: ${times.join(", ")}`);
}

/** A change set that was deleted and made anew, and asked for twice. */
async function planned(ground: Ground): Promise<ChangeSetDescription> {
  const planner = accountIn(ground).cloud.planner();
  const request = (name: string) => ({
    stack: nameIn(ground),
    name,
    template: TEMPLATE,
    parameters: {},
    tags: {},
    clientToken: `${ground.prefix}/${name}`,
  });
  const dropped = await planner.createChangeSet(request("dropped"));
  await planner.deleteChangeSet(dropped.arn);
  const made = await planner.createChangeSet(request("kept"));
  require(made.type === "CREATE", `the change set after a deleted one is of type ${made.type}`);
  const again = await planner.createChangeSet(request("kept"));
  require(again.arn === made.arn, "asked for again with its token, another change set was made");
  return made;
}

function applierOf(
  { account, prefix }: Ground,
  { stackId, name }: Pick<ChangeSetDescription, "stackId" | "name">,
): CloudApplier {
  require(account !== undefined, "there is no role for CloudFormation");
  return account.cloud.applier({
    executionId: prefix,
    stack: stackId,
    changeSetName: name,
    tags: { smoke: "yes" },
  });
}

async function still(reader: CloudReader, stackId: string): Promise<Stack | undefined> {
  for (let look = 0; look < LOOKS; look++) {
    const stack = await reader.describeStack(stackId);
    if (!stack || !isMoving(stack.status)) return stack;
    await systemClock.sleep(PAUSE_MS);
  }
  throw new Error(`${stackId} still moves after ${(LOOKS * PAUSE_MS) / 60_000} minutes`);
}

async function cleanUp(ground: Ground): Promise<void> {
  const reader = accountIn(ground).cloud.reader();
  const found = await reader.describeStack(nameIn(ground));
  if (!found) return;
  const stack = await still(reader, found.stackId);
  if (!stack || stack.status === "DELETE_COMPLETE") return;
  await applierOf(ground, { stackId: stack.stackId, name: "kept" }).deleteStack(`${ground.prefix}/delete`);
  const left = await still(reader, stack.stackId);
  require(!left || left.status === "DELETE_COMPLETE", `the stack is in ${left?.status}`);
}

export const STACK: MakingStep = {
  what: "a change set is made once, executed once, and what it applied is what was asked for",
  proves: [2, 7, 9, 16, 17, 18, 22, 27],
  makes: (ground) => `the stack ${nameIn(ground)} with an SNS topic in it`,
  costs: "nothing",
  run,
  cleanUp,
  cannot: ({ account }) =>
    account ? undefined : "it takes a role for CloudFormation: --service-role ARN, or --lanes",
};
