import { stripVTControlCharacters, styleText } from "node:util";
import { relaxationText } from "../../core/artifacts/design-blocked.ts";
import { stateText } from "../../core/execution/state-text.ts";
import { conditionSentence } from "../../core/gate/conditions.ts";
import { minuteText } from "../../core/minute-text.ts";
import { IDENTITY_NOTE } from "../cli/options.ts";
import { allPrintable } from "../cli/print.ts";
import type { ExecutionReport } from "./execution-report.ts";
import { fold } from "./fold.ts";
import { nextLines } from "./next-lines.ts";

const LEVEL_COLOURS = { low: "green", medium: "yellow", high: "red", critical: "red" } as const;

/** The same as a Markdown document. */
export function statusDocument(report: ExecutionReport): string {
  const { stack, environment, changeStatus, outcome } = report;
  const title = `# ${stack} in ${environment}: ${stateText(changeStatus, outcome ?? undefined)}`;
  const text = stripVTControlCharacters(reportText(report));
  // The goal's own words could close a fence of three.
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `${title}\n\n${fence}text\n${text}\n${fence}\n`;
}

/** How an execution stands, for people, with colours where they are shown. */
export function reportText(raw: ExecutionReport): string {
  const report = allPrintable(raw);
  return [
    heading(report),
    ...dossierLines(report),
    ...blockedLines(report),
    ...gateLines(report),
    ...lockLines(report),
    ...signalLines(report),
    ...rollbackLines(report),
    ...errorLines(report),
    ...nextLines(report),
    styleText("dim", `identities are ${IDENTITY_NOTE}${reality(report)}`),
  ]
    .map((line) => fold(line, process.stdout.columns))
    .join("\n");
}

function reality({ simulated, emulator }: ExecutionReport): string {
  if (simulated) return "; the account is simulated, nothing here is real";
  return emulator ? `; state and account are at an emulator, ${emulator}` : "";
}

function heading({
  executionId,
  changeStatus,
  outcome,
  stack,
  environment,
  requestedBy,
}: ExecutionReport): string {
  const state = styleText("bold", stateText(changeStatus, outcome));
  return `${styleText("bold", executionId)}  ${stack} in ${environment}, asked for by ${requestedBy}  ${state}`;
}

function dossierLines({ dossier }: ExecutionReport): string[] {
  if (!dossier) return [];
  const { risk, blastRadius, cost } = dossier;
  const { add, modify, replace, remove } = blastRadius.counts;
  return [
    `  change   ${add} add, ${modify} modify, ${replace} replace, ${remove} remove${blastRadius.stateAtRisk.length > 0 ? `; data at risk: ${blastRadius.stateAtRisk.join(", ")}` : ""}`,
    `  cost     ${cost.monthlyDelta < 0 ? "−" : "+"}${dollars(cost.monthlyDelta)} a month (${cost.atLeast ? "at least " : ""}${dollars(cost.monthlyAfter)} in all)`,
    `  risk     ${styleText(LEVEL_COLOURS[risk.level], risk.level)} (${risk.score} of 100)`,
    ...risk.reasons
      .slice(0, 4)
      .map(({ points, resource, why }) => `           ${points} ${resource}: ${why}`),
    `  digest   ${dossier.digest}`,
  ];
}

function dollars(usd: number): string {
  return `$${Math.abs(usd).toFixed(2)}`;
}

function blockedLines({ designBlocked, gates, outcome }: ExecutionReport): string[] {
  if (!designBlocked || outcome === "applied") return [];
  const { reason, alternatives } = designBlocked;
  if (gates.some(({ type, status }) => type === "design_review" && status === "approved"))
    return [`  relaxed  ${relaxationText(designBlocked)}`];
  return [
    `  blocked  ${reason}`,
    `  smallest relaxation   ${relaxationText(designBlocked)}`,
    ...alternatives.map(({ description }) => `  or                    ${description}`),
  ];
}

function gateLines({ gates }: ExecutionReport): string[] {
  return gates.flatMap((gate) => {
    const { id, type, status, approvals, requiredApprovals, approvedBy, rejected, conditions } = gate;
    const line = `  gate     ${id}  ${type.replaceAll("_", " ")}: ${status}`;
    if (rejected) return [`${line} by ${said(rejected)}`];
    const who = approvedBy.length > 0 ? ` by ${approvedBy.join(", ")}` : "";
    const only = conditions.length > 0 ? `, if ${conditions.map(conditionSentence).join(" and ")}` : "";
    const counted = `${line}, ${approvals} of ${requiredApprovals} approvals${who}${only}`;
    if (status !== "open") return [counted];
    return [`${counted}, until ${minuteText(gate.expiresAt)}`, `           ${gate.subject}`];
  });
}

function lockLines({ lock }: ExecutionReport): string[] {
  if (!lock || lock.place === 0) return [];
  return [`  queue    place ${lock.place} of ${lock.waiting} for ${lock.stack}, which ${lock.holder} holds`];
}

/** What somebody asked for and the next checkpoint will heed, or has heeded. */
function signalLines({ signals, outcome, paused }: ExecutionReport): string[] {
  const short = paused?.shortage === undefined ? [] : [`  budget   ${paused.shortage}`];
  const wishes = Object.entries(signals).flatMap(([wish, signal]) => {
    const done = HEEDED[wish] ?? wish;
    if (outcome === done) return [`  signal   ${done.replace("_", " ")} by ${said(signal)}`];
    if (outcome !== null) return [];
    return [`  signal   ${wish === "pause" && paused ? done : `${wish} asked for`} by ${said(signal)}`];
  });
  return [...short, ...wishes];
}

/** What comes of a wish that was heeded. */
const HEEDED: Readonly<Record<string, string>> = {
  pause: "paused",
  cancel: "cancelled",
  rollback: "rolled_back",
};

function said({ by, notes }: { readonly by: string; readonly notes?: string | undefined }): string {
  return notes === undefined ? by : `${by}: ${notes}`;
}

function rollbackLines({ rollback, outcome }: ExecutionReport): string[] {
  if (!rollback) return [];
  if (outcome !== null && rollback.beganAfterSeconds === null)
    return ["  rollback was refused; nothing was undone"];
  const missing = outcome === null ? "not yet" : "never";
  const after = (seconds: number | null) => (seconds === null ? missing : `after ${seconds} s`);
  const limits = rollback.withinLimits === false ? "; limits missed" : "";
  return [
    `  rollback began ${after(rollback.beganAfterSeconds)}, finished ${after(rollback.finishedAfterSeconds)}${limits}`,
  ];
}

/** Refusals whose reasons Sentinel gives one by one. */
const JUDGED = new Set(["LawBroken", "ValidationFailed"]);

function errorLines({ error, findings }: ExecutionReport): string[] {
  if (!error) return [];
  const reasons = findings.filter(({ severity }) => severity === "error" || severity === "fatal");
  if (!JUDGED.has(error.name) || reasons.length === 0)
    return [styleText("red", `  ${error.name}: ${error.message}`)];
  return [
    styleText("red", `  ${error.name}: Sentinel refuses this change`),
    ...reasons.flatMap(({ message, fix }) => [`           ${message}`, `             → ${fix}`]),
  ];
}
