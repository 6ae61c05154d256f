import { randomBytes } from "node:crypto";
import type { AwsPlace } from "../../adapters/aws/clients.ts";
import { applier } from "../../adapters/aws/cloud/applier.ts";
import { assumed, requireRoleOf } from "../../adapters/aws/cloud/lane-role.ts";
import { planner } from "../../adapters/aws/cloud/planner.ts";
import { reader } from "../../adapters/aws/cloud/reader.ts";
import { meshCloud } from "../../adapters/aws/mesh-cloud.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { ENVIRONMENTS, type EnvironmentName } from "../../config/environments/index.ts";
import type { CloudTarget } from "../../core/cloud/cloud.ts";
import type { Ground } from "./step.ts";

export interface Choices {
  readonly environment: EnvironmentName;
  readonly account?: string;
  readonly region?: string;
  readonly serviceRole?: string;
  readonly lanes?: boolean;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Where it is tried: AWS, or what stands in its place. */
export function groundFor(choices: Choices, variables: Variables): Ground {
  const { environment } = choices;
  const known = ENVIRONMENTS[environment];
  const { account = known.account, region = known.region } = choices;
  const target: CloudTarget = { environment, account, region };
  const place = { region, ...at(variables["AWS_ENDPOINT_URL"]) };
  const accountPlace = { ...place, ...at(variables["AWS_ENDPOINT_URL_CLOUDFORMATION"]) };
  return {
    target,
    place,
    accountPlace,
    account: accountFor(target, accountPlace, choices),
    prefix: `conductor-smoke-${randomBytes(5).toString("hex")}`,
  };
}

function at(endpoint: string | undefined): Pick<AwsPlace, "endpoint"> {
  return endpoint ? { endpoint } : {};
}

function accountFor(
  target: CloudTarget,
  place: AwsPlace,
  { lanes = false, serviceRole }: Choices,
): Ground["account"] {
  const clock = systemClock;
  if (lanes) {
    const role = `arn:aws:iam::${target.account}:role/agent-mesh-${target.environment}-read-only`;
    const cloud = meshCloud({ target, place, clock, bucket: "not-needed", inLane: false });
    return { cloud, reading: { target, clock, place: assumed(place, target, role) } };
  }
  if (serviceRole === undefined) return undefined;
  requireRoleOf(target, serviceRole);
  const own = { target, clock, place };
  return {
    reading: own,
    cloud: {
      target,
      simulated: false,
      reader: () => reader(own),
      planner: () => planner(own, { serviceRole, templates: undefined }),
      applier: (session) => applier(own, session, reader(own)),
    },
  };
}
