import type { z } from "zod";
import { NamedError } from "../errors.ts";

export class InputError extends NamedError<"InvalidInput"> {}

const ISSUES_SHOWN = 8;

/**
 * Validates what came from outside.
 * @throws InputError with one clause for each of the first few faults: where, what, and what is allowed
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputError("InvalidInput", `${what}: ${describeIssues(parsed.error)}`);
}

/** One line for people: `constraints.region: expected string, received number; …`. */
export function describeIssues(error: z.ZodError): string {
  const shown = error.issues.slice(0, ISSUES_SHOWN).map((issue) => {
    const where = pathText(issue.path);
    return where === "" ? sentence(issue) : `${where}: ${sentence(issue)}`;
  });
  const more = error.issues.length - shown.length;
  return shown.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return unknownFields(issue.keys);
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined")) {
    return `is missing (${issue.expected})`;
  }
  if (issue.code === "too_big") return limit(issue, "at most", issue.maximum);
  if (issue.code === "too_small")
    return limit(issue, issue.inclusive ? "at least" : "more than", issue.minimum);
  const message = issue.message.replace(/^Invalid (input: )?/, "");
  return issue.code === "invalid_value" ? message.replace("option: expected", "must be") : message;
}

const UNITS: Readonly<Record<string, string>> = { string: " characters", array: " items" };

/** zod's own words for a limit, unless the schema has some of its own. */
function limit(
  { message, origin }: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall,
  how: string,
  bound: number | bigint,
): string {
  const unit = UNITS[origin];
  if (!/^Too (big|small)/.test(message)) return message;
  if (unit === undefined) return `must be ${how} ${bound}`;
  return `must have ${how} ${bound}${bound === 1 ? unit.replace(/s$/, "") : unit}`;
}

function unknownFields(keys: readonly string[]): string {
  const shown = keys.slice(0, ISSUES_SHOWN).map((key) => key.slice(0, 40));
  return `unknown field${keys.length > 1 ? "s" : ""} ${shown.join(", ")}: remove or correct`;
}

/** `requires[0].parameters.engine` from `["requires", 0, "parameters", "engine"]`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? String(step) : `${text}.${String(step)}`;
  }, "");
}
