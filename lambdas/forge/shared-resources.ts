import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { type Stack, Tags } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { AccessLogBucket } from "../../lib/constructs/access-log-bucket.ts";
import { DataKey } from "../../lib/constructs/data-key.ts";
import { DatabaseNetwork } from "../../lib/constructs/database/database-network.ts";
import { type BuildContext, removalPolicyOf } from "./component.ts";

/** What a stack's blocks have in common: each is built when first asked for, and is the same whoever asked. */
export class SharedResources {
  readonly #stack: Stack;
  readonly #context: BuildContext;

  constructor(stack: Stack, context: BuildContext) {
    this.#stack = stack;
    this.#context = context;
  }

  get accessLogs(): Bucket {
    const retentionDays = this.#context.logRetentionDays;
    return this.#once("AccessLogs", (id) => new AccessLogBucket(this.#stack, id, { retentionDays })).bucket;
  }

  get dataKey(): IKey {
    const props = {
      description: `Data of the stack ${this.#context.stack}`,
      removalPolicy: removalPolicyOf(this.#context),
    };
    return this.#once("DataKey", (id) => new DataKey(this.#stack, id, props)).key;
  }

  get network(): DatabaseNetwork {
    const { region, logRetentionDays, availabilityZones = firstZonesOf(region) } = this.#context;
    const removalPolicy = removalPolicyOf(this.#context);
    const props = { availabilityZones, logRetentionDays, removalPolicy };
    return this.#once("Network", (id) => new DatabaseNetwork(this.#stack, id, props));
  }

  #once<Shared extends Construct>(id: string, build: (id: string) => Shared): Shared {
    const existing = this.#stack.node.tryFindChild(id);
    if (existing) return existing as Shared;
    const built = build(id);
    Tags.of(built).add("Name", `${this.#context.stack}-${id}`);
    return built;
  }
}

/** True for the construct id of something shared: it begins with a capital, which no component's name does. */
export function isShared(id: string): boolean {
  return /^[A-Z]/.test(id);
}

function firstZonesOf(region: string): readonly string[] {
  return [`${region}a`, `${region}b`];
}
