import type { CheckReport } from "../../core/check/check.ts";
import { bullets, inline, verbatim } from "../../core/markdown.ts";
import { allPrintable } from "../cli/print.ts";
import { countText, dollars } from "./check-text.ts";

/** Rows a pull request shows; JSON has them all. */
const SHOWN = 30;

/** A judgement as Markdown, for a pull request. */
export function checkMarkdown(raw: CheckReport, file: string): string {
  const report = allPrintable(raw);
  const { verdict, risk, changes, environment } = report;
  return [
    `# ${verdict}: ${inline(file)}`,
    `${countText(changes)}${environment === null ? "" : ` in ${environment}`}. Risk **${risk.level}** (${risk.score} of 100). ${costSentence(report)}`,
    "## Why",
    bullets(
      shown(
        risk.reasons.map(({ points, resource, why }) => `${points} ${verbatim(resource)}: ${inline(why)}`),
      ),
    ),
    "## Findings",
    bullets(shown(report.findings.map(findingText))),
    "## Who has to agree",
    bullets(
      report.gates.map(
        ({ type, requiredApprovals, why }) =>
          `${type.replaceAll("_", " ")}, ${requiredApprovals} to approve: ${inline(why)}`,
      ),
    ),
    "## Cost",
    ...costTable(report),
    "## Changes",
    ...table(
      ["action", "resource", "type", "what"],
      changes.map(({ action, address, type, changed }) => [action, address, type, changed.join(", ")]),
    ),
    ...(report.notes.length > 0 ? ["## Not told", bullets(report.notes)] : []),
  ].join("\n\n");
}

function findingText({
  severity,
  resource,
  message,
  fix,
  rule,
  law,
}: CheckReport["findings"][number]): string {
  const name = law === undefined ? rule : `law ${law}, which no approval overrides`;
  return `**${severity}** ${verbatim(resource)}: ${inline(message)} (${inline(name)}). ${inline(fix)}`;
}

function costSentence({ cost }: CheckReport): string {
  const sign = cost.monthlyDelta < 0 ? "−" : "+";
  const all = `${cost.atLeast ? "at least " : ""}${dollars(cost.monthlyAfter)} in all`;
  return `${sign}${dollars(Math.abs(cost.monthlyDelta))} a month (${all}).`;
}

function costTable({ cost }: CheckReport): string[] {
  const rows = cost.resources
    .filter(({ monthly }) => monthly > 0)
    .toSorted((a, b) => b.monthly - a.monthly)
    .map(({ address, type, monthly }) => [address, type, dollars(monthly)]);
  const unpriced = cost.unpriced.map(
    ({ address, type, why }) => `${verbatim(address)} (${inline(type)}): ${inline(why)}`,
  );
  return [
    ...table(["resource", "type", "a month"], rows),
    ...(unpriced.length > 0 ? [`Without a price:\n\n${bullets(shown(unpriced))}`] : []),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return ["Nothing."];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const body = rows.slice(0, SHOWN).map((cells) => line(cells.map(cell)));
  const more = rows.length > SHOWN ? [`and ${rows.length - SHOWN} more`] : [];
  return [[line(head), line(head.map(() => "---")), ...body].join("\n"), ...more];
}

/** Somebody's text in a cell: it can neither end the cell nor come to life. */
function cell(text: string): string {
  return text === "" ? "" : verbatim(text).replaceAll("|", "\\|");
}

function shown(items: readonly string[]): string[] {
  const more = items.length - SHOWN;
  return more > 0 ? [...items.slice(0, SHOWN), `and ${more} more`] : [...items];
}
