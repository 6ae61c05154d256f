import {
  CancelUpdateStackCommand,
  ContinueUpdateRollbackCommand,
  DeleteStackCommand,
  ExecuteChangeSetCommand,
  SetStackPolicyCommand,
} from "@aws-sdk/client-cloudformation";
import {
  type ApplierSession,
  type CloudApplier,
  type CloudReader,
  STACK_POLICY_BYTES,
} from "../../../core/cloud/cloud.ts";
import { CloudError } from "../../../core/cloud/errors.ts";
import { type Account, cloudFormation } from "./account.ts";
import { attempt, CANCELLING, CONTINUING, DELETING, isTakenUp } from "./attempt.ts";
import { clientToken } from "./client-token.ts";
import { reader } from "./reader.ts";
import { asked, isNamed, refusal } from "./refusal.ts";

/**
 * The execute lane. What pins it to one stack and one change set is the policy of its session.
 * @param outside the read_only lane, for what the session has no right to: to compare a resource with its template
 * CloudFormation reads the resource itself, with the caller's permissions
 */
export function applier(account: Account, session: ApplierSession, outside: CloudReader): CloudApplier {
  const { stack } = session;
  const client = () => cloudFormation(account);
  return {
    ...reader(account),
    async resourceDrift(of, logicalIds) {
      if (of !== stack && nameOf(of) !== stack) throw denied(session, `stack ${of}`);
      return outside.resourceDrift(of, logicalIds);
    },
    snapshots: outside.snapshots,
    executeChangeSet: async (arn, key) => executeChangeSet(account, session, arn, key),
    cancelUpdate: async (key) =>
      attempt(account, { stack, key, ...CANCELLING }, (request) =>
        client().send(new CancelUpdateStackCommand(request)),
      ),
    deleteStack: async (key) =>
      attempt(account, { stack, key, ...DELETING }, (request) =>
        client().send(new DeleteStackCommand(request)),
      ),
    continueRollback: async (key, skip) =>
      attempt(account, { stack, key, ...CONTINUING }, (request) =>
        client().send(new ContinueUpdateRollbackCommand({ ...request, ResourcesToSkip: [...skip] })),
      ),
    setStackPolicy: async (policy) => setStackPolicy(account, stack, policy),
  };
}

async function setStackPolicy(account: Account, stack: string, policy: string): Promise<void> {
  const bytes = Buffer.byteLength(policy);
  if (bytes > STACK_POLICY_BYTES)
    throw new CloudError(
      "RequestInvalid",
      `the policy of stack ${stack} has ${bytes} bytes and CloudFormation takes ${STACK_POLICY_BYTES}: replace or remove fewer resources at once`,
    );
  const command = new SetStackPolicyCommand({ StackName: stack, StackPolicyBody: policy });
  await asked(`setting the policy of stack ${stack}`, () => cloudFormation(account).send(command));
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
