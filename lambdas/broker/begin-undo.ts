import { ApprovalError } from "../../core/approval/approval-error.ts";
import { type ChangeSet, changeSet as changeSetSchema } from "../../core/artifacts/change-set.ts";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import { artifactJson } from "../../core/artifacts/text.ts";
import { artifactRef } from "../../core/artifacts/vocabulary.ts";
import { deletionOf } from "../../core/change/deletion.ts";
import { requireAccount } from "../../core/cloud/account.ts";
import type { CloudReader } from "../../core/cloud/cloud.ts";
import { lastUpdate, type Stack } from "../../core/cloud/stack.ts";
import { advance, type Execution } from "../../core/execution/execution.ts";
import { find, load, store } from "../../core/execution/executions.ts";
import { functionEvent } from "../../core/function-event.ts";
import { requireLock } from "../../core/lock/locks.ts";
import type { World } from "../../core/ports.ts";
import { atomically } from "../../core/table/atomically.ts";
import { record } from "../../core/timeline/record.ts";
import { approvedDossier } from "./approved-dossier.ts";
import { type Deed, requireLawful, storedTemplate } from "./lawful.ts";
import { lastEvent } from "./progress.ts";
import { sessionFor, stackPolicyFor } from "./session.ts";
import { changeSetDifferences } from "./unchanged.ts";

const undoEvent = functionEvent.extend({ changeSet: artifactRef.nullable() });

/**
 * Undoes an applied change as it was agreed with its approval: by its inverse change set, or by deleting a stack
 * that was new. Only while nobody else has changed the stack since. Asked again it does the same once.
 * @throws AccountError, GateError, ApprovalError, LockError, CloudError
 */
export async function beginUndo(input: unknown, world: World): Promise<object> {
  const { executionId, idempotencyKey, changeSet: ref } = undoEvent.parse(input);
  const execution = await find(world.table, executionId);
  const cloud = world.cloud(execution.environment);
  await requireAccount(cloud);
  const { dossier, gates } = await approvedDossier(world, execution);
  const inverse = ref ? changeSetSchema.parse(await readJson(world, ref.sha256)) : undefined;
  const applier = cloud.applier(sessionFor(execution, dossier.changeSet.stackId, gates, inverse?.name));
  if (!(await isUnderWay(cloud.reader(), execution, inverse?.arn))) {
    await begin(world, cloud.reader(), execution, { dossier, inverse });
    if (inverse) await applier.setStackPolicy(stackPolicyFor(inverse.changes));
  }
  if (inverse) await applier.executeChangeSet(inverse.arn, idempotencyKey);
  else await applier.deleteStack(idempotencyKey);
  return {};
}

/** An earlier try has begun it, and what it takes to undo the change is no longer waiting to be executed. */
async function isUnderWay(
  cloud: CloudReader,
  { watch }: Execution,
  arn: string | undefined,
): Promise<boolean> {
  if (watch?.kind !== "undo") return false;
  return arn === undefined || (await cloud.describeChangeSet(arn))?.executionStatus !== "AVAILABLE";
}

interface Undoing {
  readonly dossier: Dossier;
  readonly inverse: ChangeSet | undefined;
}

async function begin(
  world: World,
  cloud: CloudReader,
  execution: Execution,
  { dossier, inverse }: Undoing,
): Promise<void> {
  const stack = await coveredStack(cloud, execution, dossier, inverse);
  if (inverse) await requireAgreed(cloud, dossier, inverse);
  await requireLawful(world, cloud, await deedOf(world, cloud, dossier, inverse));
  await began(world, execution.id, stack, await lastEvent(cloud, stack.stackId));
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

/** The inverse is CloudFormation's own, of the stack, and brings back the template that was approved with the change. */
async function requireAgreed(cloud: CloudReader, dossier: Dossier, inverse: ChangeSet): Promise<void> {
  const differences = await changeSetDifferences(cloud, {
    changeSet: { ...inverse, stackId: dossier.changeSet.stackId },
    changes: inverse.changes,
    parameters: dossier.rollback.previousParameters ?? {},
    templateSha256: dossier.rollback.previousTemplate?.sha256 ?? "",
  });
  if (differences.length > 0) {
    throw new ApprovalError(
      "ApprovalVoid",
      `undoing would not be what was agreed: ${differences.join("; ")}; ask for the rollback again`,
    );
  }
}

/** An inverse change set says itself what it does; deleting a stack removes all it holds. */
async function deedOf(
  world: World,
  cloud: CloudReader,
  dossier: Dossier,
  inverse: ChangeSet | undefined,
): Promise<Deed> {
  const { environment, stack, templateSha256, changeSet, rollback } = dossier;
  const applied = await storedTemplate(world, templateSha256);
  if (inverse) {
    const { previousTemplate } = rollback;
    const template = previousTemplate ? await storedTemplate(world, previousTemplate.sha256) : applied;
    return { changeSet: inverse, template, before: applied };
  }
  const changes = deletionOf(applied, await cloud.stackResources(changeSet.stackId));
  return { changeSet: { environment, stack, changes }, template: applied, before: undefined };
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
    if (execution.watch?.kind === "undo") return;
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
  return await artifactJson(world.artifacts, sha256);
}
