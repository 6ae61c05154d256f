import { ManagedPolicy, type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Architecture, LoggingFormat, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledge.ts";
import { type BundleProps, bundled } from "./bundle.ts";
import { retentionOfAtLeast } from "./log-retention.ts";

export interface MeshFunctionProps extends BundleProps {
  readonly functionName: string;
  readonly roleName: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** All that it may do, beside its own log and its traces. */
  readonly statements: readonly PolicyStatement[];
  /** Why resources in them have wildcards, by the resource. */
  readonly wildcards: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly reservedConcurrency?: number | undefined;
  readonly logRetentionDays: number;
  readonly logKey?: IKey | undefined;
}

/** One of our functions: bundled into one file, with a role, a log and traces of its own. */
export class MeshFunction extends Construct {
  readonly lambda: NodejsFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: MeshFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, "Logs", {
      logGroupName: `/aws/lambda/${props.functionName}`,
      retention: retentionOfAtLeast(props.logRetentionDays),
      ...(props.logKey && { encryptionKey: props.logKey }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, "Role", {
      roleName: props.roleName,
      description: props.description,
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    });
    logGroup.grantWrite(this.role);
    const policy = new ManagedPolicy(this, "Policy", {
      description: props.description,
      statements: [...props.statements],
    });
    policy.attachToRole(this.role);
    acknowledgeWildcards(policy, props.wildcards);
    acknowledgeWildcards(this.role, { "*": "X-Ray takes traces for no narrower resource" });
    this.lambda = new NodejsFunction(this, "Function", {
      functionName: props.functionName,
      description: props.description,
      code: bundled(this, props),
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      environment: { ...props.environment },
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role: this.role,
    });
    this.lambda.node.addDependency(policy);
  }
}
