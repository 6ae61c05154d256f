import type { ChangeSetDescription } from "../../../core/cloud/change-set.ts";
import type { ApplierSession, CloudApplier, CloudReader } from "../../../core/cloud/cloud.ts";
import { CloudError } from "../../../core/cloud/errors.ts";
import { isMoving } from "../../../core/cloud/stack.ts";
import { type Account, once, requireStack } from "./account.ts";
import {
  beginCreate,
  beginDelete,
  beginUpdate,
  cancelUpdate,
  continueRollback,
  skippable,
} from "./operation/begin.ts";
import type { World } from "./operation/operation.ts";
import { reader } from "./reader.ts";
import { checkPolicy } from "./stack-policy.ts";
import { refuseIfStuck } from "./stack-states.ts";
import type { StackState } from "./state.ts";
import {
  changeSetByArn,
  makeOthersObsolete,
  type StoredChangeSet,
  setExecutionStatus,
} from "./store/change-sets.ts";
import { findStack, readStack, writeStack } from "./store/stacks.ts";

/** The execute lane, pinned to the session's stack and change set. */
export function applier(account: Account, session: ApplierSession): CloudApplier {
  const { database, target } = account;

  /** Changes the pinned stack in one transaction, once for each token. */
  function change(
    action: string,
    clientToken: string,
    work: (stack: StackState, world: World, at: number) => void,
  ): void {
    account.write((at, world) =>
      once(account, { stack: session.stack, action, clientToken }, () => {
        const stack = requireStack(account, session.stack);
        work(stack, world, at);
        writeStack(database, stack);
      }),
    );
  }

  return {
    ...pinnedReader(account, session),
    async executeChangeSet(arn, clientToken) {
      account.write((at, world) => {
        const changeSet = pinnedChangeSet(account, session, arn);
        const action = `executeChangeSet ${arn}`;
        once(account, { stack: session.stack, action, clientToken }, () =>
          execute(account, changeSet, world, at),
        );
      });
    },
    async cancelUpdate(clientToken) {
      change("cancelUpdate", clientToken, (stack, world, at) => {
        if (stack.status !== "UPDATE_IN_PROGRESS") throw notUpdating(stack, "CancelUpdateStack");
        cancelUpdate(stack, world, at);
      });
    },
    async deleteStack(clientToken) {
      if (account.read(() => findStack(database, target.environment, session.stack)) === undefined) return;
      change("deleteStack", clientToken, (stack, world, at) => {
        deleteStack(stack, world, at);
        makeOthersObsolete(database, stack.stackId);
      });
    },
    async continueRollback(clientToken, skip) {
      change("continueRollback", clientToken, (stack, world, at) => {
        if (stack.status !== "UPDATE_ROLLBACK_FAILED") throw notUpdating(stack, "ContinueUpdateRollback");
        refuseSkipping(stack, skip);
        continueRollback(stack, skip, world, at);
      });
    },
    async setStackPolicy(policy) {
      checkPolicy(policy);
      account.write(() => {
        const stack = requireStack(account, session.stack);
        stack.policy = policy;
        writeStack(database, stack);
      });
    },
  };
}

function execute(account: Account, changeSet: StoredChangeSet, world: World, at: number): void {
  const { database } = account;
  const { arn, stackId, executionStatus, status, type, changes } = changeSet.description;
  if (status === "FAILED")
    throw new CloudError(
      "RequestInvalid",
      `ChangeSet [${arn}] cannot be executed in its current status of [FAILED]`,
    );
  if (executionStatus !== "AVAILABLE")
    throw new CloudError(
      "ChangeSetObsolete",
      `ChangeSet [${arn}] cannot be executed in its current execution status of [${executionStatus}]; create a new one`,
    );
  const stack = readStack(database, stackId);
  refuseIfStuck(stack);
  const order = { changeSetArn: arn, target: changeSet.definition, changes };
  setExecutionStatus(database, arn, "EXECUTE_IN_PROGRESS");
  makeOthersObsolete(database, stackId, arn);
  (type === "CREATE" ? beginCreate : beginUpdate)(stack, order, world, at);
  writeStack(database, stack);
}

function deleteStack(stack: StackState, world: World, at: number): void {
  if (stack.status === "DELETE_IN_PROGRESS" || stack.status === "DELETE_COMPLETE") return;
  if (isMoving(stack.status) && stack.status.startsWith("UPDATE_"))
    throw new CloudError(
      "StackBusy",
      `Stack [${stack.name}] cannot be deleted while in status ${stack.status}; cancel the update or wait for it`,
    );
  beginDelete(stack, world, at);
}

function notUpdating(stack: StackState, call: string): CloudError {
  return new CloudError(
    isMoving(stack.status) && call !== "CancelUpdateStack" ? "StackBusy" : "NotUpdating",
    `${call} cannot be called from current stack status: stack ${stack.name} is in ${stack.status}`,
  );
}

function refuseSkipping(stack: StackState, skip: readonly string[]): void {
  const allowed = skippable(stack);
  const wrong = skip.filter((logicalId) => !allowed.includes(logicalId));
  if (wrong.length > 0)
    throw new CloudError(
      "RequestInvalid",
      `[${wrong.join(", ")}] cannot be skipped: only resources whose rollback failed can, here [${allowed.join(", ")}]`,
    );
}

/** @throws CloudError ChangeSetNotFound, CloudAccessDenied */
function pinnedChangeSet(account: Account, session: ApplierSession, arn: string): StoredChangeSet {
  const changeSet = changeSetByArn(account.database, arn);
  if (changeSet === undefined)
    throw new CloudError(
      "ChangeSetNotFound",
      `ChangeSet [${arn}] does not exist; it was deleted or never made`,
    );
  const { stackName, name } = changeSet.description;
  if (!isPinnedTo(session, changeSet.description) || name !== session.changeSetName)
    throw denied(session, `change set ${name} of stack ${stackName}`);
  return changeSet;
}

/** Whether the session may know of this stack, by its id or by its name. */
function isPinnedTo(
  { stack }: ApplierSession,
  { stackId, stackName }: Pick<ChangeSetDescription, "stackId" | "stackName">,
): boolean {
  return stack === stackId || stack === stackName;
}

function denied(session: ApplierSession, what: string): CloudError {
  const pinned =
    session.changeSetName === undefined ? "no change set" : `change set ${session.changeSetName}`;
  return new CloudError(
    "CloudAccessDenied",
    `execution ${session.executionId} may not touch ${what}: its session is pinned to stack ${session.stack} and ${pinned}`,
  );
}

/** A session sees its own stack only. */
function pinnedReader(account: Account, session: ApplierSession): CloudReader {
  const all = reader(account, "simulated-execute");
  const pinned = (stack: string): string => {
    const name = stack.startsWith("arn:") ? stack.split("/")[1] : stack;
    if (stack !== session.stack && name !== session.stack) throw denied(session, `stack ${stack}`);
    return stack;
  };
  const describeChangeSet = async (arn: string) => {
    const found = await all.describeChangeSet(arn);
    if (found !== undefined && !isPinnedTo(session, found)) throw denied(session, `change set ${arn}`);
    return found;
  };
  return {
    ...all,
    describeStack: async (stack) => all.describeStack(pinned(stack)),
    stackTemplate: async (stack) => all.stackTemplate(pinned(stack)),
    stackResources: async (stack) => all.stackResources(pinned(stack)),
    stackEvents: async (stack, options) => all.stackEvents(pinned(stack), options),
    resourceDrift: async (stack, logicalIds) => all.resourceDrift(pinned(stack), logicalIds),
    describeChangeSet,
    async changeSetTemplate(arn) {
      await describeChangeSet(arn);
      return all.changeSetTemplate(arn);
    },
  };
}
