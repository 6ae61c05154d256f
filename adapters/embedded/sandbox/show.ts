import type { ResourceDrift, StackResource, StackStatus } from "../../../core/cloud/stack.ts";
import { type Account, reportedAccount } from "./account.ts";
import { driftOf } from "./drift.ts";
import type { Environment, ResourceState, StackState } from "./state.ts";
import { rows } from "./store/database.ts";
import { type Fault, listFaults } from "./store/faults.ts";
import { readStack, stackIds } from "./store/stacks.ts";

/** A simulated account as a person sees it. */
export interface ShownAccount {
  readonly simulated: true;
  readonly environment: Environment;
  readonly account: string;
  readonly region: string;
  /** What `callerIdentity` reports: another account when somebody set it. */
  readonly reportedAccount: string;
  readonly stacks: readonly ShownStack[];
  /** Physical resources that no stack holds any more: retained, or left behind by a cleanup. */
  readonly released: readonly Pick<StackResource, "logicalId" | "physicalId" | "type">[];
  readonly faults: readonly Fault[];
}

export interface ShownStack {
  readonly name: string;
  readonly stackId: string;
  readonly status: StackStatus;
  readonly statusReason?: string;
  readonly resources: readonly ShownResource[];
}

export interface ShownResource extends StackResource {
  /** What is wrong with it besides its properties. */
  readonly broken?: string;
  readonly drift: ResourceDrift;
}

export function showAccount(account: Account): ShownAccount {
  const { database, target } = account;
  return account.read(() => ({
    simulated: true,
    ...target,
    reportedAccount: reportedAccount(account),
    stacks: stackIds(database, target.environment).map((id) => showStack(readStack(database, id))),
    released: released(account),
    faults: listFaults(database, target.environment),
  }));
}

function showStack(stack: StackState): ShownStack {
  return {
    name: stack.name,
    stackId: stack.stackId,
    status: stack.status,
    ...(stack.statusReason === undefined ? {} : { statusReason: stack.statusReason }),
    resources: stack.resources
      .filter((resource) => resource.current)
      .map((resource) => showResource(stack, resource)),
  };
}

function showResource(stack: StackState, resource: ResourceState): ShownResource {
  const { logicalId, physicalId, type, status, broken } = resource;
  return {
    logicalId,
    physicalId,
    type,
    status,
    ...(broken === undefined ? {} : { broken }),
    drift: driftOf(stack, logicalId),
  };
}

function released({ database, target }: Account): ShownAccount["released"] {
  const sql =
    "SELECT body FROM sandbox_resource WHERE environment = ? AND held = 0 AND present = 1 ORDER BY rowid";
  return rows(database, sql, target.environment)
    .map((one) => JSON.parse(one["body"] as string) as ResourceState)
    .map(({ logicalId, physicalId, type }) => ({ logicalId, physicalId, type }));
}
