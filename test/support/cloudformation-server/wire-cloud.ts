import { onTestFinished } from "vitest";
import type { Patience } from "../../../adapters/aws/clients.ts";
import { awsCloud } from "../../../adapters/aws/cloud.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Cloud } from "../../../core/cloud/cloud.ts";
import type { BehindOptions } from "./account-behind.ts";
import { FUNCTION_KEY } from "./identities.ts";
import { startCloudFormation, type WireAccount } from "./server.ts";

/** A server that goes with the test. */
export async function wireAccount(options: BehindOptions): Promise<WireAccount> {
  const account = await startCloudFormation(options);
  onTestFinished(() => account.close());
  return account;
}

/** The AWS adapter at the other end of the wire, each lane in a role of its own. */
export function wireCloud(
  { target, url, identities }: WireAccount,
  clock: Clock,
  patience: Partial<Patience> = {},
): Cloud {
  const { readOnly, dryRun, apply, service } = identities.roles;
  return awsCloud({
    target,
    clock,
    place: { region: target.region, endpoint: url, credentials: FUNCTION_KEY, patience },
    roles: { readOnly, dryRun, apply, service },
    templates: { bucket: "agent-mesh-dev-artifacts", prefix: "templates/" },
  });
}
