import { ApprovalError } from "../../core/approval/approval-error.ts";
import { requireAccount } from "../../core/cloud/account.ts";
import type { CloudReader } from "../../core/cloud/cloud.ts";
import { CloudError } from "../../core/cloud/errors.ts";
import { advance, type Execution, requireNotCancelled } from "../../core/execution/execution.ts";
import { find, load, store } from "../../core/execution/executions.ts";
import { functionEvent } from "../../core/function-event.ts";
import { foreseeLock, requireLock } from "../../core/lock/locks.ts";
import type { World } from "../../core/ports.ts";
import { atomically, type Unit } from "../../core/table/atomically.ts";
import { keys } from "../../core/table/keys.ts";
import { record } from "../../core/timeline/record.ts";
import { type Approved, approvedDossier, requireConditions, requireCurrent } from "./approved-dossier.ts";
import { requireLawful, storedTemplate } from "./lawful.ts";
import { lastEvent } from "./progress.ts";
import { sessionFor, stackPolicyFor } from "./session.ts";
import { requireUnchanged } from "./unchanged.ts";

/**
 * Executes exactly what was approved: right account, approved digest, lawful, unchanged, lock held, and within every
 * condition somebody set; only then is the beginning recorded and the change set executed by its ARN. Asked again it executes the same one with the
 * same client token, which CloudFormation takes for one request.
 * @throws AccountError, GateError, ConditionError, ApprovalError, LockError, CloudError, ExecutionError ExecutionCancelled
 */
export async function beginApply(input: unknown, world: World): Promise<object> {
  const { executionId, idempotencyKey } = functionEvent.parse(input);
  const execution = await find(world.table, executionId);
  const cloud = world.cloud(execution.environment);
  await requireAccount(cloud);
  const approved = await approvedDossier(world, execution);
  const { changeSet, changes } = approved.dossier;
  const applier = cloud.applier(sessionFor(execution, changeSet.stackId, approved.gates, changeSet.name));
  if (!(await isUnderWay(cloud.reader(), execution, changeSet.arn))) {
    await begin(world, cloud.reader(), execution, approved);
    if (changeSet.type === "UPDATE") await applier.setStackPolicy(stackPolicyFor(changes));
  }
  await execute(() => applier.executeChangeSet(changeSet.arn, idempotencyKey));
  return { stackId: changeSet.stackId };
}

/** An earlier try has begun it and CloudFormation has taken it up: what must hold beforehand did hold. */
async function isUnderWay(cloud: CloudReader, { apply }: Execution, arn: string): Promise<boolean> {
  if (apply?.changeSetArn !== arn) return false;
  return (await cloud.describeChangeSet(arn))?.executionStatus !== "AVAILABLE";
}

/** Everything that must hold at this moment, and the record that the apply begins. */
async function begin(
  world: World,
  cloud: CloudReader,
  execution: Execution,
  approved: Approved,
): Promise<void> {
  const { dossier } = approved;
  requireCurrent(approved, world.clock.now());
  await requireUnchanged(cloud, dossier);
  const { previousTemplate } = dossier.rollback;
  await requireLawful(world, cloud, {
    changeSet: dossier,
    template: await storedTemplate(world, dossier.templateSha256),
    before: previousTemplate && (await storedTemplate(world, previousTemplate.sha256)),
  });
  const cursor = await lastEvent(cloud, dossier.changeSet.stackId);
  const beginning = { approved, cursor, now: world.clock.now() };
  await atomically(world.table, async (unit) => {
    await foreseeLock(unit, execution, keys.execution(execution.id), keys.chainHead(execution.id));
    await began(unit, execution.id, beginning);
  });
}

interface Beginning {
  readonly approved: Approved;
  readonly cursor: { readonly cursor?: string };
  readonly now: Date;
}

async function began(unit: Unit, executionId: string, { approved, cursor, now }: Beginning): Promise<void> {
  const execution: Execution = await load(unit, executionId);
  await requireLock(unit, execution);
  requireNotCancelled(execution);
  if (execution.signals.strategy) {
    throw new ApprovalError("ApprovalVoid", `${execution.signals.strategy.by} has it planned anew`);
  }
  const conditions = requireConditions(approved, execution, now);
  const { dossier } = approved;
  const at = now.toISOString();
  const { arn: changeSetArn, stackId, stackLastUpdatedAt: lastUpdatedBefore } = dossier.changeSet;
  if (execution.apply?.changeSetArn === changeSetArn) return;
  store(unit, {
    ...advance(execution, "APPLYING"),
    stage: "ApplyChange",
    updatedAt: at,
    apply: { beganAt: at, stackId, changeSetArn },
    watch: { kind: "apply", stackId, since: at, lastUpdatedBefore, ...cursor },
  });
  const held = conditions.length > 0 ? { conditions } : {};
  const data = { digest: dossier.digest, changeSetArn, stackId, account: dossier.account, ...held };
  await record(unit, executionId, { at, type: "apply.began", actor: "broker", data });
}

/** Somebody else's change set was executed in the last moment: what was approved can no longer happen. */
async function execute(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (
      error instanceof CloudError &&
      (error.name === "ChangeSetObsolete" || error.name === "ChangeSetNotFound")
    ) {
      throw new ApprovalError("ApprovalVoid", error.message, { cause: error });
    }
    throw error;
  }
}
