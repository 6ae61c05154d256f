import type { SubtaskQueue } from "../../core/artifacts/subtask-queue.ts";
import { SCHEMA_VERSION } from "../../core/artifacts/vocabulary.ts";

/** What the other agents do with the plan, in the order of the pipeline. */
export function subtasks(): SubtaskQueue {
  return {
    schemaVersion: SCHEMA_VERSION,
    subtasks: [
      {
        id: "build",
        agent: "forge",
        lane: "read_only",
        inputs: ["plan.json"],
        deliverables: ["template.json", "build.json"],
        tokenBudget: 0,
      },
      {
        id: "change-set",
        agent: "change-set",
        lane: "dry_run",
        inputs: ["build.json", "template.json"],
        deliverables: ["change-set.json"],
        tokenBudget: 0,
      },
      {
        id: "validate",
        agent: "sentinel",
        lane: "read_only",
        inputs: ["plan.json", "build.json", "change-set.json"],
        deliverables: ["validation-report.json"],
        tokenBudget: 0,
      },
      {
        id: "review",
        agent: "critic",
        lane: "read_only",
        inputs: ["validation-report.json", "change-set.json"],
        deliverables: ["dossier.json", "dossier.md", "verdict.json"],
        tokenBudget: 4_000,
      },
      {
        id: "apply",
        agent: "broker",
        lane: "execute",
        inputs: ["dossier.json", "approvals"],
        deliverables: ["stack events in the timeline"],
        tokenBudget: 0,
      },
      {
        id: "retrospective",
        agent: "sweeper",
        lane: "read_only",
        inputs: ["timeline"],
        deliverables: ["retrospective.json", "retrospective.md", "runbook.md"],
        tokenBudget: 20_000,
      },
    ],
  };
}
