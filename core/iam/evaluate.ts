import type { Statement } from "./statements.ts";

/** A request as IAM judges it: an action on a resource nobody has named in a policy. */
export interface Access {
  readonly action: string;
  readonly resource: string;
}

export type Answer = "allowed" | "allowed under conditions" | "denied";

/**
 * Whether an identity's statements let a request through, by the rules of the IAM user guide ("Policy evaluation
 * logic"): denied unless one allows it, and denied if one denies it. An Allow under a condition may or may not hold; a
 * Deny under a condition is not relied on.
 */
export function answer(statements: readonly Statement[], access: Access): Answer {
  const matching = statements.filter((statement) => covers(statement, access));
  const denies = ({ effect, conditions }: Statement) => effect === "Deny" && isEmpty(conditions);
  if (matching.some(denies)) return "denied";
  const allowing = matching.filter(({ effect }) => effect === "Allow");
  if (allowing.some(({ conditions }) => isEmpty(conditions))) return "allowed";
  return allowing.length > 0 ? "allowed under conditions" : "denied";
}

function covers(statement: Statement, { action, resource }: Access): boolean {
  return coversAction(statement, action) && coversResource(statement, resource);
}

function coversAction({ actions, notActions = [] }: Statement, action: string): boolean {
  const name = action.toLowerCase();
  if (actions) return actions.some((pattern) => matches(pattern.toLowerCase(), name));
  return !notActions.some((pattern) => matches(pattern.toLowerCase(), name));
}

/** A statement without a resource is one of a trust policy, which is about the role itself. */
function coversResource({ resources, notResources, effect }: Statement, resource: string): boolean {
  if (resources) return resources.some((pattern) => matchesResource(pattern, resource));
  // All but what is not known may leave out anything: only an Allow is widened by that.
  return effect === "Allow" || !(notResources ?? []).some((pattern) => matchesResource(pattern, resource));
}

/**
 * Whose account and which region a pattern names does not matter here: it is always the one that the change is for. A
 * name that only the deployment knows is one certain thing, and none of those that are asked about.
 */
function matchesResource(pattern: string, resource: string): boolean {
  if (pattern === "*") return true;
  const anywhere = pattern.split(":").map((part, index) => (index === 3 || index === 4 ? "*" : part));
  return matches(anywhere.join(":"), resource);
}

function isEmpty(conditions: Statement["conditions"]): boolean {
  return Object.keys(conditions).length === 0;
}

/** `*` stands for any text, `?` for one character; in time that grows with the text alone. */
export function matches(pattern: string, text: string): boolean {
  let [at, in_] = [0, 0];
  let [star, retry] = [-1, 0];
  while (in_ < text.length) {
    if (at < pattern.length && (pattern[at] === text[in_] || pattern[at] === "?") && pattern[at] !== "*") {
      at += 1;
      in_ += 1;
    } else if (pattern[at] === "*") {
      star = at;
      retry = in_;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      retry += 1;
      in_ = retry;
    } else return false;
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}
