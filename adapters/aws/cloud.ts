import type { Clock } from "../../core/clock.ts";
import type { Cloud, CloudTarget } from "../../core/cloud/cloud.ts";
import type { AwsPlace } from "./clients.ts";
import type { Account } from "./cloud/account.ts";
import { applier } from "./cloud/applier.ts";
import { assumed, inSession, requireRoleOf } from "./cloud/lane-role.ts";
import { planner } from "./cloud/planner.ts";
import { reader } from "./cloud/reader.ts";
import type { TemplateBucket } from "./cloud/template-source.ts";

export interface AwsCloudOptions {
  readonly target: CloudTarget;
  /** Who we are before any lane's role. */
  readonly place: AwsPlace;
  readonly clock: Clock;
  /** ARNs of roles in the target's account. */
  readonly roles: {
    /** Absent where the function runs as the lane's role already. */
    readonly readOnly?: string;
    readonly dryRun?: string;
    readonly apply: string;
    /** What CloudFormation itself works with. */
    readonly service: string;
  };
  readonly templates?: TemplateBucket;
}

/**
 * An environment's account through CloudFormation and STS. Each lane has credentials of its own, and its clients are
 * made once; an apply session has new ones.
 * @throws CloudError RequestInvalid when a role is of another account (law 6)
 */
export function awsCloud({ target, place, clock, roles, templates }: AwsCloudOptions): Cloud {
  for (const role of Object.values(roles)) requireRoleOf(target, role);
  const lane = (role: string | undefined): Account => ({
    target,
    clock,
    place: role === undefined ? { ...place, region: target.region } : assumed(place, target, role),
  });
  const reading = lane(roles.readOnly);
  const planning = lane(roles.dryRun);
  return {
    target,
    simulated: false,
    reader: () => reader(reading),
    planner: () => planner(planning, { serviceRole: roles.service, templates }),
    applier: (session) =>
      applier(
        { target, clock, place: inSession(place, target, roles.apply, session) },
        session,
        reader(reading),
      ),
  };
}
