import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type AwsPlace, clientOf } from "../../adapters/aws/clients.ts";
import { mapped } from "../../adapters/aws/errors.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import type { EnvironmentConfig } from "../../config/environments/schema.ts";
import { AccountError } from "../../core/cloud/account.ts";

/**
 * Proves, before anything else is done, that the caller's credentials are of the environment's account (law 6).
 * @throws AccountError WrongAccount, with both accounts and three ways out; AwsError when nobody says who we are
 */
export async function requireOwnAccount(config: EnvironmentConfig, place: AwsPlace): Promise<void> {
  const { Account: account = "", Arn: arn = "" } = await mapped(
    () => clientOf(place, STSClient).send(new GetCallerIdentityCommand({})),
    "asking who we are",
  );
  if (account === config.account) return;
  throw new AccountError("WrongAccount", mismatch(config, account, arn));
}

function mismatch({ environment, account }: EnvironmentConfig, actual: string, arn: string): string {
  const theirs = Object.values(ENVIRONMENTS).find((one) => one.account === actual)?.environment;
  const named = theirs ? ` (${theirs})` : ", which no environment has";
  const first = theirs
    ? `If you meant ${theirs}: say --env ${theirs}`
    : `If ${actual} is meant to be ${environment}: correct config/environments/${environment}.ts`;
  return [
    `ENVIRONMENT MISMATCH: ${environment} was asked for, and these credentials are of another account. Nothing was touched.`,
    `  expected account  ${account} (${environment})`,
    `  actual account    ${actual}${named}`,
    `  signed in as      ${arn}`,
    "Resolve it in one of three ways:",
    `  1. ${first}`,
    `  2. If you meant ${environment}: sign in to ${account}, for example with AWS_PROFILE, and run this again`,
    `  3. If you meant neither: the environments are ${listed()}`,
  ].join("\n");
}

function listed(): string {
  return Object.values(ENVIRONMENTS)
    .map(({ environment, account }) => `${environment} (${account})`)
    .join(", ");
}
