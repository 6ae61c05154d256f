import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../../core/clock.ts";
import type { Cloud, CloudTarget } from "../../../core/cloud/cloud.ts";
import { CloudError } from "../../../core/cloud/errors.ts";
import { openAccount } from "./account.ts";
import { applier } from "./applier.ts";
import { planner } from "./planner.ts";
import { reader } from "./reader.ts";
import type { Pace } from "./timing.ts";

/**
 * A simulated AWS account in the caller's database: nothing behind it is real, and everything it says of
 * itself says so. Several processes may open the same file; give the database a busy timeout.
 */
export function sandboxCloud(options: {
  readonly database: DatabaseSync;
  readonly target: CloudTarget;
  readonly clock: Clock;
  readonly pace: Pace;
}): Cloud {
  if (process.env["AWS_LAMBDA_FUNCTION_NAME"] !== undefined)
    throw new CloudError("CloudUnavailable", "the sandbox account does not run in AWS Lambda");
  const account = openAccount(options);
  return {
    target: options.target,
    simulated: true,
    reader: () => reader(account),
    planner: () => planner(account),
    applier: (session) => applier(account, session),
  };
}
