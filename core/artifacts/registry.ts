import * as z from "zod";
import { build } from "./build.ts";
import { changeSet } from "./change-set.ts";
import { designBlocked } from "./design-blocked.ts";
import { dossier } from "./dossier.ts";
import { goalStatement } from "./goal-statement.ts";
import { planSpec } from "./plan-spec.ts";
import { retrospective } from "./retrospective.ts";
import { subtaskQueue } from "./subtask-queue.ts";
import { validationReport } from "./validation-report.ts";
import { verdict } from "./verdict.ts";
import { SCHEMA_VERSION } from "./vocabulary.ts";

/** Every artifact with its schema, by the name of its file in schemas/v0.1/. */
export const ARTIFACTS = {
  "goal-statement": goalStatement,
  "plan-spec": planSpec,
  "design-blocked": designBlocked,
  "subtask-queue": subtaskQueue,
  build,
  "change-set": changeSet,
  "validation-report": validationReport,
  dossier,
  verdict,
  retrospective,
} as const satisfies Record<string, z.ZodType>;

export type ArtifactName = keyof typeof ARTIFACTS;

/** The JSON Schema (draft 2020-12) of what somebody writes or reads under this name. */
export function jsonSchemaOf(name: ArtifactName): object {
  const schema = z.toJSONSchema(ARTIFACTS[name], { target: "draft-2020-12", io: "input" });
  return { ...schema, $id: `urn:conductor:schemas:v${SCHEMA_VERSION}:${name}`, title: titleOf(name) };
}

/** `PlanSpec` from `plan-spec`. */
function titleOf(name: string): string {
  return name
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
