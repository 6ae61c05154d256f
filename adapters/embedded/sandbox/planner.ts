import { isDeepStrictEqual } from "node:util";
import type { ChangeSetDescription } from "../../../core/cloud/change-set.ts";
import type { ChangeSetRequest, CloudPlanner } from "../../../core/cloud/cloud.ts";
import { CloudError } from "../../../core/cloud/errors.ts";
import type { Account } from "./account.ts";
import { computeChangeSet } from "./change-set/compute.ts";
import { loadSpecification, type Specification } from "./change-set/recreation.ts";
import { newStack, uuidOf } from "./new-stack.ts";
import { stackTurns } from "./operation/events.ts";
import { reader } from "./reader.ts";
import { refuseIfStuck } from "./stack-states.ts";
import type { StackState } from "./state.ts";
import {
  changeSetByArn,
  changeSetByName,
  changeSetCount,
  insertChangeSet,
  removeChangeSet,
  type StoredChangeSet,
} from "./store/change-sets.ts";
import { findStack, insertStack, readStack, writeStack } from "./store/stacks.ts";
import { checkRequest } from "./validation/request.ts";

/** The dry_run lane: what the reader sees, and change sets. */
export function planner(account: Account): CloudPlanner {
  return {
    ...reader(account, "simulated-dry-run"),
    async createChangeSet(request) {
      checkRequest(request, account.target);
      return (
        account.write((at) => createChangeSet(account, request, undefined, at)) ??
        (await createForUpdate(account, request))
      );
    },
    async deleteChangeSet(arn) {
      account.write((at) => deleteChangeSet(account, arn, at));
    },
  };
}

/** Only the change of a stack that exists needs to know what a change of each property does. */
async function createForUpdate(account: Account, request: ChangeSetRequest): Promise<ChangeSetDescription> {
  const specification = await loadSpecification();
  const made = account.write((at) => createChangeSet(account, request, specification, at));
  if (made === undefined) throw new Error("a change set with the specification at hand was not computed");
  return made;
}

/** Undefined when it takes the specification to compute it. */
function createChangeSet(
  account: Account,
  request: ChangeSetRequest,
  specification: Specification | undefined,
  at: number,
): ChangeSetDescription | undefined {
  const { database, target } = account;
  const existing = findStack(database, target.environment, request.stack);
  const made = existing && changeSetByName(database, existing.stackId, request.name);
  if (made !== undefined) return repeated(made, request);
  if (existing !== undefined) refuseIfStuck(existing);
  if (specification === undefined && existing?.definition !== undefined) return undefined;
  const stack = existing ?? newStack(database, target, request.stack, at);
  const description = computeChangeSet(stack, request, specification, arnOf(stack, request), at);
  if (existing === undefined) insertStack(database, stack);
  insertChangeSet(database, { description, ...definitionOf(request) });
  return description;
}

/** The change set of that name again, when it is asked for again; otherwise the name is taken. */
function repeated(made: StoredChangeSet, request: ChangeSetRequest): ChangeSetDescription {
  const { clientToken, definition } = definitionOf(request);
  if (made.clientToken === clientToken && isDeepStrictEqual(made.definition, definition))
    return made.description;
  throw new CloudError(
    "ChangeSetExists",
    `ChangeSet ${request.name} of stack ${request.stack} already exists and differs; choose another name or delete it first`,
  );
}

function definitionOf({ template, parameters, tags, clientToken }: ChangeSetRequest) {
  return { clientToken, definition: { template, parameters, tags } };
}

function arnOf(stack: StackState, { name, clientToken }: ChangeSetRequest): string {
  const uuid = uuidOf("change set", stack.stackId, name, clientToken);
  return `arn:aws:cloudformation:${stack.region}:${stack.account}:changeSet/${name}/${uuid}`;
}

function deleteChangeSet(account: Account, arn: string, at: number): void {
  const { database } = account;
  const found = changeSetByArn(database, arn)?.description;
  if (found === undefined) return;
  if (found.executionStatus === "EXECUTE_IN_PROGRESS")
    throw new CloudError(
      "StackBusy",
      `ChangeSet [${arn}] is being executed and cannot be deleted; wait for stack ${found.stackName}`,
    );
  removeChangeSet(database, arn);
  const stack = readStack(database, found.stackId);
  if (stack.status !== "REVIEW_IN_PROGRESS" || changeSetCount(database, stack.stackId) > 0) return;
  stackTurns(stack, at, "DELETE_IN_PROGRESS", "User Initiated");
  stackTurns(stack, at, "DELETE_COMPLETE");
  stack.deletedAt = at;
  writeStack(database, stack);
}
