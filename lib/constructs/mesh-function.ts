import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ManagedPolicy, type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Architecture, LoggingFormat, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledge.ts";
import { retentionOfAtLeast } from "./log-retention.ts";

export interface MeshFunctionProps {
  readonly functionName: string;
  readonly roleName: string;
  readonly description: string;
  /** The file whose `handler` is called. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Files that stand beside the bundle because its code reads them there. */
  readonly files?: readonly string[] | undefined;
  /** Threads of their own, each bundled for itself beside it as CommonJS. */
  readonly workers?: readonly string[] | undefined;
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

/** Modules that are found at run time need `require`, which an ES module lacks. */
const BANNER = "import{createRequire as r}from'node:module';const require=r(import.meta.url);";

/** What bundles have in place of a library, without what no function of ours uses of it. */
const INSTEAD = Object.fromEntries(
  [
    ["@aws-sdk/credential-provider-node", "credential-provider-node.ts"],
    ["zod", "zod.ts"],
  ].map(([library, file]) => [
    `--alias:${library}`,
    fileURLToPath(new URL(`../../lambdas/bundling/${file}`, import.meta.url)),
  ]),
);

function bundleWorker(entry: string, output: string): string {
  const outfile = join(output, `${basename(entry, ".ts")}.cjs`);
  const flags = ["--bundle", "--minify", "--platform=node", "--target=node24", "--format=cjs"];
  return ["npx --no-install esbuild", quoted(entry), ...flags, `--outfile=${quoted(outfile)}`].join(" ");
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
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
      entry: props.entry,
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
      bundling: {
        format: OutputFormat.ESM,
        target: "node24",
        minify: true,
        mainFields: ["module", "main"],
        banner: BANNER,
        // The SDK as it was tested, not whatever the runtime has that day.
        externalModules: [],
        esbuildArgs: INSTEAD,
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (_, output) => [
            ...(props.files ?? []).map((file) => `cp ${quoted(file)} ${quoted(output)}`),
            ...(props.workers ?? []).map((worker) => bundleWorker(worker, output)),
          ],
        },
      },
    });
    this.lambda.node.addDependency(policy);
  }
}
