import type { PlanSpec } from "../../core/artifacts/plan-spec.ts";
import { blockNamed } from "../../core/catalog/catalog.ts";

export interface PlannedRisk {
  readonly risk: string;
  readonly component: string;
  readonly mitigation: string;
}

/** What can go wrong with a design, known before there is a change to judge. */
export function risksOf(plan: PlanSpec): PlannedRisk[] {
  return [...plan.components.flatMap(risksOfComponent), ...risksOfPlan(plan)];
}

function risksOfComponent({ name, block, parameters }: PlanSpec["components"][number]): PlannedRisk[] {
  const risks: PlannedRisk[] = [];
  const add = (risk: string, mitigation: string) => risks.push({ risk, component: name, mitigation });
  if (blockNamed(block).holdsState) {
    add("holds data that a later replacement or removal would lose", "deletion policies and gates guard it");
  }
  if (parameters["authorization"] === "none") {
    add(
      "anybody on the internet may call the API",
      "set authorization to iam, or protect it in the function",
    );
  }
  if (block === "database" && parameters["multiAz"] === false) {
    add("one zone: an outage of minutes to hours when that zone fails", "set availability to multi-az");
  }
  if (parameters["bucketName"] !== undefined) {
    add("bucket names are global: the creation fails if somebody has the name", "leave bucketName out");
  }
  if (parameters["pointInTimeRecovery"] === false) {
    add("no point-in-time recovery", "leave pointInTimeRecovery at true");
  }
  return risks;
}

function risksOfPlan({ environment, cost }: PlanSpec): PlannedRisk[] {
  const risks: PlannedRisk[] = [];
  if (environment === "prod") {
    risks.push({
      risk: "people depend on production",
      component: "*",
      mitigation: "more approvals and the laws of prod apply",
    });
  }
  if (cost.atLeast) {
    risks.push({
      risk: "the cost is higher than the estimate",
      component: "*",
      mitigation: "price the rest by hand",
    });
  }
  return risks;
}

export function riskDocument(risks: readonly PlannedRisk[]): string {
  const rows = risks.map(({ component, risk, mitigation }) => `| ${component} | ${risk} | ${mitigation} |`);
  return `# Risks\n\n| component | risk | mitigation |\n|---|---|---|\n${rows.join("\n")}\n`;
}
