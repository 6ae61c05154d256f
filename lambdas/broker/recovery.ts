import * as z from "zod";
import { deletionOf } from "../../core/change/deletion.ts";
import { changeOfChangeSet } from "../../core/change/of-change-set.ts";
import { requireAccount } from "../../core/cloud/account.ts";
import type { CloudReader } from "../../core/cloud/cloud.ts";
import { CloudError } from "../../core/cloud/errors.ts";
import { isMoving, type StackResource, type StackStatus } from "../../core/cloud/stack.ts";
import { digestOf } from "../../core/digest.ts";
import type { Execution, Remedy } from "../../core/execution/execution.ts";
import { find, load, store } from "../../core/execution/executions.ts";
import { functionEvent } from "../../core/function-event.ts";
import { type Gate, GateError, outcomeOf } from "../../core/gate/gate.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { quorumOf } from "../../core/gate/required-gates.ts";
import { requireLock } from "../../core/lock/locks.ts";
import type { World } from "../../core/ports.ts";
import { score } from "../../core/risk/score.ts";
import { atomically } from "../../core/table/atomically.ts";
import { isObject, type Template } from "../../core/template/template.ts";
import { record } from "../../core/timeline/record.ts";
import { requireLawful } from "./lawful.ts";
import { sessionFor } from "./session.ts";

/**
 * Says what is wrong with a stuck stack and what would help, under a digest that people can approve, and how many of
 * them it takes.
 * @throws AccountError, CloudError StackNotFound, StackBusy, StackNotStuck, ApprovalError LawBroken
 */
export async function diagnose(input: unknown, world: World): Promise<object> {
  const { executionId } = functionEvent.parse(input);
  const execution = await find(world.table, executionId);
  await requireAccount(world.cloud(execution.environment));
  const { remedy, requiredApprovals } = await lawfulRemedy(world, execution);
  const skipping = remedy.skip.length > 0 ? `, giving up on ${remedy.skip.join(", ")}` : "";
  const subject = `${execution.stack} is stuck in ${remedy.status}: ${ACTIONS[remedy.action]}${skipping}`;
  return { digest: digestOf(remedy), subject, requiredApprovals };
}

const ACTIONS = {
  "continue-rollback": "continue its rollback",
  "delete-stack": "delete what is left of it; resources its policies retain stay behind",
} as const;

/** What leads a stack out of each state that no change set can leave. */
const WAYS_OUT: Partial<Record<StackStatus, Remedy["action"]>> = {
  UPDATE_ROLLBACK_FAILED: "continue-rollback",
  ROLLBACK_COMPLETE: "delete-stack",
  ROLLBACK_FAILED: "delete-stack",
  CREATE_FAILED: "delete-stack",
  DELETE_FAILED: "delete-stack",
  REVIEW_IN_PROGRESS: "delete-stack",
};

interface Judged {
  readonly remedy: Remedy;
  readonly requiredApprovals: number;
}

async function lawfulRemedy(world: World, execution: Execution): Promise<Judged> {
  const reader = world.cloud(execution.environment).reader();
  const remedy = await remedyFor(reader, execution);
  // To go on rolling back is what was approved with the change; whoever agrees to more decides on it alone.
  if (remedy.action !== "delete-stack") return { remedy, requiredApprovals: 1 };
  return { remedy, requiredApprovals: await approvalsToDelete(world, reader, execution, remedy.stackId) };
}

async function remedyFor(reader: CloudReader, { stack: name, watch, recovery }: Execution): Promise<Remedy> {
  const stack = await reader.describeStack(watch?.stackId ?? name);
  if (!stack) throw new CloudError("StackNotFound", `the stack ${name} is gone; start the change again`);
  const { stackId, status } = stack;
  if (isMoving(status))
    throw new CloudError("StackBusy", `${name} is in ${status}: wait until it has finished`);
  const action = WAYS_OUT[status];
  if (!action) {
    throw new CloudError(
      "StackNotStuck",
      `${name} is in ${status}, and nothing needs to lead it out of that`,
    );
  }
  // The first try gives everything a second chance; only then are resources given up on.
  const again = action === "continue-rollback" && recovery?.remedy.action === action;
  const skip = again ? failedResources(await reader.stackResources(stackId)) : [];
  return { stackId, status, action, skip };
}

/**
 * What a stuck stack still holds is under the laws as everything else is, and its loss weighs as much: as many people
 * have to agree as to a change that removes it.
 * @throws ApprovalError LawBroken
 */
async function approvalsToDelete(
  world: World,
  reader: CloudReader,
  { environment, stack }: Execution,
  stackId: string,
): Promise<number> {
  const template = readable(await reader.stackTemplate(stackId));
  const changes = deletionOf(template, await reader.stackResources(stackId));
  const deed = { changeSet: { environment, stack, changes }, template: NO_TEMPLATE, before: undefined };
  await requireLawful(world, reader, deed);
  const change = changeOfChangeSet({ changes, template: NO_TEMPLATE, before: template });
  const { account } = world.environment(environment);
  return quorumOf(score({ environment, account, change }).level);
}

/** A template that is not ours may be YAML: then nothing in it says that anything would be kept. */
function readable(text: string | undefined): Template {
  try {
    const template: unknown = JSON.parse(text ?? "");
    return isObject(template) && isObject(template["Resources"])
      ? (template as unknown as Template)
      : NO_TEMPLATE;
  } catch {
    return NO_TEMPLATE;
  }
}

const NO_TEMPLATE: Template = { Resources: {} };

function failedResources(resources: readonly StackResource[]): string[] {
  return resources
    .filter(({ status }) => status.endsWith("_FAILED"))
    .map(({ logicalId }) => logicalId)
    .sort();
}

const recoverEvent = functionEvent.extend({ gates: z.array(z.object({ gateId: z.string() })).min(1) });

/**
 * Leads a stuck stack out as a person approved, if it is still stuck in the same way; asked again it repeats the
 * same request under the same client token.
 * @throws GateError QuorumNotMet, DigestMismatch; AccountError, ApprovalError, LockError, CloudError
 */
export async function recover(input: unknown, world: World): Promise<object> {
  const { executionId, idempotencyKey, gates: asked } = recoverEvent.parse(input);
  const execution = await find(world.table, executionId);
  const cloud = world.cloud(execution.environment);
  await requireAccount(cloud);
  const ids = new Set(asked.map(({ gateId }) => gateId));
  const gates = (await ofExecution(world.table, executionId)).filter(({ id }) => ids.has(id));
  const begun = execution.recovery?.idempotencyKey === idempotencyKey ? execution.recovery.remedy : undefined;
  const remedy = begun ?? (await approvedRemedy(world, execution, gates));
  if (!begun) await began(world, executionId, remedy, idempotencyKey);
  const applier = cloud.applier(sessionFor(execution, remedy.stackId, gates));
  if (remedy.action === "delete-stack") await applier.deleteStack(idempotencyKey);
  else await applier.continueRollback(idempotencyKey, remedy.skip);
  return { action: remedy.action };
}

async function approvedRemedy(world: World, execution: Execution, gates: readonly Gate[]): Promise<Remedy> {
  if (outcomeOf(gates) !== "approved") {
    throw new GateError("QuorumNotMet", `leading ${execution.stack} out of its state is not approved`);
  }
  const { remedy, requiredApprovals } = await lawfulRemedy(world, execution);
  if (!gates.some((gate) => gate.requiredApprovals >= requiredApprovals)) {
    throw new GateError(
      "DigestMismatch",
      `leading ${execution.stack} out of its state now takes ${requiredApprovals} approvals`,
    );
  }
  if (gates.some(({ digest }) => digest !== digestOf(remedy))) {
    throw new GateError(
      "DigestMismatch",
      `${execution.stack} is no longer in the state that was approved to be led out`,
    );
  }
  return remedy;
}

async function began(
  world: World,
  executionId: string,
  remedy: Remedy,
  idempotencyKey: string,
): Promise<void> {
  await atomically(world.table, async (unit) => {
    const execution = await load(unit, executionId);
    await requireLock(unit, execution);
    const at = world.clock.now().toISOString();
    // An apply that got stuck goes on being watched as one; otherwise the recovery itself is watched.
    const watch = execution.watch ?? {
      kind: "recovery",
      stackId: remedy.stackId,
      since: at,
      lastUpdatedBefore: null,
    };
    const recovery = { times: (execution.recovery?.times ?? 0) + 1, remedy, idempotencyKey };
    store(unit, { ...execution, watch, recovery, updatedAt: at });
    await record(unit, executionId, { at, type: "recovery.began", actor: "broker", data: { ...remedy } });
  });
}
