import { judgePolicies } from "../../bin/home/policies.ts";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import { readChange } from "../../core/change/read-change.ts";
import type { Recreation } from "../../core/change/template-change.ts";
import { type CheckReport, check } from "../../core/check/check.ts";
import type { Case } from "./corpus.ts";

export interface Outcome {
  readonly of: Case;
  readonly environment: Environment | undefined;
  readonly report: CheckReport;
  readonly stopped: boolean;
  readonly passed: boolean;
  readonly isRight: boolean;
}

interface JudgeOptions {
  readonly recreation: () => Promise<Recreation>;
  readonly environments?: readonly (Environment | undefined)[];
}

/** Judges every case where nobody says where it happens, and in every environment. */
export async function judged(cases: readonly Case[], options: JudgeOptions): Promise<Outcome[]> {
  const { recreation, environments = [undefined, "dev", "sit", "prod"] } = options;
  const outcomes: Outcome[] = [];
  for (const of of cases) {
    const change = await readChange(
      { name: of.name, text: of.text },
      { recreation, base: of.base === undefined ? undefined : { name: `${of.name}, before`, text: of.base } },
    );
    const policy = await judgePolicies(change, { folders: [], waivers: undefined });
    for (const environment of environments) {
      const report = check(change, {
        policy,
        environment,
        region: "eu-west-1",
        now: new Date("2026-11-26T12:00:00Z"),
      });
      const stopped = report.risk.level === "high" || report.risk.level === "critical";
      const passed = !stopped && report.verdict === "PASS";
      outcomes.push({
        of,
        environment,
        report,
        stopped,
        passed,
        isRight: of.label === "dangerous" ? stopped : passed,
      });
    }
  }
  return outcomes;
}

/** How the labels and the judgements meet, by format, and every case that is judged wrongly. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const formats = [...new Set(outcomes.map(({ of }) => of.format)), "all"];
  const count = (format: string, label: Case["label"], isRight: boolean) =>
    outcomes.filter(
      (one) =>
        (format === "all" || one.of.format === format) && one.of.label === label && one.isRight === isRight,
    ).length;
  const rows = formats.map((format) =>
    [
      format.padEnd(16),
      ...[count(format, "dangerous", true), count(format, "dangerous", false)],
      ...[count(format, "routine", false), count(format, "routine", true)],
    ]
      .map((cell) => String(cell).padStart(10))
      .join(" "),
  );
  const wrong = outcomes.filter(({ isRight }) => !isRight);
  return [
    "                 dangerous  dangerous    routine    routine",
    "format             stopped     missed    stopped     passed",
    ...rows,
    ...wrong.map(
      ({ of, environment, report }) =>
        `${of.label}, ${of.format} in ${environment ?? "nowhere in particular"}: ${of.name}: ${report.verdict}, ${report.risk.level} (${report.risk.score}): ${report.risk.reasons.map(({ why, points }) => `${points} ${why}`).join("; ")}${report.findings.map(({ message, severity }) => `; ${severity} ${message}`).join("")}`,
    ),
  ].join("\n");
}
