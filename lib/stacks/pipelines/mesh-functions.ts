import { fileURLToPath } from "node:url";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import type { Construct } from "constructs";
import type { Names } from "../../../config/environments/names.ts";
import type { EnvironmentConfig } from "../../../config/environments/schema.ts";
import { MeshFunction } from "../../constructs/mesh-function.ts";
import type { FunctionLane } from "./functions.ts";
import type { Permissions } from "./permissions.ts";
import { variablesOf } from "./variables.ts";

export interface MeshFunctionSpec {
  /** The folder in lambdas/. */
  readonly name: string;
  readonly lane: FunctionLane;
  readonly description: string;
  readonly statements: readonly PolicyStatement[];
  readonly environment?: Readonly<Record<string, string>>;
  /** From the repository's root. */
  readonly files?: readonly string[] | undefined;
  readonly workers?: readonly string[] | undefined;
  readonly memoryMb?: number;
  readonly timeoutSeconds: number;
  readonly reservedConcurrency?: number | undefined;
}

export interface MeshFunctionsProps {
  readonly config: EnvironmentConfig;
  readonly names: Names;
  readonly permissions: Permissions;
  readonly logKey: IKey | undefined;
}

/** Makes the functions of one environment: what is the same of all of them stands here. */
export class MeshFunctions {
  readonly #scope: Construct;
  readonly #props: MeshFunctionsProps;

  constructor(scope: Construct, props: MeshFunctionsProps) {
    this.#scope = scope;
    this.#props = props;
  }

  add(spec: MeshFunctionSpec): NodejsFunction {
    const { config, names, permissions, logKey } = this.#props;
    const { name, lane, memoryMb = config.sizes.agentMemoryMb, files, workers, environment, ...rest } = spec;
    return new MeshFunction(this.#scope, capitalised(name), {
      ...rest,
      functionName: names.function(name),
      roleName: names.functionRole(lane, name),
      entry: fromRoot(`lambdas/${name}/index.ts`),
      environment: { ...variablesOf(config), ...environment },
      files: files?.map(fromRoot),
      workers: workers?.map(fromRoot),
      memoryMb,
      logRetentionDays: config.logRetentionDays,
      logKey,
      wildcards: permissions.wildcards(),
    }).lambda;
  }
}

export function fromRoot(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

export function capitalised(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
