import { ApprovalError } from "../../core/approval/approval-error.ts";
import type { Dossier } from "../../core/artifacts/dossier.ts";
import { requireAccount } from "../../core/cloud/account.ts";
import { CloudError } from "../../core/cloud/errors.ts";
import { advance, type Execution } from "../../core/execution/execution.ts";
import { find, load, store } from "../../core/execution/executions.ts";
import { functionEvent } from "../../core/function-event.ts";
import { requireLock } from "../../core/lock/locks.ts";
import type { World } from "../../core/ports.ts";
import { atomically, type Unit } from "../../core/table/atomically.ts";
import { record } from "../../core/timeline/record.ts";
import { approvedDossier } from "./approved-dossier.ts";
import { requireLawful } from "./lawful.ts";
import { lastEvent } from "./progress.ts";
import { sessionFor, stackPolicyFor } from "./session.ts";
import { requireUnchanged } from "./unchanged.ts";

/**
 * Executes exactly what was approved: right account, approved digest, lawful, unchanged, lock held; only then is
 * the beginning recorded and the change set executed by its ARN. Asked again it executes the same one with the
 * same client token, which CloudFormation takes for one request.
 * @throws AccountError, GateError, ApprovalError, LockError, CloudError
 */
export async function beginApply(input: unknown, world: World): Promise<object> {
  const { executionId, idempotencyKey } = functionEvent.parse(input);
  const execution = await find(world.table, executionId);
  const cloud = world.cloud(execution.environment);
  await requireAccount(cloud);
  const { dossier, gates } = await approvedDossier(world, execution);
  const applier = cloud.applier(sessionFor(execution, gates, dossier.changeSet.name));
  if (execution.apply?.changeSetArn !== dossier.changeSet.arn) {
    await requireUnchanged(cloud.reader(), dossier);
    await requireLawful(world, cloud.reader(), {
      changeSet: dossier,
      templateSha256: dossier.templateSha256,
      beforeSha256: dossier.rollback.previousTemplate?.sha256,
    });
    if (dossier.changeSet.type === "UPDATE") await applier.setStackPolicy(stackPolicyFor(dossier.changes));
    const cursor = await lastEvent(cloud.reader(), dossier.changeSet.stackId);
    await atomically(world.table, (unit) =>
      began(unit, execution.id, { dossier, cursor, now: world.clock.now() }),
    );
  }
  await execute(() => applier.executeChangeSet(dossier.changeSet.arn, idempotencyKey));
  return { stackId: dossier.changeSet.stackId };
}

interface Beginning {
  readonly dossier: Dossier;
  readonly cursor: { readonly cursor?: string };
  readonly now: Date;
}

async function began(unit: Unit, executionId: string, { dossier, cursor, now }: Beginning): Promise<void> {
  const execution: Execution = await load(unit, executionId);
  await requireLock(unit, execution);
  const at = now.toISOString();
  const { arn: changeSetArn, stackId, stackLastUpdatedAt: lastUpdatedBefore } = dossier.changeSet;
  store(unit, {
    ...advance(execution, "APPLYING"),
    stage: "ApplyChange",
    updatedAt: at,
    apply: { beganAt: at, stackId, changeSetArn },
    watch: { kind: "apply", stackId, since: at, lastUpdatedBefore, ...cursor },
  });
  const data = { digest: dossier.digest, changeSetArn, stackId, account: dossier.account };
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
