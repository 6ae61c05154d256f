import type { Log, ReportingDescriptor, Result } from "sarif";
import type { CheckReport } from "../../core/check/check.ts";

const LEVELS = { info: "note", warning: "warning", error: "error", fatal: "error" } as const;

/** Points from which a reason of the risk is an error for code scanning, and a warning. */
const ERROR = 45;
const WARNING = 20;

/** A judgement in SARIF 2.1.0, for code scanning: findings and the reasons of the risk. */
export function sarifOf(report: CheckReport, file: string): Log {
  const results: Result[] = [
    ...report.findings.map(({ rule, severity, resource, message, fix }) =>
      result(rule, LEVELS[severity], resource, `${resource}: ${message}. ${fix}`, file),
    ),
    ...report.risk.reasons.map(({ rule, points, resource, why }) =>
      result(`risk-${rule}`, levelOf(points), resource, `${resource}: ${why} (${points} points)`, file),
    ),
  ];
  const rules: ReportingDescriptor[] = [...new Set(results.map(({ ruleId }) => ruleId ?? ""))]
    .sort()
    .map((id) => ({ id, shortDescription: { text: id.replaceAll("-", " ") } }));
  return {
    version: "2.1.0",
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    runs: [
      {
        tool: { driver: { name: "Conductor", version: "0.1.0", rules } },
        results,
        properties: {
          verdict: report.verdict,
          risk: { score: report.risk.score, level: report.risk.level },
          monthlyDelta: report.cost.monthlyDelta,
        },
      },
    ],
  };
}

function levelOf(points: number): Result.level {
  if (points >= ERROR) return "error";
  return points >= WARNING ? "warning" : "note";
}

function result(ruleId: string, level: Result.level, resource: string, text: string, file: string): Result {
  return {
    ruleId,
    level,
    message: { text },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(file) } },
        logicalLocations: [{ fullyQualifiedName: resource, kind: "resource" }],
      },
    ],
  };
}

/** A path as a relative URI reference. */
function uriOf(file: string): string {
  return file
    .replaceAll("\\", "/")
    .split("/")
    .map((part) => encodeURIComponent(part))
    .join("/");
}
