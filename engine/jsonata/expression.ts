import jsonata from "jsonata";
import { inputDocumentUses } from "./context.ts";
import { functions, MISSING_FUNCTION } from "./functions.ts";
import type { Environment, Usage } from "./limits.ts";
import { type Node, walk } from "./syntax.ts";

/** What an expression sees: `$states`, and every variable in scope under its own name. */
export type Bindings = Record<string, unknown>;

type Implementation = (...values: unknown[]) => unknown;

/** A compiled JSONata expression. */
export interface Expression {
  readonly source: string;
  readonly syntax: Node;
  /** The names used with a `$` in front. */
  readonly names: ReadonlySet<string>;
  evaluate(bindings: Bindings): Promise<unknown>;
}

/** The names under which jsonata looks for whom to tell of every step of an evaluation; its types know texts only. */
const ON_ENTRY = Symbol.for("jsonata.__evaluate_entry") as unknown as string;
const ON_EXIT = Symbol.for("jsonata.__evaluate_exit") as unknown as string;

/** Compiles JSONata with the functions Step Functions adds, and its use watched; or says why it cannot be run. */
export function compileExpression(source: string, usage?: Usage): Expression | { readonly why: string } {
  if (source === "") return { why: "the expression between {% and %} is empty" };
  try {
    const compiled = withFunctions(jsonata(source));
    if (usage) watch(compiled, usage);
    const syntax = compiled.ast() as Node;
    const [use] = inputDocumentUses(syntax);
    if (use !== undefined) {
      return {
        why: `'${source}' looks at ${use} of an input document, which Step Functions does not have: use $states.input or a variable`,
      };
    }
    const names = namesIn(syntax);
    return { source, syntax, names, evaluate: (bindings) => compiled.evaluate(undefined, bindings) };
  } catch (error) {
    if (error instanceof RangeError) return { why: `'${source.slice(0, 80)}…' nests too deep` };
    return { why: `'${source}' is not JSONata: ${describe(error)}${operatorHint(source)}` };
  }
}

function withFunctions(compiled: jsonata.Expression): jsonata.Expression {
  for (const { name, implementation, signature } of functions) {
    compiled.registerFunction(name, implementation as Implementation, signature);
  }
  compiled.assign(MISSING_FUNCTION, undefined);
  return compiled;
}

function watch(compiled: jsonata.Expression, usage: Usage): void {
  compiled.assign(ON_ENTRY, (_: Node, __: unknown, environment: Environment) => usage.enter(environment));
  compiled.assign(ON_EXIT, (_: Node, __: unknown, environment: Environment, result: unknown) =>
    usage.leave(environment, result),
  );
}

/** A JSONata error as the service quotes it: its code and what it says. */
export function describe(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const text = message ?? String(error);
  return code ? `${code}: ${text}` : text;
}

function namesIn(syntax: Node): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of walk(syntax)) {
    if (node.type === "variable" && typeof node.value === "string") names.add(node.value);
  }
  return names;
}

/** Newer JSONata has operators that the service's version rejects; say so instead of "unexpected token". */
function operatorHint(source: string): string {
  if (/\?\?/.test(source))
    return " (the ?? operator is newer than the service's JSONata: use $exists(a) ? a : b)";
  if (/\?\s*:/.test(source)) return " (the ?: operator is newer than the service's JSONata: use a ? a : b)";
  return "";
}
