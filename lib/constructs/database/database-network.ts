import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { FunctionNetwork } from "../http-api/api-function.ts";
import { retentionOfAtLeast } from "../log-retention.ts";

export interface DatabaseNetworkProps {
  /** Named, never looked up: a zone that changes its place in a list would replace every subnet. */
  readonly availabilityZones: readonly string[];
  readonly logRetentionDays?: number;
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A network without a way in or out, for databases and the functions that use them.
 * S3 and DynamoDB are reached by gateway endpoints, which cost nothing.
 */
export class DatabaseNetwork extends Construct {
  readonly vpc: IVpc;

  constructor(scope: Construct, id: string, props: DatabaseNetworkProps) {
    super(scope, id);
    const vpc = new Vpc(this, "Vpc", {
      availabilityZones: [...props.availabilityZones],
      ipAddresses: IpAddresses.cidr("10.0.0.0/16"),
      natGateways: 0,
      subnetConfiguration: [{ name: "Isolated", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
      // Emptying the default group takes a custom resource, a function more than a network should need.
      restrictDefaultSecurityGroup: false,
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    });
    const flowLogs = new LogGroup(this, "FlowLogs", {
      retention: retentionOfAtLeast(props.logRetentionDays ?? 30),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    vpc.addFlowLog("FlowLog", { destination: FlowLogDestination.toCloudWatchLogs(flowLogs) });
    // CDK does not compile with exactOptionalPropertyTypes: its Vpc says "or undefined" where its IVpc does not.
    this.vpc = vpc as IVpc;
  }

  /** Where a function stands that only uses what is inside, S3 and DynamoDB. */
  forFunctions(): FunctionNetwork {
    return { vpc: this.vpc, subnets: { subnetType: SubnetType.PRIVATE_ISOLATED }, outward: false };
  }
}
