import type { CloudReader } from "../../../core/cloud/cloud.ts";
import type { Stack, StackResource } from "../../../core/cloud/stack.ts";
import type { Template } from "../../../core/template/template.ts";
import { type Account, reportedAccount, requireStack } from "./account.ts";
import { driftOf } from "./drift.ts";
import { effectiveParameters, hideNoEcho } from "./effective-parameters.ts";
import type { StackState } from "./state.ts";
import { changeSetByArn } from "./store/change-sets.ts";
import { snapshotsOf } from "./store/snapshots.ts";
import { eventsOf, findStack } from "./store/stacks.ts";

/** How long a wait for events goes without looking whether another process began something. */
const LOOK_EVERY_MS = 500;

/** The read_only lane. `role` shows in the caller's identity. */
export function reader(account: Account, role = "simulated-read-only"): CloudReader {
  const { database, target, clock } = account;
  const find = (stack: string) => findStack(database, target.environment, stack);
  return {
    async callerIdentity() {
      const number = account.read(() => reportedAccount(account));
      return { account: number, arn: `arn:aws:sts::${number}:assumed-role/${role}/conductor` };
    },
    async describeStack(stack) {
      const found = account.read(() => find(stack));
      return found === undefined ? undefined : describe(found);
    },
    async stackTemplate(stack) {
      return account.read(() => find(stack))?.definition?.template;
    },
    async stackResources(stack) {
      return resourcesOf(account.read(() => requireStack(account, stack)));
    },
    async stackEvents(stack, { after, newest, patienceMs = 0 } = {}) {
      const until = account.now() + patienceMs;
      for (;;) {
        const found = account.read(() => eventsOf(database, requireStack(account, stack).stackId, after));
        const events = newest === undefined ? found : found.slice(Math.max(0, found.length - newest));
        const left = until - account.now();
        if (events.length > 0 || left <= 0) return events;
        await clock.sleep(Math.max(1, Math.min(left, LOOK_EVERY_MS, account.untilNextDue() ?? left)));
      }
    },
    async resourceDrift(stack, logicalIds) {
      const found = account.read(() => requireStack(account, stack));
      return logicalIds.map((logicalId) => driftOf(found, logicalId));
    },
    async describeChangeSet(arn) {
      return account.read(() => changeSetByArn(database, arn))?.description;
    },
    async changeSetTemplate(arn) {
      return account.read(() => changeSetByArn(database, arn))?.definition.template;
    },
    async snapshots(resource) {
      return account.read(() => snapshotsOf(database, target.environment, resource, account.now()));
    },
  };
}

function describe(stack: StackState): Stack {
  return {
    stackId: stack.stackId,
    name: stack.name,
    status: stack.status,
    ...(stack.statusReason === undefined ? {} : { statusReason: stack.statusReason }),
    createdAt: new Date(stack.createdAt).toISOString(),
    ...(stack.lastUpdatedAt === undefined
      ? {}
      : { lastUpdatedAt: new Date(stack.lastUpdatedAt).toISOString() }),
    parameters: parametersOf(stack),
    outputs: stack.outputs,
    tags: stack.definition?.tags ?? {},
  };
}

function parametersOf({ definition }: StackState): Readonly<Record<string, string>> {
  if (definition === undefined) return {};
  const template = JSON.parse(definition.template) as Template;
  return hideNoEcho(template, effectiveParameters(template, definition.parameters));
}

function resourcesOf(stack: StackState): readonly StackResource[] {
  return stack.resources
    .filter((resource) => resource.current)
    .map(({ logicalId, physicalId, type, status }) => ({ logicalId, physicalId, type, status }))
    .toSorted((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
}
