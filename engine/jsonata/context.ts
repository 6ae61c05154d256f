import type { Node } from "./syntax.ts";

/**
 * What an expression uses of an input document, which the service does not give it: `$` and names where no step of
 * a path, no filter and no pattern gives them a meaning, and `$$` anywhere. In the words of the expression.
 */
export function* inputDocumentUses(node: unknown, hasContext = false): Generator<string> {
  if (Array.isArray(node)) {
    for (const item of node) yield* inputDocumentUses(item, hasContext);
    return;
  }
  if (!isNode(node)) return;
  if (node.type === "variable" && node.value === "$") yield "$$";
  else if (!hasContext && CONTEXTUAL.has(node.type)) yield String(node.value);
  else if (!hasContext && node.type === "variable" && node.value === "") yield "$";
  for (const [field, child] of Object.entries(node)) {
    if (field === "steps") yield* stepsUses(child as Node[], hasContext);
    else yield* inputDocumentUses(child, hasContext || givesContext(node, field));
  }
}

/** Nodes that look at what is around them: a name, `*` and `**`. */
const CONTEXTUAL: ReadonlySet<string> = new Set(["name", "wildcard", "descendant"]);

/** What follows a value, and the parts of a transformation, look at that value. */
const AFTER_A_VALUE: ReadonlySet<string> = new Set(["predicate", "stages", "group"]);

function givesContext({ type }: Node, field: string): boolean {
  return AFTER_A_VALUE.has(field) || type === "transform" || type === "sort";
}

/** Every step of a path but the first looks at what the one before it gave. */
function* stepsUses([first, ...rest]: readonly Node[], hasContext: boolean): Generator<string> {
  yield* inputDocumentUses(first, hasContext);
  yield* inputDocumentUses(rest, true);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !(value instanceof RegExp);
}
