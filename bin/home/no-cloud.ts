import type { Environment } from "../../core/artifacts/vocabulary.ts";
import { CloudError } from "../../core/cloud/errors.ts";

/** For a command that only reads the record or speaks into it. */
export function noCloud(environment: Environment): never {
  throw new CloudError("CloudUnavailable", `this command was opened without the ${environment} account`);
}
