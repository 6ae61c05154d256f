import { Worker } from "node:worker_threads";
import type { Finding } from "../../core/artifacts/validation-report.ts";
import type { Diagnostic, Question, Reply } from "./validity-worker.ts";

/** Remarks such as missing tags or a possible replacement; the change set says the latter with certainty. */
const REMARKS = new Set(["INFO", "DEBUG"]);

/** Bundled it stands beside the bundle under its own name. */
const WORKER = import.meta.url.endsWith(".ts") ? "./validity-worker.ts" : "./validity-worker.cjs";

let validator: Validator | undefined;

/** Checks a template against CloudFormation's resource schemas and lint rules, offline. */
export async function validityFindings(template: string): Promise<Finding[]> {
  const diagnostics = await warmUp().validate(template);
  return diagnostics.filter(({ severity }) => !REMARKS.has(severity)).map(findingOf);
}

/** Starts the validator, which takes a second or two, so that it is ready when a template is. */
export function warmUp(): Validator {
  validator ??= new Validator(() => {
    validator = undefined;
  });
  return validator;
}

function findingOf({ severity, ruleId, message, logicalId = "*", suggestedFix }: Diagnostic): Finding {
  return {
    rule: `cloudformation-${ruleId}`,
    severity: severity === "WARN" ? "warning" : "error",
    resource: logicalId,
    message,
    fix: suggestedFix ?? "correct it as the resource type's reference says",
  };
}

interface Waiting {
  resolve(diagnostics: readonly Diagnostic[]): void;
  reject(error: Error): void;
}

/** The validator's thread with the questions it has not answered yet. It keeps the process alive only while asked. */
class Validator {
  readonly #worker = new Worker(new URL(WORKER, import.meta.url));
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  constructor(onEnd: () => void) {
    this.#worker.on("message", (reply: Reply) => this.#answered(reply));
    this.#worker.on("error", (error) => this.#ended(onEnd, error));
    this.#worker.on("exit", () => this.#ended(onEnd, new Error("the template validator has stopped")));
    // Last: listening for messages would hold the process again.
    this.#worker.unref();
  }

  validate(template: string): Promise<readonly Diagnostic[]> {
    const id = ++this.#asked;
    const question: Question = { id, template };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(question);
    });
  }

  #answered(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ("error" in reply) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply.diagnostics);
  }

  #ended(onEnd: () => void, error: Error): void {
    onEnd();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
