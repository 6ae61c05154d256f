/** One request as IAM judges it. */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition keys and their values; a key that is not here is not in the request. */
  readonly context?: Readonly<Record<string, string>>;
}

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

const MEMBERS = ["Sid", "Effect", "Action", "Resource", "Condition"];

/**
 * Whether a policy lets a request through, by the rules of the IAM user guide ("Policy evaluation logic"): denied
 * unless a statement allows it and none denies it. What it does not understand it throws on, so that no test passes
 * because part of a policy was overlooked.
 */
export function allows(policy: Policy, request: AccessRequest): boolean {
  if (policy.Version !== "2012-10-17") throw new Error(`policy version ${policy.Version}`);
  const matching = policy.Statement.filter((statement) => matches(statement, request));
  return (
    matching.some(({ Effect }) => Effect === "Allow") && !matching.some(({ Effect }) => Effect === "Deny")
  );
}

function matches(statement: Statement, { action, resource, context = {} }: AccessRequest): boolean {
  const strange = Object.keys(statement).find((member) => !MEMBERS.includes(member));
  if (strange !== undefined) throw new Error(`a statement with ${strange} is not understood here`);
  const acts = list(statement.Action).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase()));
  const reaches = list(statement.Resource).some((pattern) => like(pattern, resource));
  return (
    acts &&
    reaches &&
    Object.entries(statement.Condition ?? {}).every(([how, keys]) => holds(how, keys, context))
  );
}

const OPERATORS: Readonly<Record<string, (pattern: string, value: string) => boolean>> = {
  StringEquals: (pattern, value) => pattern === value,
  StringLike: like,
};

function holds(
  how: string,
  keys: Readonly<Record<string, string | readonly string[]>>,
  context: Readonly<Record<string, string>>,
): boolean {
  const operator = OPERATORS[how];
  if (operator === undefined) throw new Error(`condition operator ${how} is not understood here`);
  return Object.entries(keys).every(([key, patterns]) => {
    const value = context[key];
    return value !== undefined && list(patterns).some((pattern) => operator(pattern, value));
  });
}

/** `*` stands for any text, `?` for one character. */
function like(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
