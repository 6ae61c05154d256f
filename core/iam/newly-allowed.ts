import { answer } from "./evaluate.ts";
import { LATER, type Statement } from "./statements.ts";

/** Something a policy allows that it did not: an action, or a pattern of them, on a resource, or a pattern of them. */
export interface Allowed {
  readonly action: string;
  readonly resource: string;
  readonly underCondition: boolean;
}

/** Pairs that are looked at; a policy that lists more is too wide to be read line by line. */
const MOST = 400;

/** What the new statements allow and the old ones did not, in the words of the policy, each pair once. */
export function newlyAllowed(before: readonly Statement[], after: readonly Statement[]): Allowed[] {
  const pairs = after.flatMap((statement) => pairsOf(statement)).slice(0, MOST);
  const news = pairs.filter(
    ({ action, resource }) =>
      answer(before, { action, resource }) !== "allowed" && answer(after, { action, resource }) !== "denied",
  );
  return [...new Map(news.map((one) => [`${one.action} ${one.resource}`, one])).values()];
}

/** A pattern stands for itself: what covers the letters of a pattern covers all it stands for. */
function pairsOf({ effect, actions = [], resources = [], conditions }: Statement): Allowed[] {
  if (effect === "Deny") return [];
  const underCondition = Object.keys(conditions).length > 0;
  return actions.flatMap((action) => resources.map((resource) => ({ action, resource, underCondition })));
}

/** "may now delete objects (s3:DeleteObject) in arn:aws:s3:::photos/*". */
export function allowedText({ action, resource, underCondition }: Allowed): string {
  const where = resource === "*" ? "everything" : resource.replaceAll(LATER, "…");
  return `may now ${wordsOf(action)} (${action}) in ${where}${underCondition ? ", under a condition" : ""}`;
}

/** `s3:DeleteObject` is to delete object; a pattern is to do all it covers. */
function wordsOf(action: string): string {
  const [service = "", name = ""] = action.split(":");
  if (action === "*" || name === "*")
    return action === "*" ? "do everything" : `do everything that ${service} does`;
  const words = name
    .replace(/\*$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return name.endsWith("*") ? `do all that begins with ${words}` : words;
}
