import { ApprovalError } from "../../core/approval/approval-error.ts";
import { type ChangeSet, changeSet as changeSetSchema } from "../../core/artifacts/change-set.ts";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import { artifactRef } from "../../core/artifacts/vocabulary.ts";
import { deletionOf } from "../../core/change/deletion.ts";
import { requireAccount } from "../../core/cloud/account.ts";
import type { CloudReader } from "../../core/cloud/cloud.ts";
import type { Stack } from "../../core/cloud/stack.ts";
import { advance, type Execution } from "../../core/execution/execution.ts";
import { find, load, store } from "../../core/execution/executions.ts";
import { functionEvent } from "../../core/function-event.ts";
import { requireLock } from "../../core/lock/locks.ts";
import type { World } from "../../core/ports.ts";
import { atomically } from "../../core/table/atomically.ts";
import type { Template } from "../../core/template/template.ts";
import { record } from "../../core/timeline/record.ts";
import { approvedDossier } from "./approved-dossier.ts";
import { type Deed, requireLawful } from "./lawful.ts";
import { lastEvent } from "./progress.ts";
import { sessionFor, stackPolicyFor } from "./session.ts";
import { lastUpdate } from "./standing.ts";

const undoEvent = functionEvent.extend({ changeSet: artifactRef.nullable() });

/**
 * Undoes an applied change as it was agreed with its approval: by its inverse change set, or by deleting a stack
 * that was new. Only while nobody else has changed the stack since.
 * @throws AccountError, GateError, ApprovalError, LockError, CloudError
 */
export async function beginUndo(input: unknown, world: World): Promise<object> {
  const { executionId, idempotencyKey, changeSet: ref } = undoEvent.parse(input);
  const execution = await find(world.table, executionId);
  const cloud = world.cloud(execution.environment);
  await requireAccount(cloud);
  const { dossier, gates } = await approvedDossier(world, execution);
  const inverse = ref ? changeSetSchema.parse(await readJson(world, ref.sha256)) : undefined;
  const applier = cloud.applier(sessionFor(execution, gates, inverse?.name));
  if (execution.watch?.kind !== "undo") {
    const stack = await coveredStack(cloud.reader(), execution, dossier, inverse);
    await requireLawful(world, cloud.reader(), await deedOf(world, cloud.reader(), dossier, inverse));
    if (inverse) await applier.setStackPolicy(stackPolicyFor(inverse.changes));
    await began(world, execution.id, stack, await lastEvent(cloud.reader(), stack.stackId));
  }
  if (inverse) await applier.executeChangeSet(inverse.arn, idempotencyKey);
  else await applier.deleteStack(idempotencyKey);
  return {};
}

/** The stack, if it stands as this change left it and the undoing touches only what was approved. */
async function coveredStack(
  cloud: CloudReader,
  { apply }: Execution,
  dossier: Dossier,
  inverse: ChangeSet | undefined,
): Promise<Stack> {
  const stack = await cloud.describeStack(dossier.changeSet.stackId);
  if (!stack || stack.status === "DELETE_COMPLETE")
    throw new ApprovalError("ApprovalVoid", `the stack ${dossier.stack} is gone`);
  if (lastUpdate(stack) !== apply?.stackLastUpdatedAt) {
    const advice = "its approval does not cover undoing that too; start a new change";
    throw new ApprovalError(
      "ApprovalVoid",
      `${dossier.stack} was changed since, at ${lastUpdate(stack)}: ${advice}`,
    );
  }
  if (!inverse && dossier.rollback.kind !== "delete-stack") {
    throw new ApprovalError(
      "ApprovalVoid",
      `there is nothing to undo ${dossier.stack} with: ${dossier.rollback.description}`,
    );
  }
  const approved = new Set(dossier.changes.map(({ logicalId }) => logicalId));
  const beyond = inverse?.changes.find(({ logicalId }) => !approved.has(logicalId));
  if (beyond)
    throw new ApprovalError(
      "ApprovalVoid",
      `undoing would also touch ${beyond.logicalId}, which nobody approved`,
    );
  return stack;
}

/** An inverse change set says itself what it does; deleting a stack removes all it holds. */
async function deedOf(
  world: World,
  cloud: CloudReader,
  dossier: Dossier,
  inverse: ChangeSet | undefined,
): Promise<Deed> {
  if (inverse) {
    const templateSha256 = dossier.rollback.previousTemplate?.sha256 ?? dossier.templateSha256;
    return { changeSet: inverse, templateSha256, beforeSha256: dossier.templateSha256 };
  }
  const { environment, stack, templateSha256, changeSet } = dossier;
  const template = (await readJson(world, templateSha256)) as Template;
  const changes = deletionOf(template, await cloud.stackResources(changeSet.stackId));
  return { changeSet: { environment, stack, changes }, templateSha256, beforeSha256: undefined };
}

async function began(
  world: World,
  executionId: string,
  stack: Stack,
  cursor: { readonly cursor?: string },
): Promise<void> {
  await atomically(world.table, async (unit) => {
    const execution = await load(unit, executionId);
    await requireLock(unit, execution);
    const at = world.clock.now().toISOString();
    const { stackId } = stack;
    store(unit, {
      ...advance(execution, "ROLLBACK"),
      stage: "RollBack",
      watch: { kind: "undo", stackId, since: at, lastUpdatedBefore: lastUpdate(stack), ...cursor },
      ...(execution.rollback ? { rollback: { ...execution.rollback, beganAt: at } } : {}),
      updatedAt: at,
    });
    await record(unit, executionId, { at, type: "rollback.began", actor: "broker", data: { stackId } });
  });
}

async function readJson(world: World, sha256: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await world.artifacts.get(sha256)));
}
