import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { Clock } from "../../../core/clock.ts";
import type { CloudTarget } from "../../../core/cloud/cloud.ts";
import { type AwsPlace, clientOf } from "../clients.ts";

/** One account as one lane sees it: its own credentials, and clients that are made when they are first needed. */
export interface Account {
  readonly target: CloudTarget;
  readonly clock: Clock;
  readonly place: AwsPlace;
}

export function cloudFormation({ place }: Account): CloudFormationClient {
  return clientOf(place, CloudFormationClient);
}
