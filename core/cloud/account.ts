import { NamedError } from "../errors.ts";
import type { Cloud } from "./cloud.ts";

export class AccountError extends NamedError<"WrongAccount"> {}

/**
 * Proves that the credentials at hand belong to the environment's account, before any other call (law 6).
 * @throws AccountError WrongAccount, naming both accounts and the three ways out
 */
export async function requireAccount({ target, reader }: Cloud): Promise<void> {
  const caller = await reader().callerIdentity();
  if (caller.account === target.account) return;
  throw new AccountError(
    "WrongAccount",
    `${target.environment} is account ${target.account}, but these credentials are of account ${caller.account} (${caller.arn}): ` +
      `sign in to ${target.account}, or name the environment that ${caller.account} belongs to, ` +
      "or correct the account in config/environments. Nothing was touched",
  );
}
