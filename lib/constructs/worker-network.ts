import {
  FlowLog,
  FlowLogDestination,
  FlowLogResourceType,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { acknowledgeZones } from "./acknowledge.ts";
import { retentionOfAtLeast } from "./log-retention.ts";

export interface WorkerNetworkProps {
  readonly name: string;
  readonly logKey: IKey;
  readonly logRetentionDays: number;
}

/**
 * Where workers run: subnets with a way out and a security group with no way in. A task has a public address only while
 * it runs, which costs half a cent an hour; a NAT gateway costs as much in a day as the whole tier (ADR 19).
 */
export class WorkerNetwork extends Construct {
  readonly vpc: Vpc;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { name, logKey, logRetentionDays }: WorkerNetworkProps) {
    super(scope, id);
    this.vpc = new Vpc(this, "Vpc", {
      vpcName: name,
      ipAddresses: IpAddresses.cidr("10.64.0.0/24"),
      maxAzs: 2,
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: "Workers", subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
      ],
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    });
    acknowledgeZones(this.vpc);
    this.securityGroup = new SecurityGroup(this, "Workers", {
      vpc: this.vpc as IVpc,
      description: "Workers: out by HTTPS, nothing in",
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, "AWS services and models");
    const logGroup = new LogGroup(this, "FlowLogs", {
      logGroupName: `/aws/vpc/${name}`,
      retention: retentionOfAtLeast(logRetentionDays),
      encryptionKey: logKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "FlowLogsRole", {
      roleName: `${name}-flow-logs`,
      assumedBy: new ServicePrincipal("vpc-flow-logs.amazonaws.com"),
    });
    new FlowLog(this, "FlowLog", {
      resourceType: FlowLogResourceType.fromVpc(this.vpc as IVpc),
      trafficType: FlowLogTrafficType.ALL,
      destination: FlowLogDestination.toCloudWatchLogs(logGroup, role),
    });
  }
}
