import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { RemovalPolicy } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { retentionOfAtLeast } from "./log-retention.ts";

export interface ServiceLogProps {
  /** As the service calls it. */
  readonly logGroupName: string;
  readonly retentionDays: number;
  readonly key: IKey;
}

/** A log that a service of AWS writes by itself: made before it does, as it would make one that is kept for ever in the clear. */
export function serviceLog(
  scope: Construct,
  id: string,
  { logGroupName, retentionDays, key }: ServiceLogProps,
): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName,
    retention: retentionOfAtLeast(retentionDays),
    encryptionKey: key,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
