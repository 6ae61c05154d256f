import { CfnStage } from "aws-cdk-lib/aws-apigatewayv2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { ArnFormat, type RemovalPolicy, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";

export interface ApiStageProps {
  readonly apiId: string;
  readonly requestsPerSecond: number;
  readonly retention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  readonly logGroupName?: string;
  readonly logKey?: IKey | undefined;
}

/** The one stage of an HTTP API: deployed by itself, throttled, every request in a log. */
export function addStage(scope: Construct, props: ApiStageProps): CfnStage {
  const { apiId, requestsPerSecond, retention, removalPolicy, logGroupName, logKey } = props;
  const logs = new LogGroup(scope, "AccessLogs", {
    retention,
    removalPolicy,
    ...(logGroupName && { logGroupName }),
    ...(logKey && { encryptionKey: logKey }),
  });
  return new CfnStage(scope, "Stage", {
    apiId,
    stageName: "$default",
    autoDeploy: true,
    accessLogSettings: { destinationArn: arnOf(logs), format: ACCESS_LOG_FORMAT },
    defaultRouteSettings: {
      throttlingRateLimit: requestsPerSecond,
      throttlingBurstLimit: requestsPerSecond,
    },
  });
}

/** CloudFormation's own attribute ends in `:*`, which API Gateway would have to strip. */
function arnOf(logs: LogGroup): string {
  return Stack.of(logs).formatArn({
    service: "logs",
    resource: "log-group",
    resourceName: logs.logGroupName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTime",
  caller: "$context.identity.caller",
  sourceIp: "$context.identity.sourceIp",
  routeKey: "$context.routeKey",
  status: "$context.status",
  responseLength: "$context.responseLength",
  latencyMs: "$context.responseLatency",
  error: "$context.integrationErrorMessage",
});
