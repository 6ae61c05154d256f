import { holderOf } from "../../adapters/embedded/driver-lock.ts";
import { attachedTo } from "../../core/artifacts/attached.ts";
import { designBlocked } from "../../core/artifacts/design-blocked.ts";
import { dossier as dossierSchema } from "../../core/artifacts/dossier.ts";
import { artifactJson } from "../../core/artifacts/text.ts";
import { validationReport } from "../../core/artifacts/validation-report.ts";
import type { ArtifactRef } from "../../core/artifacts/vocabulary.ts";
import { usdOf } from "../../core/budget/amounts.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { approvals, conditionsOf, type Gate } from "../../core/gate/gate.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { lockOf } from "../../core/lock/locks.ts";
import { placeOf } from "../../core/lock/stack-lock.ts";
import { rollbackTimes } from "../../core/rollback/rollback-times.ts";
import { IDENTITY_NOTE } from "../cli/options.ts";
import type { Home } from "../home/record.ts";

export type ExecutionReport = Awaited<ReturnType<typeof executionReport>>;

/** Why an execution is held back, and since when. */
function pauseOf({ parked }: Execution) {
  if (!parked) return null;
  const { why, at, shortage, until } = parked;
  return {
    why,
    since: at,
    ...(shortage !== undefined && { shortage }),
    ...(until !== undefined && { until }),
  };
}

/** One execution as every command shows it: the shape of `run change --json` and `status --json`. */
export async function executionReport(home: Home, execution: Execution) {
  const { world } = home;
  const artifacts = await attachedTo(world.table, execution.id);
  const lock = await lockOf(world.table, execution);
  const place = placeOf(lock, execution.id);
  const gates = await ofExecution(world.table, execution.id);
  // An earlier design that clashed is of no interest when a later one did not.
  const clashStands = gates.some(({ type }) => type === "design_review") || execution.outcome === "blocked";
  return {
    executionId: execution.id,
    status: execution.status,
    changeStatus: execution.changeStatus,
    outcome: execution.outcome ?? null,
    stage: execution.stage,
    paused: pauseOf(execution),
    signals: execution.signals,
    goal: execution.goalText,
    environment: execution.environment,
    account: execution.account,
    stack: execution.stack,
    requestedBy: execution.requestedBy,
    identities: IDENTITY_NOTE,
    createdAt: execution.createdAt,
    endedAt: execution.endedAt ?? null,
    simulated: home.simulated,
    emulator: home.emulator ?? null,
    gates: gates.filter(({ status }) => status !== "closed").map(gateReport),
    dossier: await dossierReport(home, artifacts),
    findings: await findingsReport(home, artifacts),
    designBlocked: clashStands ? await blockedReport(home, artifacts) : null,
    artifacts: artifacts.map((ref) => ({ ...ref, path: world.artifacts.pathOf(ref.sha256) })),
    resources: {
      tokensUsed: execution.spent.tokens,
      /** Seconds of work, not of waiting. */
      timeElapsed: execution.spent.milliseconds / 1000,
      costAccrued: usdOf(execution.spent.microUsd),
    },
    lock:
      place === undefined
        ? null
        : {
            stack: execution.stack,
            place,
            holder: lock.holder?.executionId ?? null,
            waiting: lock.queue.length,
          },
    drivenBy: holderOf(home.directory.path) ?? null,
    rollback: execution.rollback ? rollbackTimes(execution.rollback) : null,
    error: errorOf(execution),
  };
}

export function gateReport(gate: Gate) {
  const counted = approvals(gate);
  const rejection = gate.votes.find(({ decision }) => decision === "reject");
  return {
    id: gate.id,
    type: gate.type,
    status: gate.status,
    requiredApprovals: gate.requiredApprovals,
    approvals: counted.length,
    approvedBy: counted.map(({ by }) => by),
    rejected: rejection ? { by: rejection.by, notes: rejection.notes } : null,
    openedAt: gate.openedAt,
    expiresAt: gate.expiresAt,
    digest: gate.digest,
    subject: gate.subject,
    conditions: conditionsOf([gate]),
  };
}

async function dossierReport({ world }: Home, artifacts: readonly ArtifactRef[]) {
  const ref = artifacts.find(({ kind }) => kind === "Dossier");
  if (!ref) return null;
  const dossier = dossierSchema.parse(await artifactJson(world.artifacts, ref.sha256));
  const { digest, summary, costDeltaMonthlyUsd, cost, risk, blastRadius, changes, rollback } = dossier;
  return { digest, summary, costDeltaMonthlyUsd, cost, risk, blastRadius, changes, rollback };
}

/** What Sentinel found, at the last stage it judged. */
async function findingsReport({ world }: Home, artifacts: readonly ArtifactRef[]) {
  const reports = artifacts.filter(({ kind }) => kind === "ValidationReport");
  const ref = reports.find(({ name }) => name === "validation-report.json") ?? reports[0];
  if (!ref) return [];
  return validationReport.parse(await artifactJson(world.artifacts, ref.sha256)).findings;
}

async function blockedReport({ world }: Home, artifacts: readonly ArtifactRef[]) {
  const ref = artifacts.find(({ kind }) => kind === "DesignBlocked");
  if (!ref) return null;
  const { reason, smallestRelaxation, together, alternatives, attempts } = designBlocked.parse(
    await artifactJson(world.artifacts, ref.sha256),
  );
  return { reason, smallestRelaxation, together, alternatives, attempts };
}

/** What went wrong, be it of ours or a resource that failed. */
function errorOf({ error, apply }: Execution): { name: string; message: string } | null {
  if (error) return error;
  return apply?.failure ? { name: "ApplyFailed", message: apply.failure } : null;
}
