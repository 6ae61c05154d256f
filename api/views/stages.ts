import { type Execution, hasEnded } from "../../core/execution/execution.ts";

/** The steps of a change that people follow, in their order. */
export const STAGES = [
  "DrawPlan",
  "SynthesizeBuild",
  "QueueForStack",
  "CreateChangeSet",
  "ValidateChange",
  "AssembleDossier",
  "AwaitGates",
  "ApplyChange",
  "LookBack",
] as const;

export type Stage = (typeof STAGES)[number];

/** What an execution's own stage means among these. */
const MEANS: Readonly<Record<string, Stage>> = {
  queued: "DrawPlan",
  design_review: "DrawPlan",
  voided: "CreateChangeSet",
  stack_recovery: "ApplyChange",
  RollBack: "ApplyChange",
};

/** How many stages are behind an execution. */
export function stagesDone(execution: Execution): number {
  const { stage, status } = execution;
  if (status === "completed") return STAGES.length;
  const at = hasEnded(execution) ? reached(execution) : (MEANS[stage] ?? stage);
  return Math.max(0, STAGES.indexOf(at as Stage));
}

/** How far one came that ended badly, by what it left. */
function reached({ apply, dossier }: Execution): Stage {
  if (apply) return "ApplyChange";
  return dossier ? "AwaitGates" : "DrawPlan";
}
