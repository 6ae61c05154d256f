import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { CloudTarget } from "../../../core/cloud/cloud.ts";
import { stackTurns } from "./operation/events.ts";
import type { StackState } from "./state.ts";
import { serialOf } from "./store/stacks.ts";

/** A stack under review: it exists, and nothing in it does. */
export function newStack(database: DatabaseSync, target: CloudTarget, name: string, at: number): StackState {
  const { environment, account, region } = target;
  const serial = serialOf(database, environment, name);
  const uuid = uuidOf("stack", environment, account, region, name, String(serial));
  const stack: StackState = {
    stackId: `arn:aws:cloudformation:${region}:${account}:stack/${name}/${uuid}`,
    environment,
    account,
    region,
    name,
    createdAt: at,
    status: "REVIEW_IN_PROGRESS",
    statusReason: undefined,
    lastUpdatedAt: undefined,
    deletedAt: undefined,
    definition: undefined,
    outputs: {},
    exports: {},
    policy: undefined,
    lastEventAt: 0,
    latest: Number.POSITIVE_INFINITY,
    operation: undefined,
    resources: [],
    generations: new Map(),
    events: [],
  };
  stackTurns(stack, at, "REVIEW_IN_PROGRESS", "User Initiated");
  return stack;
}

/** A UUID that is the same for the same things. */
export function uuidOf(...parts: readonly string[]): string {
  const digest = createHash("sha256").update(parts.join("|")).digest("hex").slice(0, 32);
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
