import type { Clock } from "../../core/clock.ts";
import type { Cloud, CloudTarget } from "../../core/cloud/cloud.ts";
import type { AwsPlace } from "./clients.ts";
import { awsCloud } from "./cloud.ts";

export interface MeshCloudOptions {
  readonly target: CloudTarget;
  readonly place: AwsPlace;
  readonly clock: Clock;
  /** Where templates too large for a request go through. */
  readonly bucket: string;
  /** Whoever asks has a lane's role already, and assumes another one only to apply. */
  readonly inLane: boolean;
}

/** An environment's account with the roles that its deployment gives the lanes: `agent-mesh-<env>-read-only` … */
export function meshCloud({ target, place, clock, bucket, inLane }: MeshCloudOptions): Cloud {
  const role = (name: string) =>
    `arn:aws:iam::${target.account}:role/agent-mesh-${target.environment}-${name}`;
  const lanes = inLane ? {} : { readOnly: role("read-only"), dryRun: role("dry-run") };
  return awsCloud({
    target,
    place,
    clock,
    roles: { ...lanes, apply: role("apply"), service: role("cfn") },
    templates: { bucket, prefix: "templates/" },
  });
}
