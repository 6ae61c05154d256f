import type { Service } from "./service.ts";
import { httpApi, restApi, restStage } from "./services/api-gateway.ts";
import { distribution } from "./services/cloudfront.ts";
import {
  alarm,
  applicationScalingPolicy,
  canary,
  compositeAlarm,
  dashboard,
  machineScalingPolicy,
  metricStream,
} from "./services/cloudwatch.ts";
import { userPool, userPoolClient } from "./services/cognito.ts";
import { globalTable, table } from "./services/dynamodb.ts";
import { volume } from "./services/ebs.ts";
import { autoScalingGroup, instance } from "./services/ec2.ts";
import { ecsCluster, ecsService, eksCluster } from "./services/ecs.ts";
import { fileSystem } from "./services/efs.ts";
import { nodegroup } from "./services/eks-nodes.ts";
import { cacheCluster, replicationGroup, serverlessCache } from "./services/elasticache.ts";
import { classicLoadBalancer, loadBalancer } from "./services/elb.ts";
import { apiDestination, archive, eventBus, pipe, rule, schedule } from "./services/events.ts";
import { deliveryStream, stream, streamConsumer } from "./services/kinesis.ts";
import { key, replicaKey } from "./services/kms.ts";
import { eventSourceMapping, lambdaAlias, lambdaFunction, lambdaVersion } from "./services/lambda.ts";
import { logGroup, metricFilter } from "./services/logs.ts";
import {
  backupVault,
  configRecorder,
  configRule,
  emailIdentity,
  eventDataStore,
  parameter,
  pipeline,
  repository,
  trail,
  workGroup,
} from "./services/operations.ts";
import { certificate, certificateAuthority, databaseProxy, webAcl } from "./services/protection.ts";
import { databaseCluster } from "./services/rds-aurora.ts";
import { databaseInstance } from "./services/rds-instance.ts";
import { healthCheck, hostedZone, privateDnsNamespace, resolverEndpoint } from "./services/route53.ts";
import { bucket } from "./services/s3.ts";
import { secret } from "./services/secrets-manager.ts";
import { subscription, topic } from "./services/sns.ts";
import { queue } from "./services/sqs.ts";
import { stateMachine } from "./services/step-functions.ts";
import {
  clientVpnAssociation,
  clientVpnEndpoint,
  elasticIp,
  flowLog,
  natGateway,
  transitGatewayAttachment,
  transitGatewayVpcAttachment,
  vpcEndpoint,
  vpnConnection,
} from "./services/vpc.ts";

const SERVICES: readonly Service[] = [
  httpApi,
  restApi,
  restStage,
  distribution,
  alarm,
  applicationScalingPolicy,
  canary,
  compositeAlarm,
  dashboard,
  machineScalingPolicy,
  metricStream,
  userPool,
  userPoolClient,
  globalTable,
  table,
  volume,
  autoScalingGroup,
  instance,
  ecsCluster,
  ecsService,
  eksCluster,
  fileSystem,
  nodegroup,
  cacheCluster,
  replicationGroup,
  serverlessCache,
  classicLoadBalancer,
  loadBalancer,
  apiDestination,
  archive,
  eventBus,
  pipe,
  rule,
  schedule,
  deliveryStream,
  stream,
  streamConsumer,
  key,
  replicaKey,
  eventSourceMapping,
  lambdaAlias,
  lambdaFunction,
  lambdaVersion,
  logGroup,
  metricFilter,
  backupVault,
  configRecorder,
  configRule,
  emailIdentity,
  eventDataStore,
  parameter,
  pipeline,
  repository,
  trail,
  workGroup,
  certificate,
  certificateAuthority,
  databaseProxy,
  webAcl,
  databaseCluster,
  databaseInstance,
  healthCheck,
  hostedZone,
  privateDnsNamespace,
  resolverEndpoint,
  bucket,
  secret,
  subscription,
  topic,
  queue,
  stateMachine,
  clientVpnAssociation,
  clientVpnEndpoint,
  elasticIp,
  flowLog,
  natGateway,
  transitGatewayAttachment,
  transitGatewayVpcAttachment,
  vpcEndpoint,
  vpnConnection,
];

const BY_TYPE = new Map(SERVICES.map((service) => [service.type, service]));

export const PRICED_TYPES: readonly string[] = [...BY_TYPE.keys()];

export function serviceOf(type: string): Service | undefined {
  return BY_TYPE.get(type);
}
