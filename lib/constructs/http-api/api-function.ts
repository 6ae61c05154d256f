import { readFileSync } from "node:fs";
import { type ISubnet, type IVpc, Peer, Port, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import { Effect, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  Function as Lambda,
  LoggingFormat,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { retentionOfAtLeast } from "../log-retention.ts";

/** The network a function joins to reach what has no public address. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
  /** True when the subnets lead to the internet, over IPv6 only. */
  readonly outward: boolean;
}

export interface ApiFunctionProps {
  readonly memoryMb?: number;
  readonly timeoutSeconds?: number;
  readonly network?: FunctionNetwork | undefined;
  readonly logRetentionDays?: number;
  readonly removalPolicy?: RemovalPolicy;
}

const HANDLER = readFileSync(new URL("handler.cjs", import.meta.url), "utf8");

/** A function with a role and a log group of its own: the managed policies would let it write to every log. */
export class ApiFunction extends Construct {
  readonly lambda: Lambda;

  constructor(scope: Construct, id: string, props: ApiFunctionProps = {}) {
    super(scope, id);
    const logGroup = new LogGroup(this, "Logs", {
      retention: retentionOfAtLeast(props.logRetentionDays ?? 30),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    logGroup.grantWrite(role);
    this.lambda = new Lambda(this, "Function", {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromInline(HANDLER),
      handler: "index.handler",
      memorySize: props.memoryMb ?? 256,
      timeout: Duration.seconds(props.timeoutSeconds ?? 10),
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
      ...(props.network && this.#join(props.network, role)),
    });
  }

  #join(network: FunctionNetwork, role: Role) {
    const securityGroup = new SecurityGroup(this, "SecurityGroup", {
      vpc: network.vpc,
      description: `What ${this.node.path} may reach`,
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, "S3 and DynamoDB by their gateway endpoints");
    if (network.outward) securityGroup.addEgressRule(Peer.anyIpv6(), Port.HTTPS, "AWS services by IPv6");
    for (const statement of networkInterfaces(Stack.of(this))) role.addToPolicy(statement);
    return {
      vpc: network.vpc,
      vpcSubnets: { subnets: [...network.subnets] },
      securityGroups: [securityGroup],
      ipv6AllowedForDualStack: network.outward,
      ...(network.outward && { environment: dualStackEndpoints(Stack.of(this).region) }),
    };
  }
}

/**
 * Where the AWS SDKs find the services they would look for by IPv4 only. An SQS client also needs
 * `useQueueUrlAsEndpoint: false`, or it goes where the queue's URL points.
 */
function dualStackEndpoints(region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_EVENTBRIDGE: `https://events.${region}.api.aws`,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `https://secretsmanager.${region}.api.aws`,
    AWS_ENDPOINT_URL_SQS: `https://sqs.${region}.api.aws`,
  };
}

const MANAGE_INTERFACES = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];
const DESCRIBE_INTERFACES = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];

/**
 * What Lambda needs of its role to attach a function to a network, denied to the function's own code.
 * Resources as the Lambda developer guide has them ("Giving Lambda functions access to resources in a VPC"):
 * describing takes no resource, and an interface has no id before it exists.
 */
function networkInterfaces(stack: Stack): PolicyStatement[] {
  const anyFunction = stack.formatArn({ service: "lambda", resource: "function:*" });
  return [
    new PolicyStatement({
      actions: MANAGE_INTERFACES,
      resources: [stack.formatArn({ service: "ec2", resource: "*", resourceName: "*" })],
    }),
    new PolicyStatement({ actions: DESCRIBE_INTERFACES, resources: ["*"] }),
    new PolicyStatement({
      effect: Effect.DENY,
      actions: [...MANAGE_INTERFACES, ...DESCRIBE_INTERFACES],
      resources: ["*"],
      // Any function, because naming this one would make role and function wait for each other.
      conditions: { ArnLike: { "lambda:SourceFunctionArn": anyFunction } },
    }),
  ];
}
