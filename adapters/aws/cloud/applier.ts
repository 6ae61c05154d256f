import {
  CancelUpdateStackCommand,
  ContinueUpdateRollbackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  ExecuteChangeSetCommand,
  SetStackPolicyCommand,
} from "@aws-sdk/client-cloudformation";
import {
  type ApplierSession,
  type CloudApplier,
  type CloudReader,
  STACK_POLICY_BYTES,
} from "../../../core/cloud/cloud.ts";
import { CloudError, type CloudErrorName } from "../../../core/cloud/errors.ts";
import { isMoving, type StackStatus } from "../../../core/cloud/stack.ts";
import { type Account, cloudFormation } from "./account.ts";
import { clientToken } from "./client-token.ts";
import { describeStack } from "./describe-stack.ts";
import { reader } from "./reader.ts";
import { asked, isNamed, refusal } from "./refusal.ts";

/**
 * The execute lane. What pins it to one stack and one change set is the policy of its session.
 * @param outside the read_only lane, for what the session has no right to: to compare a resource with its template
 * CloudFormation reads the resource itself, with the caller's permissions
 */
export function applier(account: Account, session: ApplierSession, outside: CloudReader): CloudApplier {
  const { stack: StackName } = session;
  const client = () => cloudFormation(account);
  return {
    ...reader(account),
    async resourceDrift(stack, logicalIds) {
      if (stack !== StackName && nameOf(stack) !== StackName) throw denied(session, `stack ${stack}`);
      return outside.resourceDrift(stack, logicalIds);
    },
    snapshots: outside.snapshots,
    executeChangeSet: async (arn, key) => executeChangeSet(account, session, arn, key),
    async cancelUpdate(key) {
      const token = clientToken(key);
      const command = new CancelUpdateStackCommand({ StackName, ClientRequestToken: token });
      await attempt(
        account,
        { stack: StackName, token, what: "cancelling the update", meaning: notUpdating },
        () => client().send(command),
      );
    },
    async deleteStack(key) {
      const token = clientToken(key);
      const command = new DeleteStackCommand({ StackName, ClientRequestToken: token });
      await attempt(account, { stack: StackName, token, what: "deleting", meaning: busy }, () =>
        client().send(command),
      );
    },
    async continueRollback(key, skip) {
      const token = clientToken(key);
      const command = new ContinueUpdateRollbackCommand({
        StackName,
        ClientRequestToken: token,
        ResourcesToSkip: [...skip],
      });
      await attempt(
        account,
        { stack: StackName, token, what: "continuing the rollback", meaning: notHalted },
        () => client().send(command),
      );
    },
    async setStackPolicy(policy) {
      const bytes = Buffer.byteLength(policy);
      if (bytes > STACK_POLICY_BYTES)
        throw new CloudError(
          "RequestInvalid",
          `the policy of stack ${StackName} has ${bytes} bytes and CloudFormation takes ${STACK_POLICY_BYTES}: replace or remove fewer resources at once`,
        );
      const command = new SetStackPolicyCommand({ StackName, StackPolicyBody: policy });
      await asked(`setting the policy of stack ${StackName}`, () => client().send(command));
    },
  };
}

async function executeChangeSet(
  account: Account,
  session: ApplierSession,
  arn: string,
  key: string,
): Promise<void> {
  // A request names both, and which of them the policy is asked about is CloudFormation's affair.
  if (nameOf(arn) !== session.changeSetName) throw denied(session, `change set ${arn}`);
  const token = clientToken(key);
  const command = new ExecuteChangeSetCommand({
    StackName: session.stack,
    ChangeSetName: arn,
    ClientRequestToken: token,
  });
  try {
    await cloudFormation(account).send(command);
  } catch (error) {
    const over = isNamed(
      error,
      "InvalidChangeSetStatusException",
      "ChangeSetNotFoundException",
      "TokenAlreadyExistsException",
    );
    if (over && (await isTakenUp(account, session.stack, token))) return;
    throw refusal(error, `executing change set ${arn}`);
  }
}

interface Attempt {
  readonly stack: string;
  readonly token: string;
  readonly what: string;
  /** What a refusal means in the state the stack is in; undefined when the state does not explain it. */
  readonly meaning: (status: StackStatus) => CloudErrorName | undefined;
}

/**
 * Asks for an operation. CloudFormation refuses them in sentences that are written down nowhere, so that what a refusal
 * means is read from the stack: it may be that an earlier try of ours was taken up and only its answer was lost.
 */
async function attempt(
  account: Account,
  { stack, token, what, meaning }: Attempt,
  call: () => Promise<unknown>,
) {
  try {
    await call();
  } catch (error) {
    const told = refusal(error, `${what} of stack ${stack}`);
    if (!isNamed(error, "ValidationError", "TokenAlreadyExistsException") || told.name === "StackNotFound")
      throw told;
    if (await isTakenUp(account, stack, token)) return;
    const status = (await describeStack(account, stack))?.status;
    const name = status && meaning(status);
    throw name ? new CloudError(name, `${told.message} (it is in ${status})`, { cause: error }) : told;
  }
}

function notUpdating(status: StackStatus): CloudErrorName | undefined {
  return status === "UPDATE_IN_PROGRESS" ? undefined : "NotUpdating";
}

function notHalted(status: StackStatus): CloudErrorName | undefined {
  if (status === "UPDATE_ROLLBACK_FAILED") return undefined;
  return isMoving(status) ? "StackBusy" : "NotUpdating";
}

function busy(status: StackStatus): CloudErrorName | undefined {
  return isMoving(status) ? "StackBusy" : undefined;
}

/** True when the stack's latest operation is the one this token asked for: its events bear the token. */
async function isTakenUp(account: Account, stack: string, token: string): Promise<boolean> {
  const { StackEvents } = await asked(`looking for our operation on stack ${stack}`, () =>
    cloudFormation(account).send(new DescribeStackEventsCommand({ StackName: stack })),
  );
  return (StackEvents ?? []).some((event) => event.ClientRequestToken === token);
}

/** The name in the ARN of a stack or a change set; a name is its own. */
function nameOf(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? (nameOrArn.split("/")[1] ?? "") : nameOrArn;
}

function denied({ executionId, stack, changeSetName = "none" }: ApplierSession, what: string): CloudError {
  return new CloudError(
    "CloudAccessDenied",
    `execution ${executionId} may not touch ${what}: its session is pinned to stack ${stack} and change set ${changeSetName}`,
  );
}
