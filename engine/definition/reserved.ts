import type { Expression } from "../jsonata/expression.ts";
import { type Node, walk } from "../jsonata/syntax.ts";

/** Which parts of `$states` a field has besides `input` and `context`. */
export interface Access {
  readonly result?: boolean;
  readonly errorOutput?: boolean;
}

const ALWAYS: ReadonlySet<string> = new Set(["input", "context"]);

/** Says for each use of `$states` in an expression that its field cannot have why not. */
export function misusedReserved(expression: Expression, access: Access): string[] {
  if (!expression.names.has("states")) return [];
  const complaints: string[] = [];
  for (const part of partsUsed(expression.syntax)) {
    if (ALWAYS.has(part)) continue;
    if (part === "result" || part === "errorOutput") {
      if (access[part]) continue;
      const where =
        part === "result"
          ? "only Output and Assign of a Task, Parallel or Map have a result"
          : "only a Catch has an error";
      complaints.push(`$states.${part} does not exist here: ${where}`);
    } else {
      complaints.push(`$states has no '${part}': it has input, result, errorOutput and context`);
    }
  }
  return complaints;
}

/** The names that follow `$states.` anywhere in an expression. */
function* partsUsed(syntax: Node): Generator<string> {
  for (const node of walk(syntax)) {
    if (node.type !== "path" || !Array.isArray(node["steps"])) continue;
    const [first, second] = node["steps"] as (Node | undefined)[];
    if (first?.type !== "variable" || first.value !== "states") continue;
    if (second?.type === "name" && typeof second.value === "string") yield second.value;
  }
}
