import { parentPort } from "node:worker_threads";
import { CelEngine, type TemplateFile } from "@aws/cloudformation-validate";

/*
 * Compiling the schemas and rules of every resource type takes a second or two of pure computing, and judging a
 * template some tens of milliseconds: in a thread of its own it holds nobody else up.
 */
const engine = new CelEngine();

export interface Question {
  readonly id: number;
  readonly template: string;
}

export interface Diagnostic {
  readonly severity: string;
  readonly ruleId: string;
  readonly message: string;
  readonly logicalId?: string;
  readonly suggestedFix?: string;
}

export type Reply = { readonly id: number } & (
  | { readonly diagnostics: readonly Diagnostic[] }
  | { readonly error: string }
);

parentPort?.on("message", ({ id, template }: Question) => {
  parentPort?.postMessage(answer(id, template));
});

function answer(id: number, template: string): Reply {
  try {
    const { diagnostics } = engine.validateStandard(inMemory(template), {});
    return {
      id,
      diagnostics: diagnostics.map(({ severity, ruleId, message, entity, suggestedFix }) => ({
        severity,
        ruleId,
        message,
        ...(entity ? { logicalId: entity.logicalId } : {}),
        ...(suggestedFix === undefined ? {} : { suggestedFix }),
      })),
    };
  } catch (error) {
    return { id, error: String(error) };
  }
}

/** The validator reads files; a template that was never one answers in their place. */
function inMemory(template: string): TemplateFile {
  return { path: "template.json", readBytes: () => new TextEncoder().encode(template) };
}
