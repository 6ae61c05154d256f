import type { Engine, TemplateFile } from "@aws/cloudformation-validate";
import type { Finding } from "../../core/artifacts/validation-report.ts";

/** Compiling the schemas of every resource type takes a second or two, so it is done once per process. */
let engine: Promise<Engine> | undefined;

/** Remarks such as missing tags or a possible replacement; the change set says the latter with certainty. */
const REMARKS = new Set(["INFO", "DEBUG"]);

/** Checks a template against CloudFormation's resource schemas and lint rules, offline. */
export async function validityFindings(template: string): Promise<Finding[]> {
  const { diagnostics } = (await loaded()).validateStandard(inMemory(template), {});
  return diagnostics
    .filter(({ severity }) => !REMARKS.has(severity))
    .map(({ severity, ruleId, message, entity, suggestedFix }) => ({
      rule: `cloudformation-${ruleId}`,
      severity: severity === "WARN" ? "warning" : "error",
      resource: entity?.logicalId ?? "*",
      message,
      fix: suggestedFix ?? "correct it as the resource type's reference says",
    }));
}

function loaded(): Promise<Engine> {
  engine ??= import("@aws/cloudformation-validate").then(({ CelEngine }) => new CelEngine());
  return engine;
}

/** The validator reads files; a template that was never one answers in their place. */
function inMemory(template: string): TemplateFile {
  return { path: "template.json", readBytes: () => new TextEncoder().encode(template) };
}
