import type { AccountBehind } from "./account-behind.ts";
import { type Params, text } from "./query.ts";
import { WireError } from "./wire-error.ts";

/** S3, as far as a template goes that is stored once under its hash. */
export async function putObject(params: Params, { objects }: AccountBehind): Promise<undefined> {
  const path = text(params, "path") ?? "";
  if (objects.has(path))
    throw new WireError(
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
      412,
    );
  objects.set(path, text(params, "body") ?? "");
  return undefined;
}
