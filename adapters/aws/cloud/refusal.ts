import { CloudError, type CloudErrorName } from "../../../core/cloud/errors.ts";
import { isMoving, type StackStatus } from "../../../core/cloud/stack.ts";
import { type AwsError, type AwsErrorName, asAwsError } from "../errors.ts";

/**
 * Calls CloudFormation so that whatever fails is a CloudError in the port's names.
 * @param what the call in words, for the message
 */
export async function asked<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw refusal(error, what);
  }
}

/** What CloudFormation's answer means to whoever uses the port; `cause` is the SDK's own error. */
export function refusal(error: unknown, what: string): CloudError {
  if (error instanceof CloudError) return error;
  const { name, message } = Object(error) as { readonly name?: string; readonly message?: string };
  const known = byName(name ?? "", message ?? "");
  if (known !== undefined) return new CloudError(known, `${what}: ${message}`, { cause: error });
  const told = asAwsError(error, what);
  return new CloudError(GENERAL[told.name], told.message, { cause: error });
}

/** True when the answer says that the stack, or the change set's stack, is not there. */
export function saysNoStack(error: unknown): boolean {
  const { name, message } = Object(error) as { readonly name?: string; readonly message?: string };
  return name === "ValidationError" && /^Stack\b.* does not exist/.test(message ?? "");
}

export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

function byName(name: string, message: string): CloudErrorName | undefined {
  if (name === "ValidationError") return ofValidation(message);
  if (name === "InvalidChangeSetStatusException") return ofChangeSetStatus(message);
  return NAMES[name];
}

const NAMES: Readonly<Record<string, CloudErrorName>> = {
  AlreadyExistsException: "ChangeSetExists",
  ChangeSetNotFoundException: "ChangeSetNotFound",
  InsufficientCapabilitiesException: "TemplateInvalid",
  StackNotFoundException: "StackNotFound",
  TokenAlreadyExistsException: "RequestInvalid",
};

/** CloudFormation says most of its refusals by one code; only the sentence tells which it is. */
function ofValidation(message: string): CloudErrorName {
  const [, status] = /\bis in (?:state )?\[?([A-Z_]+)\]? state and can ?not be/.exec(message) ?? [];
  if (status !== undefined) return isMoving(status as StackStatus) ? "StackBusy" : "StackStuck";
  return SENTENCES.find(([sentence]) => sentence.test(message))?.[1] ?? "RequestInvalid";
}

const SENTENCES: readonly (readonly [RegExp, CloudErrorName])[] = [
  [/^Stack\b.* does not exist/, "StackNotFound"],
  [/^Stack \[.*\] already exists and cannot be created again/, "StackBusy"],
  [/(operation|update|detection) is (already )?in progress/i, "StackBusy"],
  [
    /^(Template\b|Unresolved resource dependencies|Invalid template|Circular dependency|Parameters?[ :]|\[\/)/,
    "TemplateInvalid",
  ],
  [/^Update of resource type is not permitted|must be one of AllowedValues|^Transform /, "TemplateInvalid"],
];

function ofChangeSetStatus(message: string): CloudErrorName {
  if (/current status of \[(CREATE_PENDING|CREATE_IN_PROGRESS)\]|is in .*_IN_PROGRESS/.test(message))
    return "StackBusy";
  if (/being executed|EXECUTE_IN_PROGRESS.* deleted|cannot be deleted/.test(message)) return "StackBusy";
  return /current status of \[FAILED\]/.test(message) ? "RequestInvalid" : "ChangeSetObsolete";
}

const GENERAL: Readonly<Record<AwsErrorName, CloudErrorName>> = {
  AccessDenied: "CloudAccessDenied",
  CredentialsExpired: "CloudAccessDenied",
  CredentialsMissing: "CloudAccessDenied",
  CredentialsRefused: "CloudAccessDenied",
  ClockSkewed: "CloudUnavailable",
  Throttled: "CloudUnavailable",
  TimedOut: "CloudUnavailable",
  Unavailable: "CloudUnavailable",
  QuotaExceeded: "RequestInvalid",
  ResourceMissing: "RequestInvalid",
  RequestRefused: "RequestInvalid",
} satisfies Record<AwsError["name"], CloudErrorName>;
