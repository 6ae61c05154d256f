import { FlowLogDestination, IpAddresses, type IVpc, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { FunctionNetwork } from "../http-api/api-function.ts";
import { retentionOfAtLeast } from "../log-retention.ts";
import { GATEWAY_SERVICES } from "./gateway-services.ts";
import { OutwardSubnets } from "./outward-subnets.ts";

export interface DatabaseNetworkProps {
  /** Named, never looked up: a zone that changed its place in a list would replace every subnet. */
  readonly availabilityZones: readonly string[];
  readonly logRetentionDays?: number;
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A network without a way in or out, for databases and the functions that use them.
 * S3 and DynamoDB are reached by gateway endpoints, which cost nothing.
 */
export class DatabaseNetwork extends Construct {
  readonly #vpc: Vpc;
  readonly #availabilityZones: readonly string[];
  #outward: OutwardSubnets | undefined;

  constructor(scope: Construct, id: string, props: DatabaseNetworkProps) {
    super(scope, id);
    this.#availabilityZones = props.availabilityZones;
    this.#vpc = new Vpc(this, "Vpc", {
      availabilityZones: [...props.availabilityZones],
      ipAddresses: IpAddresses.cidr("10.0.0.0/16"),
      natGateways: 0,
      subnetConfiguration: [{ name: "Isolated", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
      // Emptying the default group takes a custom resource, more of a function than a network should need.
      restrictDefaultSecurityGroup: false,
    });
    for (const [name, service] of Object.entries(GATEWAY_SERVICES))
      this.#vpc.addGatewayEndpoint(name, { service });
    const flowLogs = new LogGroup(this, "FlowLogs", {
      retention: retentionOfAtLeast(props.logRetentionDays ?? 30),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    this.#vpc.addFlowLog("FlowLog", { destination: FlowLogDestination.toCloudWatchLogs(flowLogs) });
  }

  /** CDK is not compiled with exactOptionalPropertyTypes: its Vpc says "or undefined" where its IVpc does not. */
  get vpc(): IVpc {
    return this.#vpc as IVpc;
  }

  /** Where a function stands that uses nothing but the databases, S3 and DynamoDB. */
  forFunctions(): FunctionNetwork {
    return { vpc: this.vpc, subnets: this.#vpc.isolatedSubnets, outward: false };
  }

  /** Where a function stands that also calls other AWS services. The subnets are made when first asked for. */
  forOutwardFunctions(): FunctionNetwork {
    this.#outward ??= new OutwardSubnets(this, "Outward", {
      vpc: this.#vpc,
      availabilityZones: this.#availabilityZones,
    });
    return { vpc: this.vpc, subnets: this.#outward.subnets, outward: true };
  }
}
