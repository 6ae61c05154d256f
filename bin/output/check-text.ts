import { styleText } from "node:util";
import type { CheckReport } from "../../core/check/check.ts";
import type { CostReport } from "../../core/check/cost.ts";
import { allPrintable } from "../cli/print.ts";
import { fold } from "./fold.ts";

const LEVEL_COLOURS = { low: "green", medium: "yellow", high: "red", critical: "red" } as const;

/** Lines of each kind that a screen shows; JSON has them all. */
const SHOWN = 12;

/** A judgement for people, with colours where they are shown. */
export function checkText(raw: CheckReport, file: string): string {
  const report = allPrintable(raw);
  return [
    heading(report, file),
    ...riskLines(report),
    ...findingLines(report),
    ...gateLines(report),
    ...costLines(report.cost),
    ...report.notes.map((note) => styleText("dim", `  note     ${note}`)),
  ]
    .map((line) => fold(line, process.stdout.columns))
    .join("\n");
}

/** The cost alone. */
export function costText(raw: CostReport): string {
  const cost = allPrintable(raw);
  return [...costLines(cost), ...resourceLines(cost), ...unpricedLines(cost)].join("\n");
}

function heading({ verdict, changes, source, environment }: CheckReport, file: string): string {
  const colour = verdict === "PASS" ? "green" : "red";
  const where = environment === null ? "" : ` in ${environment}`;
  return `${styleText(["bold", colour], verdict)}  ${file}: ${countText(changes)}${where} (${source})`;
}

/** "2 add, 1 replace", or that nothing changes. */
export function countText(changes: CheckReport["changes"]): string {
  const counts = (["add", "modify", "replace", "remove", "move", "read"] as const)
    .map((action) => ({ action, count: changes.filter((one) => one.action === action).length }))
    .filter(({ count }) => count > 0)
    .map(({ action, count }) => `${count} ${action}`);
  return counts.length > 0 ? counts.join(", ") : "no change";
}

function riskLines({ risk: { score, level, reasons } }: CheckReport): string[] {
  return [
    `  risk     ${styleText(LEVEL_COLOURS[level], level)} (${score} of 100)`,
    ...limited(reasons.map(({ points, resource, why }) => `           ${points} ${resource}: ${why}`)),
  ];
}

function findingLines({ findings }: CheckReport): string[] {
  return limited(
    findings.flatMap(({ severity, rule, resource, message, fix, law }) => [
      `  ${severity.padEnd(8)} ${resource}: ${message} (${law === undefined ? rule : `law ${law}, which no approval overrides`})\n             → ${fix}`,
    ]),
  );
}

function gateLines({ gates }: CheckReport): string[] {
  return gates.map(
    ({ type, requiredApprovals, why }) =>
      `  gate     ${type.replaceAll("_", " ")}, ${requiredApprovals} to approve: ${why}`,
  );
}

function costLines({ monthlyAfter, monthlyDelta, atLeast, region, pricesAsOf }: CostReport): string[] {
  const sign = monthlyDelta < 0 ? "−" : "+";
  return [
    `  cost     ${sign}${dollars(Math.abs(monthlyDelta))} a month (${atLeast ? "at least " : ""}${dollars(monthlyAfter)} in all), list prices of ${pricesAsOf} in ${region}`,
  ];
}

function resourceLines({ resources }: CostReport): string[] {
  return resources
    .filter(({ monthly }) => monthly > 0)
    .toSorted((a, b) => b.monthly - a.monthly)
    .flatMap(({ address, type, monthly, lines }) => [
      `${dollars(monthly).padStart(12)}  ${address} (${type})`,
      ...lines
        .filter((line) => line.monthly > 0)
        .map(
          ({ item, quantity, unit, unitPrice }) =>
            `              ${item}: ${round(quantity)} ${unit} at $${unitPrice}`,
        ),
    ]);
}

function unpricedLines({ unpriced }: CostReport): string[] {
  return unpriced.map(({ address, type, why }) => `    unpriced  ${address} (${type}): ${why}`);
}

function limited(lines: readonly string[]): string[] {
  const more = lines.length - SHOWN;
  return more > 0 ? [...lines.slice(0, SHOWN), `           and ${more} more`] : [...lines];
}

export function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`;
}

function round(quantity: number): number {
  return Math.round(quantity * 1000) / 1000;
}
