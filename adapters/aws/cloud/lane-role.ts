import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { ApplierSession, CloudTarget } from "../../../core/cloud/cloud.ts";
import { CloudError } from "../../../core/cloud/errors.ts";
import { type AwsPlace, type Credentials, clientOf } from "../clients.ts";
import { asked } from "./refusal.ts";
import { sessionPolicy } from "./session-policy.ts";

const ROLE = /^arn:([\w-]+):iam::(\d{12}):role\/[\w+=,.@/-]+$/;

/** @throws CloudError RequestInvalid unless it is a role of the target's account (law 6) */
export function requireRoleOf({ environment, account }: CloudTarget, role: string): void {
  const owner = ROLE.exec(role)?.[2];
  if (owner === account) return;
  throw new CloudError(
    "RequestInvalid",
    `${environment} is account ${account}, and ${role} is ${owner === undefined ? "no role" : `a role of account ${owner}`}; correct the configuration`,
  );
}

/** The place as a role of the target's account sees it. */
export function assumed(place: AwsPlace, target: CloudTarget, role: string): AwsPlace {
  return {
    ...place,
    region: target.region,
    credentials: () => assume(place, role, { RoleSessionName: "conductor" }),
  };
}

/**
 * The place as the apply role sees it in a session of its own. The execution is its source identity, which no later
 * role can shed, so that CloudTrail names it beside every call; the tags say which gates were passed and who decided.
 */
export function inSession(
  place: AwsPlace,
  target: CloudTarget,
  role: string,
  session: ApplierSession,
): AwsPlace {
  const partition = ROLE.exec(role)?.[1];
  const request = {
    RoleSessionName: named(session.executionId),
    SourceIdentity: named(session.executionId),
    Tags: Object.entries(session.tags).map(([Key, Value]) => ({ Key, Value: tagValue(Value) })),
    Policy: JSON.stringify(sessionPolicy(target, session, partition)),
  };
  return { ...place, region: target.region, credentials: () => assume(place, role, request) };
}

type Request = Omit<ConstructorParameters<typeof AssumeRoleCommand>[0], "RoleArn" | "DurationSeconds">;

/** The shortest there is: one apply makes a handful of calls, and a longer session is only longer in wrong hands. */
const SESSION_SECONDS = 900;

async function assume(place: AwsPlace, role: string, request: Request): Promise<Credentials> {
  const sts = clientOf(place, STSClient);
  const command = new AssumeRoleCommand({ ...request, RoleArn: role, DurationSeconds: SESSION_SECONDS });
  const { Credentials: given } = await asked(`assuming the role ${role}`, () => sts.send(command));
  return {
    accessKeyId: given?.AccessKeyId ?? "",
    secretAccessKey: given?.SecretAccessKey ?? "",
    sessionToken: given?.SessionToken ?? "",
    ...(given?.Expiration ? { expiration: given.Expiration } : {}),
  };
}

/** As STS takes a session's name: two to 64 letters, digits and `_ + = , . @ -`. */
function named(executionId: string): string {
  return executionId
    .replace(/[^\w+=,.@-]/g, "-")
    .slice(0, 64)
    .padEnd(2, "-");
}

/** STS takes 256 characters; who decided in full stands in the timeline. */
function tagValue(value: string): string {
  const allowed = value.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, "-");
  return allowed.length <= 256 ? allowed : `${allowed.slice(0, 253)}...`;
}
