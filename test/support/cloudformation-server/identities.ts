import type { CloudTarget } from "../../../core/cloud/cloud.ts";
import { type AccessRequest, allows, type Policy } from "../iam/evaluate.ts";
import { LANE_POLICIES, type LaneName } from "./lane-policies.ts";
import { type Params, pairs, text } from "./query.ts";
import { WireError } from "./wire-error.ts";
import type { Answer } from "./xml.ts";

/** Who signed a request. */
export interface Identity {
  readonly arn: string;
  /** Each must let a request through: a role's own policy, and that of its session. */
  readonly policies: readonly { readonly kind: "identity-based" | "session"; readonly policy: Policy }[];
  readonly token?: string;
  expires: number;
}

/** One AssumeRole as it was asked for. */
export interface SessionAsked {
  readonly role: string;
  readonly name: string;
  readonly sourceIdentity: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy: string | undefined;
  readonly seconds: number;
}

/** The function that has no lane of its own and may assume the lanes' roles. */
export const FUNCTION_KEY = { accessKeyId: "AKIAFUNCTION", secretAccessKey: "secret" };

export class Identities {
  readonly sessions: SessionAsked[] = [];
  readonly roles: Readonly<Record<LaneName | "service", string>>;
  readonly #known = new Map<string, Identity>();
  readonly #account: string;

  constructor({ account }: CloudTarget) {
    this.#account = account;
    const role = (name: string) => `arn:aws:iam::${account}:role/agent-mesh-dev-${name}`;
    this.roles = {
      readOnly: role("read-only"),
      dryRun: role("dry-run"),
      apply: role("apply"),
      service: role("cfn"),
    };
    const { readOnly, dryRun, apply } = this.roles;
    const Statement = [
      {
        Effect: "Allow",
        Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        Resource: [readOnly, dryRun, apply],
      },
      { Effect: "Allow", Action: "sts:GetCallerIdentity", Resource: "*" },
    ] as const;
    this.#known.set(FUNCTION_KEY.accessKeyId, {
      arn: `arn:aws:sts::${account}:assumed-role/agent-mesh-dev-function/conductor`,
      policies: [{ kind: "identity-based", policy: { Version: "2012-10-17", Statement } }],
      expires: Number.POSITIVE_INFINITY,
    });
  }

  /** @throws WireError as AWS refuses credentials it does not know, or that are past their time */
  of(accessKeyId: string, token: string | undefined): Identity {
    const found = this.#known.get(accessKeyId);
    if (found === undefined || found.token !== token)
      throw new WireError(
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        403,
      );
    if (Date.now() >= found.expires)
      throw new WireError("ExpiredToken", "The security token included in the request is expired", 403);
    return found;
  }

  /** Everybody's session ends now. */
  expireSessions(): void {
    for (const identity of this.#known.values()) if (identity.token !== undefined) identity.expires = 0;
  }

  assumeRole(params: Params, caller: Identity): Answer {
    const role = text(params, "RoleArn") ?? "";
    const asked = sessionAsked(params, role);
    requireAcceptable(asked);
    for (const action of actionsOf(asked)) authorize(caller, { action, resource: role });
    this.sessions.push(asked);
    const serial = this.sessions.length;
    const identity = this.#session(asked, `token-${serial}`);
    this.#known.set(`ASIA${serial}`, identity);
    return {
      Credentials: {
        AccessKeyId: `ASIA${serial}`,
        SecretAccessKey: "secret",
        SessionToken: `token-${serial}`,
        Expiration: new Date(identity.expires).toISOString(),
      },
      AssumedRoleUser: { Arn: identity.arn, AssumedRoleId: `AROA${serial}:${asked.name}` },
      SourceIdentity: asked.sourceIdentity,
      PackedPolicySize: 10,
    };
  }

  #session({ role, name, policy, seconds }: SessionAsked, token: string): Identity {
    const lane = Object.entries(this.roles).find(([, arn]) => arn === role)?.[0] as LaneName;
    const own = { kind: "identity-based", policy: LANE_POLICIES[lane](this.roles.service) } as const;
    const narrowed =
      policy === undefined ? [] : [{ kind: "session", policy: JSON.parse(policy) as Policy } as const];
    return {
      arn: `arn:aws:sts::${this.#account}:assumed-role/${role.split("/").at(-1)}/${name}`,
      policies: [own, ...narrowed],
      token,
      expires: Date.now() + seconds * 1_000,
    };
  }
}

/** @throws WireError AccessDenied in AWS's words unless every policy lets the request through */
export function authorize({ arn, policies }: Identity, request: AccessRequest): void {
  const { action, resource } = request;
  const refusing = policies.find(({ policy }) => !allows(policy, request));
  if (refusing === undefined) return;
  const because = `because no ${refusing.kind} policy allows the ${action} action`;
  const message = `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
  throw new WireError("AccessDenied", message, 403);
}

function sessionAsked(params: Params, role: string): SessionAsked {
  return {
    role,
    name: text(params, "RoleSessionName") ?? "",
    sourceIdentity: text(params, "SourceIdentity"),
    tags: pairs(params, "Tags", "Key", "Value"),
    policy: text(params, "Policy"),
    seconds: Number(text(params, "DurationSeconds") ?? 3_600),
  };
}

function actionsOf({ sourceIdentity, tags }: SessionAsked): readonly string[] {
  return [
    "sts:AssumeRole",
    ...(sourceIdentity === undefined ? [] : ["sts:SetSourceIdentity"]),
    ...(Object.keys(tags).length === 0 ? [] : ["sts:TagSession"]),
  ];
}

const NAME = /^[\w+=,.@-]{2,64}$/;
const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The limits that the STS API reference states for AssumeRole. */
function requireAcceptable({ name, sourceIdentity, tags, policy, seconds }: SessionAsked): void {
  const faults = [
    NAME.test(name) ? "" : "roleSessionName",
    sourceIdentity === undefined || NAME.test(sourceIdentity) ? "" : "sourceIdentity",
    Object.entries(tags).every(
      ([key, value]) => key.length <= 128 && value.length <= 256 && TAG.test(key + value),
    )
      ? ""
      : "tags",
    Object.keys(tags).length <= 50 ? "" : "tags",
    (policy?.length ?? 0) <= 2_048 ? "" : "policy",
    seconds >= 900 && seconds <= 3_600 ? "" : "durationSeconds",
  ].filter((fault) => fault !== "");
  if (faults.length > 0)
    throw new WireError(
      "ValidationError",
      `1 validation error detected: Value at '${faults.join(", ")}' failed to satisfy constraint`,
    );
}
