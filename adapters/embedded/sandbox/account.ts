import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../../core/clock.ts";
import type { CloudTarget } from "../../../core/cloud/cloud.ts";
import { CloudError } from "../../../core/cloud/errors.ts";
import { advance, finite, isDue, nextDue } from "./advance.ts";
import type { World } from "./operation/operation.ts";
import { foundAccount, isFounded } from "./seed/found-account.ts";
import type { StackState } from "./state.ts";
import { createTables, row, run, transact } from "./store/database.ts";
import { findStack } from "./store/stacks.ts";
import type { Pace } from "./timing.ts";
import { worldOf } from "./world.ts";

export interface AccountOptions {
  readonly database: DatabaseSync;
  readonly target: CloudTarget;
  readonly clock: Clock;
  readonly pace: Pace;
}

/** One simulated account, brought up to now before anybody looks at it or changes it. */
export interface Account extends AccountOptions {
  now(): number;
  read<T>(work: () => T): T;
  /** Does the work in one transaction; with pace `none` what it began is finished in the same one. */
  write<T>(work: (at: number, world: World) => T): T;
  /** Milliseconds until something falls due; undefined when nothing will by itself. */
  untilNextDue(): number | undefined;
}

export function openAccount(options: AccountOptions): Account {
  const { database, target, clock, pace } = options;
  createTables(database);
  let founded = false;
  const now = () => clock.now().getTime();
  /** How far things have to have come by an instant. */
  const reach = (at: number) => (pace === "none" ? Number.POSITIVE_INFINITY : at);

  function found(): void {
    if (!founded && !isFounded(database, target)) transact(database, () => foundAccount(database, target));
    founded = true;
  }

  return {
    ...options,
    now,
    read(work) {
      found();
      const at = now();
      if (isDue(database, finite(reach(at))))
        transact(database, () => advance(database, reach(at), worldOf(database, pace), at));
      return work();
    },
    write(work) {
      found();
      return transact(database, () => {
        // Read once, when nobody else can write any more: what falls due later is not due for this call.
        const at = now();
        const world = worldOf(database, pace);
        advance(database, reach(at), world, at);
        const result = work(at, world);
        if (pace === "none") advance(database, reach(at), world, at);
        return result;
      });
    },
    untilNextDue() {
      const due = nextDue(database);
      return due === undefined ? undefined : Math.max(0, due - now());
    },
  };
}

/** @throws CloudError StackNotFound */
export function requireStack(account: Account, nameOrId: string): StackState {
  const stack = findStack(account.database, account.target.environment, nameOrId);
  if (stack === undefined)
    throw new CloudError(
      "StackNotFound",
      `Stack with id ${nameOrId} does not exist in the simulated ${account.target.environment} account ${account.target.account}`,
    );
  return stack;
}

/**
 * Runs the work unless a request with this token did it before. Requests are told apart by the stack's name:
 * a late repetition must not hit another stack that bears it now.
 */
export function once(
  { database, target }: Account,
  request: { readonly stack: string; readonly action: string; readonly clientToken: string },
  work: () => void,
): void {
  const key = [target.environment, request.stack, request.action, request.clientToken];
  const known =
    "SELECT 1 AS known FROM sandbox_request WHERE environment = ? AND stack = ? AND action = ? AND client_token = ?";
  if (row(database, known, ...key) !== undefined) return;
  work();
  run(
    database,
    "INSERT INTO sandbox_request (environment, stack, action, client_token) VALUES (?, ?, ?, ?)",
    ...key,
  );
}

/** The account the caller turns out to be in: the target's, unless somebody set another to try law 6. */
export function reportedAccount(account: Account): string {
  const sql = "SELECT account FROM sandbox_account WHERE environment = ?";
  const set = row(account.database, sql, account.target.environment)?.["account"];
  return typeof set === "string" ? set : account.target.account;
}
