import { holdsState } from "../../../core/change/stateful.ts";
import type { CloudTarget } from "../../../core/cloud/cloud.ts";
import { CloudError } from "../../../core/cloud/errors.ts";
import type { ResourceDrift } from "../../../core/cloud/stack.ts";
import type { Json } from "../../../core/template/template.ts";
import { type Account, type AccountOptions, openAccount, requireStack } from "./account.ts";
import { breakApart, type HowBroken } from "./breakages.ts";
import { driftOf } from "./drift.ts";
import { driftProperty } from "./drift-property.ts";
import { type ShownAccount, showAccount } from "./show.ts";
import { currentResource, type Environment, type ResourceState, type StackState } from "./state.ts";
import { run } from "./store/database.ts";
import { clearFaults, type Fault, insertFault } from "./store/faults.ts";
import { writeStack } from "./store/stacks.ts";
import { takeSnapshot } from "./world.ts";

/** One resource of a stack, by logical id. */
export interface ResourceOf {
  readonly environment: Environment;
  readonly stack: string;
  readonly resource: string;
}

/** What a person may do to the simulated accounts besides using them. */
export interface SandboxControls {
  /** What is in the accounts, of one environment or of all. */
  show(filter?: { readonly environment?: Environment }): readonly ShownAccount[];
  /** Orders a failure: the next time that resource (logical id or type) is created, updated or deleted. */
  failNext(fault: Fault): void;
  /** Withdraws the failures ordered and not yet come true. */
  clearFaults(filter: { readonly environment: Environment }): void;
  /** Changes a property behind the stack's back and says what drift detection now sees. */
  drift(request: ResourceOf & { readonly property?: string; readonly value?: Json }): ResourceDrift;
  breakResource(request: ResourceOf & { readonly how: HowBroken }): ResourceDrift;
  /** The account the caller turns out to be in; undefined for the right one again. */
  setAccount(request: { readonly environment: Environment; readonly account: string | undefined }): void;
  takeSnapshot(request: ResourceOf): { readonly snapshotId: string };
}

export function sandboxControls(
  options: Omit<AccountOptions, "target"> & { readonly targets: readonly CloudTarget[] },
): SandboxControls {
  const { targets, ...rest } = options;
  const accounts = targets.map((target) => openAccount({ ...rest, target }));
  const accountOf = (environment: Environment): Account => {
    const found = accounts.find((account) => account.target.environment === environment);
    if (found !== undefined) return found;
    const known = targets.map((target) => target.environment).join(", ");
    throw new CloudError("RequestInvalid", `there is no environment ${environment}; there are ${known}`);
  };
  const disturb = (request: ResourceOf, work: (resource: ResourceState) => void): ResourceDrift =>
    withResource(accountOf(request.environment), request, (stack, resource) => {
      work(resource);
      return driftOf(stack, resource.logicalId);
    });

  return {
    show: ({ environment } = {}) =>
      accounts
        .filter((account) => environment === undefined || account.target.environment === environment)
        .map(showAccount),
    failNext(fault) {
      accountOf(fault.environment).write(() => insertFault(options.database, fault));
    },
    clearFaults({ environment }) {
      accountOf(environment).write(() => clearFaults(options.database, environment));
    },
    drift: (request) =>
      disturb(request, (resource) => driftProperty(resource, request.property, request.value)),
    breakResource: (request) => disturb(request, (resource) => breakApart(resource, request.how)),
    setAccount({ environment, account }) {
      accountOf(environment).write(() => setAccount(accountOf(environment), account));
    },
    takeSnapshot(request) {
      const account = accountOf(request.environment);
      return withResource(account, request, (stack, resource, at) => {
        requireState(resource);
        return { snapshotId: takeSnapshot(options.database, stack, resource, at, options.pace) };
      });
    },
  };
}

function withResource<T>(
  account: Account,
  request: ResourceOf,
  work: (stack: StackState, resource: ResourceState, at: number) => T,
): T {
  return account.write((at) => {
    const stack = requireStack(account, request.stack);
    const resource = currentResource(stack, request.resource);
    if (resource?.actual === undefined)
      throw new CloudError(
        "RequestInvalid",
        `stack ${stack.name} has no resource ${request.resource} that exists; see conductor sandbox show`,
      );
    const result = work(stack, resource, at);
    writeStack(account.database, stack);
    return result;
  });
}

function requireState({ logicalId, type }: ResourceState): void {
  if (holdsState(type)) return;
  throw new CloudError(
    "RequestInvalid",
    `${logicalId} is ${type}, which holds no data to take a snapshot of`,
  );
}

function setAccount(account: Account, number: string | undefined): void {
  if (number !== undefined && !/^\d{12}$/.test(number))
    throw new CloudError("RequestInvalid", `${number} is no account number: it takes twelve digits`);
  const sql = "UPDATE sandbox_account SET account = ? WHERE environment = ?";
  run(account.database, sql, number ?? null, account.target.environment);
}
