import { DEEPEST_EVALUATION } from "./limits.ts";
import { depthOf, type Node, walk } from "./syntax.ts";

/** Expressions with more parts than this could multiply their input too often. */
const MOST_PARTS = 200;

/** JSONata's functions whose work and result grow no faster than what they are given. */
const LINEAR_FUNCTIONS: ReadonlySet<string> = new Set(
  `abs append average base64decode base64encode boolean ceil contains count exists floor hash join keys length
   lookup lowercase max merge millis min not number parse partition power random range reverse round split spread
   sqrt string substring substringAfter substringBefore sum trim type uppercase uuid zip`.split(/\s+/),
);

/** Functions that are linear with so many arguments; with a picture they would run a pattern. */
const LINEAR_WITH: ReadonlyMap<string, number> = new Map([
  ["now", 0],
  ["fromMillis", 1],
  ["toMillis", 1],
]);

const LITERALS: ReadonlySet<string> = new Set(["string", "number", "value", "variable", "name"]);

/**
 * Whether an expression, by its form alone, ends soon and yields little more than it is given: no recursion, no
 * loop inside a loop, no regular expression. Most expressions of state machines are like that.
 */
export function isBounded(syntax: Node): boolean {
  if (syntax.type === "bind") return isBounded(syntax["rhs"] as Node);
  let parts = 0;
  for (const _ of walk(syntax)) if (++parts > MOST_PARTS) return false;
  return depthOf(syntax) <= DEEPEST_EVALUATION && isBoundedPart(syntax);
}

function isBoundedPart(node: Node): boolean {
  return hasNoGrouping(node) && filtersOf(node).every(isSimpleFilter) && isBoundedForm(node);
}

function isBoundedForm(node: Node): boolean {
  switch (node.type) {
    case "path":
      return isBoundedPath(node["steps"] as Node[]);
    case "binary":
      return node.value !== ".." && areBounded([node["lhs"], node["rhs"]]);
    case "unary":
      return areBounded([node["expression"], node["expressions"], node["lhs"]]);
    case "condition":
      return areBounded([node["condition"], node["then"], node["else"]]);
    case "block":
      return areBounded([node["expressions"]]);
    case "function":
      return isLinearCall(node);
    default:
      return LITERALS.has(node.type);
  }
}

/** Names after one another walk over the data once, and so does what looks at an item's own fields only. */
function isBoundedPath([first, ...rest]: readonly Node[]): boolean {
  if (!first || !isBoundedPart(first)) return false;
  return rest.every(
    (step) =>
      (step.type === "name" || looksAtOwnFields(step)) &&
      hasNoGrouping(step) &&
      filtersOf(step).every(isSimpleFilter),
  );
}

function isLinearCall(node: Node): boolean {
  const procedure = node["procedure"] as Node;
  if (procedure.type !== "variable" || typeof procedure.value !== "string") return false;
  const values = (node["arguments"] ?? []) as Node[];
  const isLinear =
    LINEAR_FUNCTIONS.has(procedure.value) || LINEAR_WITH.get(procedure.value) === values.length;
  return isLinear && areBounded(values);
}

/** Whether all the nodes in a value, which may be a node or lists of lists of them, are bounded. */
function areBounded(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(areBounded);
  return value === undefined || isBoundedPart(value as Node);
}

/** A position, or a comparison of an item's own fields with literals. */
function isSimpleFilter(filter: Node): boolean {
  const expression = filter["expr"] as Node | undefined;
  return expression !== undefined && looksAtOwnFields(expression);
}

const OWN_FIELD_TYPES = ["number", "string", "value", "name", "binary", "unary", "path", "block"];

function looksAtOwnFields(expression: Node): boolean {
  for (const node of walk(expression)) {
    if (!OWN_FIELD_TYPES.includes(node.type) || node.value === ".." || !hasNoGrouping(node)) return false;
  }
  return true;
}

function filtersOf(node: Node): Node[] {
  return [
    ...((node["stages"] as Node[] | undefined) ?? []),
    ...((node["predicate"] as Node[] | undefined) ?? []),
  ];
}

function hasNoGrouping(node: Node): boolean {
  return !node["group"] && !node["focus"] && !node["index"] && !node["ancestor"] && !node["tuple"];
}
