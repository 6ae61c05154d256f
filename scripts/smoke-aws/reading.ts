import { randomUUID } from "node:crypto";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { S3ArtifactStore } from "../../adapters/aws/artifact-store.ts";
import { clientOf } from "../../adapters/aws/clients.ts";
import { describeStack } from "../../adapters/aws/cloud/describe-stack.ts";
import { mapped } from "../../adapters/aws/errors.ts";
import { DynamoTable } from "../../adapters/aws/table.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { AccountError } from "../../core/cloud/account.ts";
import { sha256 } from "../../core/digest.ts";
import { errorOf, type Ground, require, type Step } from "./step.ts";

/** @throws AccountError WrongAccount; AwsError without credentials, or with such as are not taken */
async function requireRightAccount({ target, accountPlace }: Ground): Promise<void> {
  const call = () => clientOf(accountPlace, STSClient).send(new GetCallerIdentityCommand({}));
  const { Account, Arn } = await mapped(call, "asking who we are");
  if (Account === target.account) return;
  throw new AccountError(
    "WrongAccount",
    `${target.environment} is account ${target.account}, but these credentials are of account ${Account} (${Arn}): sign in to ${target.account}, or name yours with --account. Nothing was touched`,
  );
}

async function requireAbsentStack({ target, accountPlace, account, prefix }: Ground): Promise<void> {
  const reading = account?.reading ?? { target, clock: systemClock, place: accountPlace };
  const found = await describeStack(reading, prefix);
  require(found === undefined, `there is a stack ${prefix} already`);
}

async function requireMissingTold({ place, prefix }: Ground): Promise<void> {
  const name = `${prefix}-${randomUUID().slice(0, 8)}`;
  const table = await errorOf(new DynamoTable(place, name, systemClock).get({ pk: "P", sk: "s" }));
  require(table === "ResourceMissing", `a missing table is told as ${table}`);
  const bucket = await errorOf(new S3ArtifactStore(place, name).get(sha256("")));
  require(bucket === "ResourceMissing", `a missing bucket is told as ${bucket}`);
}

export const WHO: Step = {
  what: "the credentials are of the environment's account",
  proves: [6, 51],
  run: requireRightAccount,
};

export const READING: readonly Step[] = [
  { what: "a stack that is not there is told as such", proves: [10], run: requireAbsentStack },
  {
    what: "a table and a bucket that are not there are told by their names",
    proves: [54],
    run: requireMissingTold,
  },
];
