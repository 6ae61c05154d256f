import { DescribeStackEventsCommand } from "@aws-sdk/client-cloudformation";
import { CloudError, type CloudErrorName } from "../../../core/cloud/errors.ts";
import { isMoving, type StackStatus } from "../../../core/cloud/stack.ts";
import { type Account, cloudFormation } from "./account.ts";
import { clientToken } from "./client-token.ts";
import { describeStack } from "./describe-stack.ts";
import { asked, isNamed, refusal } from "./refusal.ts";

/** An operation on a stack, in words, and what its refusal means in the state the stack is in. */
interface Operation {
  readonly what: string;
  /** Undefined when the state does not explain it. */
  readonly meaning: (status: StackStatus) => CloudErrorName | undefined;
}

export const CANCELLING: Operation = {
  what: "cancelling the update",
  meaning: (status) => (status === "UPDATE_IN_PROGRESS" ? undefined : "NotUpdating"),
};

export const DELETING: Operation = {
  what: "deleting it",
  meaning: (status) => (isMoving(status) ? "StackBusy" : undefined),
};

export const CONTINUING: Operation = {
  what: "continuing the rollback",
  meaning(status) {
    if (status === "UPDATE_ROLLBACK_FAILED") return undefined;
    return isMoving(status) ? "StackBusy" : "NotUpdating";
  },
};

interface Request {
  readonly StackName: string;
  readonly ClientRequestToken: string;
}

/**
 * Asks for an operation. CloudFormation refuses them in sentences that are written down nowhere, so that what a refusal
 * means is read from the stack: it may be that an earlier try of ours was taken up and only its answer was lost.
 * @throws CloudError NotUpdating, StackBusy, RequestInvalid
 */
export async function attempt(
  account: Account,
  { stack, key, what, meaning }: Operation & { readonly stack: string; readonly key: string },
  call: (request: Request) => Promise<unknown>,
): Promise<void> {
  const token = clientToken(key);
  try {
    await call({ StackName: stack, ClientRequestToken: token });
  } catch (error) {
    const told = refusal(error, `stack ${stack}: ${what}`);
    if (!isNamed(error, "ValidationError", "TokenAlreadyExistsException") || told.name === "StackNotFound")
      throw told;
    if (await isTakenUp(account, stack, token)) return;
    const status = (await describeStack(account, stack))?.status;
    const name = status && meaning(status);
    throw name ? new CloudError(name, `${told.message} (it is in ${status})`, { cause: error }) : told;
  }
}

/** True when the stack's latest operation is the one this token asked for: its events bear the token. */
export async function isTakenUp(account: Account, stack: string, token: string): Promise<boolean> {
  const { StackEvents } = await asked(`looking for our operation on stack ${stack}`, () =>
    cloudFormation(account).send(new DescribeStackEventsCommand({ StackName: stack })),
  );
  return (StackEvents ?? []).some((event) => event.ClientRequestToken === token);
}
