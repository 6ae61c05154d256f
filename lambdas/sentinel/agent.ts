import * as z from "zod";
import { type AgentCall, agent } from "../../core/agent/agent.ts";
import { readArtifact } from "../../core/agent/reading.ts";
import type { Tools } from "../../core/agent/tools.ts";
import { type Build, build } from "../../core/artifacts/build.ts";
import { type ChangeSet, changeSet } from "../../core/artifacts/change-set.ts";
import { type GoalStatement, goalStatement } from "../../core/artifacts/goal-statement.ts";
import { type PlanSpec, planSpec } from "../../core/artifacts/plan-spec.ts";
import {
  type Finding,
  requiredGate,
  type ValidationReport,
  validationReport,
} from "../../core/artifacts/validation-report.ts";
import { artifactRef, SCHEMA_VERSION } from "../../core/artifacts/vocabulary.ts";
import { differencesFromBuild } from "../../core/change/of-build.ts";
import { changeOfChangeSet } from "../../core/change/of-change-set.ts";
import { rightsFindings } from "../../core/check/rights.ts";
import type { Snapshot } from "../../core/cloud/stack.ts";
import { excerpt } from "../../core/excerpt.ts";
import { requiredGates } from "../../core/gate/required-gates.ts";
import { breaches } from "../../core/policy/laws.ts";
import { POLICY_VERSION } from "../../core/policy/policy.ts";
import type { Subject } from "../../core/policy/subject.ts";
import { blastRadius } from "../../core/risk/blast-radius.ts";
import { score } from "../../core/risk/score.ts";
import { undoFindings } from "../../core/rollback/lawful-undo.ts";
import { rollbackPlan } from "../../core/rollback/rollback-plan.ts";
import type { Template } from "../../core/template/template.ts";
import { compareCost, costFindings } from "./cost.ts";
import { driftFindings } from "./drift.ts";
import { guardFindings } from "./policies.ts";
import { validityFindings } from "./validity.ts";

const TOOLS = ["artifacts.read", "artifacts.append", "cloud.read"] as const;
type SentinelTools = Pick<Tools, (typeof TOOLS)[number]>;

/** Judges a build before anything is asked of the account, and the change once CloudFormation has computed it. */
export const sentinel = agent({
  name: "sentinel",
  lane: "read_only",
  tools: TOOLS,
  budget: { tokens: 0, minutes: 1, usd: 0 },
  input: z.strictObject({
    goal: artifactRef,
    plan: artifactRef,
    build: artifactRef,
    /** Absent at the first stage. */
    changeSet: artifactRef.nullable(),
  }),
  output: z.strictObject({
    result: z.enum(["PASS", "FAIL"]),
    report: artifactRef,
    /** The name under which it is refused, when it is: a law that no approval can override outweighs the rest. */
    refusal: z.enum(["LawBroken", "ValidationFailed"]).nullable(),
    /** What failed it, in a sentence. */
    summary: z.string(),
    gates: z.array(requiredGate),
  }),
  run: async (input, tools, call) => {
    const made = await readArtifact(tools, input.build, build);
    const templateText = await tools["artifacts.read"](made.template);
    const report = input.changeSet
      ? await judgeChange(
          {
            made,
            templateText,
            plan: await readArtifact(tools, input.plan, planSpec),
            proposed: await readArtifact(tools, input.changeSet, changeSet),
            goal: await readArtifact(tools, input.goal, goalStatement),
          },
          tools,
          call,
        )
      : await judgeBuild(made, templateText, call);
    const name = input.changeSet ? "validation-report.json" : "build-report.json";
    const ref = await tools["artifacts.append"]({ name, kind: "ValidationReport", content: report });
    return {
      result: report.result,
      report: ref,
      refusal: refusalOf(report),
      summary: summaryOf(report),
      gates: report.gates ?? [],
    };
  },
});

async function judgeBuild(made: Build, templateText: string, call: AgentCall): Promise<ValidationReport> {
  const template = JSON.parse(templateText) as Template;
  const { environment, stack, parameters } = made;
  const subject = { environment, stack, template, parameters, now: call.now() };
  return reportOf("build", [...breaches(subject), ...(await validityFindings(templateText))]);
}

interface Judged {
  readonly made: Build;
  readonly templateText: string;
  readonly plan: PlanSpec;
  readonly proposed: ChangeSet;
  readonly goal: GoalStatement;
}

async function judgeChange(
  judged: Judged,
  tools: SentinelTools,
  { settings, now }: AgentCall,
): Promise<ValidationReport> {
  const { made, templateText, plan, proposed, goal } = judged;
  const template = JSON.parse(templateText) as Template;
  const before = proposed.baseline.template
    ? (JSON.parse(await tools["artifacts.read"](proposed.baseline.template)) as Template)
    : undefined;
  const { environment, stack } = made;
  const snapshots = await snapshotsOf(proposed, tools);
  const subject: Subject = {
    environment,
    stack,
    template,
    parameters: proposed.parameters,
    before,
    changes: proposed.changes,
    snapshots,
    now: now(),
  };
  const cost = compareCost(before, template, made.region);
  const limits = { monthly: plan.budgets.monthlyCostLimitUsd, delta: settings.costDeltaMonthlyLimitUsd };
  const undoing = undoFindings(subject, proposed);
  const wayBack = rollbackPlan(proposed, undoing);
  const change = changeOfChangeSet({ ...proposed, template, before });
  const policy = await guardFindings(change);
  const risk = score({ environment, account: settings.account, change, wayBack });
  return {
    ...reportOf("change", [
      ...otherBuild(made, proposed),
      ...breaches(subject),
      ...driftFindings(proposed),
      ...undoing,
      ...costFindings(cost, limits),
      ...policy,
      ...rightsFindings(change),
    ]),
    cost,
    risk,
    blastRadius: blastRadius({
      environment,
      stack,
      goalText: goal.goal,
      repoPaths: goal.repoPaths,
      changes: proposed.changes,
    }),
    gates: requiredGates(risk, plan.compliance),
  };
}

function otherBuild(made: Build, proposed: ChangeSet): Finding[] {
  return differencesFromBuild(made, proposed).map((message) => ({
    rule: "law-2-change-set-of-this-build",
    severity: "fatal",
    law: 2,
    resource: "*",
    message,
    fix: "let the change set be computed anew",
  }));
}

/** Snapshots of what would lose its data, for law 7. */
async function snapshotsOf(
  proposed: ChangeSet,
  tools: SentinelTools,
): Promise<Map<string, readonly Snapshot[]>> {
  const cloud = tools["cloud.read"]();
  const found = new Map<string, readonly Snapshot[]>();
  for (const { holdsState, action, logicalId, physicalId, type } of proposed.changes) {
    if (!(holdsState && physicalId && (action === "remove" || action === "replace"))) continue;
    found.set(logicalId, await cloud.snapshots({ type, physicalId }));
  }
  return found;
}

function reportOf(stage: ValidationReport["stage"], findings: readonly Finding[]): ValidationReport {
  const failed = findings.some(({ severity }) => severity === "error" || severity === "fatal");
  return validationReport.parse({
    schemaVersion: SCHEMA_VERSION,
    stage,
    result: failed ? "FAIL" : "PASS",
    policyVersion: POLICY_VERSION,
    findings,
  });
}

function refusalOf({ result, findings }: ValidationReport): "LawBroken" | "ValidationFailed" | null {
  if (result === "PASS") return null;
  return findings.some(({ law }) => law !== undefined) ? "LawBroken" : "ValidationFailed";
}

/** Reasons that fit into a payload; the report has them all. */
const SUMMARISED = 5;
/** Characters of each; it may repeat what stood in the template. */
const LONGEST_REASON = 400;

function summaryOf({ result, findings }: ValidationReport): string {
  if (result === "PASS") return "every check passed";
  const reasons = ["fatal", "error"].flatMap((severity) =>
    findings.filter((found) => found.severity === severity),
  );
  const shown = reasons
    .slice(0, SUMMARISED)
    .map(
      ({ law, message, fix }) =>
        `${law ? `law ${law}: ` : ""}${excerpt(message, LONGEST_REASON)} (${excerpt(fix, LONGEST_REASON)})`,
    );
  const more = reasons.length - shown.length;
  return shown.join("; ") + (more > 0 ? `; and ${more} more` : "");
}
