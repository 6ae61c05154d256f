import { CloudError } from "../../../core/cloud/errors.ts";
import type { Json, JsonObject } from "../../../core/template/template.ts";
import type { ResourceState } from "./state.ts";

interface Breakage {
  /** The types it can happen to; undefined for any. */
  readonly types?: readonly string[];
  apply(resource: ResourceState): void;
}

const SECURITY_GROUP = "AWS::EC2::SecurityGroup";

/** What somebody may do to a resource behind its stack's back. */
const BREAKAGES = {
  "resource-deleted": {
    apply: (resource) => {
      resource.actual = undefined;
    },
  },
  "security-group-rule-removed": {
    types: [SECURITY_GROUP],
    apply: (resource) => {
      const rules = resource.actual?.["SecurityGroupIngress"];
      if (!Array.isArray(rules) || rules.length === 0)
        throw new CloudError("RequestInvalid", `${resource.logicalId} has no ingress rule to remove`);
      change(resource, { SecurityGroupIngress: (rules as readonly Json[]).slice(0, -1) });
    },
  },
  "security-group-opened": {
    types: [SECURITY_GROUP],
    apply: (resource) => {
      const rules = (resource.actual?.["SecurityGroupIngress"] ?? []) as readonly Json[];
      const open = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIp: "0.0.0.0/0" };
      change(resource, { SecurityGroupIngress: [...rules, open] });
    },
  },
  "database-stopped": {
    types: ["AWS::RDS::DBInstance", "AWS::RDS::DBCluster"],
    apply: (resource) => {
      resource.broken = "stopped";
    },
  },
  "bucket-made-public": {
    types: ["AWS::S3::Bucket"],
    apply: (resource) =>
      change(resource, {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: false,
          BlockPublicPolicy: false,
          IgnorePublicAcls: false,
          RestrictPublicBuckets: false,
        },
      }),
  },
  "function-throttled": {
    types: ["AWS::Lambda::Function"],
    apply: (resource) => change(resource, { ReservedConcurrentExecutions: 0 }),
  },
} satisfies Record<string, Breakage>;

export type HowBroken = keyof typeof BREAKAGES;

export const WAYS_TO_BREAK = Object.keys(BREAKAGES) as readonly HowBroken[];

/** @throws CloudError RequestInvalid when that cannot happen to the resource */
export function breakApart(resource: ResourceState, how: HowBroken): void {
  const breakage: Breakage | undefined = Object.hasOwn(BREAKAGES, how) ? BREAKAGES[how] : undefined;
  if (breakage === undefined)
    throw new CloudError("RequestInvalid", `there is no ${how}; choose one of ${WAYS_TO_BREAK.join(", ")}`);
  if (breakage.types !== undefined && !breakage.types.includes(resource.type))
    throw new CloudError(
      "RequestInvalid",
      `${how} happens to ${breakage.types.join(" or ")}, and ${resource.logicalId} is ${resource.type}`,
    );
  breakage.apply(resource);
}

function change(resource: ResourceState, properties: JsonObject): void {
  resource.actual = { ...resource.actual, ...properties };
}
