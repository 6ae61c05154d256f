import { styleText } from "node:util";
import { IDENTITY_NOTE } from "../cli/options.ts";
import type { ExecutionReport } from "./execution-report.ts";

const LEVEL_COLOURS = { low: "green", medium: "yellow", high: "red", critical: "red" } as const;

/** How an execution stands, for people. */
export function reportText(report: ExecutionReport): string {
  return [
    heading(report),
    ...dossierLines(report),
    ...blockedLines(report),
    ...gateLines(report),
    ...lockLines(report),
    ...rollbackLines(report),
    ...errorLines(report),
    ...nextLines(report),
    styleText(
      "dim",
      `identities are ${IDENTITY_NOTE}${report.simulated ? "; the account is simulated, nothing here is real" : ""}`,
    ),
  ].join("\n");
}

function heading({ executionId, changeStatus, outcome, stack, environment }: ExecutionReport): string {
  const state = outcome ? `${changeStatus} (${outcome.replaceAll("_", " ")})` : changeStatus;
  return `${styleText("bold", executionId)}  ${stack} in ${environment}  ${styleText("bold", state)}`;
}

function dossierLines({ dossier }: ExecutionReport): string[] {
  if (!dossier) return [];
  const { risk, blastRadius, cost } = dossier;
  const { add, modify, replace, remove } = blastRadius.counts;
  return [
    `  change   ${add} add, ${modify} modify, ${replace} replace, ${remove} remove${blastRadius.stateAtRisk.length > 0 ? `; data at risk: ${blastRadius.stateAtRisk.join(", ")}` : ""}`,
    `  cost     ${money(cost.monthlyDelta)} a month (${cost.atLeast ? "at least " : ""}$${cost.monthlyAfter} in all)`,
    `  risk     ${styleText(LEVEL_COLOURS[risk.level], risk.level)} (${risk.score} of 100)`,
    ...risk.reasons
      .slice(0, 4)
      .map(({ points, resource, why }) => `           ${points} ${resource}: ${why}`),
    `  digest   ${dossier.digest}`,
  ];
}

function money(usd: number): string {
  return `${usd < 0 ? "−" : "+"}$${Math.abs(usd)}`;
}

function blockedLines({ designBlocked, outcome }: ExecutionReport): string[] {
  if (!designBlocked || outcome === "applied") return [];
  return [
    `  blocked  ${designBlocked.reason}`,
    `  smallest relaxation   ${designBlocked.smallestRelaxation.description}`,
    ...designBlocked.alternatives.map(({ description }) => `  or                    ${description}`),
  ];
}

function gateLines({ gates }: ExecutionReport): string[] {
  return gates.map(({ id, type, status, approvals, requiredApprovals, approvedBy, expiresAt }) => {
    const who = approvedBy.length > 0 ? ` by ${approvedBy.join(", ")}` : "";
    const until = status === "open" ? `, open until ${expiresAt}` : "";
    return `  gate     ${id}  ${type.replaceAll("_", " ")}: ${status}, ${approvals} of ${requiredApprovals} approvals${who}${until}`;
  });
}

function lockLines({ lock }: ExecutionReport): string[] {
  if (!lock || lock.place === 0) return [];
  return [`  queue    place ${lock.place} of ${lock.waiting} for ${lock.stack}, which ${lock.holder} holds`];
}

function rollbackLines({ rollback }: ExecutionReport): string[] {
  if (!rollback) return [];
  const after = (seconds: number | null) => (seconds === null ? "not yet" : `after ${seconds} s`);
  const limits = rollback.withinLimits === false ? "; limits missed" : "";
  return [
    `  rollback began ${after(rollback.beganAfterSeconds)}, finished ${after(rollback.finishedAfterSeconds)}${limits}`,
  ];
}

function errorLines({ error }: ExecutionReport): string[] {
  return error ? [styleText("red", `  ${error.name}: ${error.message}`)] : [];
}

/** What somebody can do now. */
function nextLines({ gates, status, executionId, lock, outcome }: ExecutionReport): string[] {
  const open = gates.filter((gate) => gate.status === "open");
  if (open.length > 0) {
    return [
      ...open.map(
        ({ id }) =>
          `  next     npx conductor approve ${id} --as SOMEBODY-ELSE   (or reject ${id} --notes WHY)`,
      ),
      "           npx conductor resume",
    ];
  }
  if (status === "paused") return [`  next     npx conductor unpause ${executionId}`];
  if (lock && lock.place > 0) return ["  next     npx conductor resume, when the stack is free"];
  return outcome === "applied" ? [`  undo     npx conductor rollback ${executionId}`] : [];
}
