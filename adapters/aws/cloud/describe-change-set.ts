import { DescribeChangeSetCommand, type DescribeChangeSetOutput } from "@aws-sdk/client-cloudformation";
import type { ChangeSetDescription } from "../../../core/cloud/change-set.ts";
import { CloudError } from "../../../core/cloud/errors.ts";
import { type Account, cloudFormation } from "./account.ts";
import { changeOf, factsOf } from "./change-set-answers.ts";
import { describeStack } from "./describe-stack.ts";
import { all } from "./pages.ts";
import { pauses } from "./pauses.ts";
import { isNamed, refusal, saysNoStack } from "./refusal.ts";

type Type = ChangeSetDescription["type"];

/** CloudFormation does not tell a change set's type, so that it is written into its description. */
const DESCRIPTIONS: Readonly<Record<Type, string>> = {
  CREATE: "Conductor: creates the stack",
  UPDATE: "Conductor: updates the stack",
};

export function descriptionFor(type: Type): string {
  return DESCRIPTIONS[type];
}

/** Most are computed within seconds; macros and hooks may take minutes. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;
const PATIENCE_MS = 5 * 60_000;

/**
 * The change set, once CloudFormation has computed it. Undefined when it is not there, or on its way out.
 * @throws CloudError CloudUnavailable when it takes too long
 */
export async function describeChangeSet(
  account: Account,
  arn: string,
): Promise<ChangeSetDescription | undefined> {
  const until = account.clock.now().getTime() + PATIENCE_MS;
  for (const pause of pauses(FIRST_PAUSE_MS, LONGEST_PAUSE_MS)) {
    const answer = await firstPage(account, arn);
    if (answer === undefined || answer.Status?.startsWith("DELETE_") === true) return undefined;
    if (answer.Status === "CREATE_COMPLETE" || answer.Status === "FAILED")
      return await described(account, answer);
    if (account.clock.now().getTime() > until) break;
    await account.clock.sleep(pause);
  }
  throw new CloudError(
    "CloudUnavailable",
    `CloudFormation has not computed the change set ${arn} in ${PATIENCE_MS / 60_000} minutes; ask again, it goes on`,
  );
}

async function firstPage(account: Account, arn: string): Promise<DescribeChangeSetOutput | undefined> {
  try {
    return await page(account, arn, undefined);
  } catch (error) {
    if (isNamed(error, "ChangeSetNotFoundException") || saysNoStack(error)) return undefined;
    throw refusal(error, `describing change set ${arn}`);
  }
}

async function page(
  account: Account,
  arn: string,
  NextToken: string | undefined,
): Promise<DescribeChangeSetOutput> {
  return await cloudFormation(account).send(new DescribeChangeSetCommand({ ChangeSetName: arn, NextToken }));
}

async function described(account: Account, first: DescribeChangeSetOutput): Promise<ChangeSetDescription> {
  const facts = factsOf(first);
  const changes = await all(async (token) => {
    const answer = token === undefined ? first : await page(account, facts.arn, token);
    return { items: answer.Changes ?? [], next: answer.NextToken };
  });
  return {
    ...facts,
    type: await typeOf(account, first),
    changes: changes.map(changeOf).toSorted((a, b) => (a.logicalId < b.logicalId ? -1 : 1)),
  };
}

/** Of a change set that somebody else made, only what its stack is now tells. */
async function typeOf(
  account: Account,
  { Description, StackId = "" }: DescribeChangeSetOutput,
): Promise<Type> {
  if (Description === DESCRIPTIONS.CREATE) return "CREATE";
  if (Description === DESCRIPTIONS.UPDATE) return "UPDATE";
  const stack = await describeStack(account, StackId);
  return stack?.status === "REVIEW_IN_PROGRESS" ? "CREATE" : "UPDATE";
}
