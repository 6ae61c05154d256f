/** A node of JSONata's syntax tree; what it holds depends on its type. */
export interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string"
  );
}

/** A syntax tree's nodes, each before its children. */
export function* walk(tree: unknown): Generator<Node> {
  if (Array.isArray(tree)) {
    for (const item of tree) yield* walk(item);
    return;
  }
  if (typeof tree !== "object" || tree === null || tree instanceof RegExp) return;
  if (isNode(tree)) yield tree;
  for (const child of Object.values(tree)) yield* walk(child);
}

/** How many nodes stand inside one another at most; evaluating the tree gets no deeper, unless a function calls itself. */
export function depthOf(tree: unknown): number {
  if (typeof tree !== "object" || tree === null || tree instanceof RegExp) return 0;
  const deepest = Math.max(0, ...Object.values(tree).map(depthOf));
  return isNode(tree) ? deepest + 1 : deepest;
}
