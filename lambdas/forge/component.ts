import { RemovalPolicy } from "aws-cdk-lib/core";
import type { BlockName } from "../../core/catalog/catalog.ts";

/** Where a template is meant for, and what its environment asks of every block alike. */
export interface BuildContext {
  readonly stack: string;
  readonly environment: "dev" | "sit" | "prod";
  readonly account: string;
  readonly region: string;
  /** Keep what holds data when it leaves the stack or is replaced. */
  readonly retain: boolean;
  readonly logRetentionDays: number;
  readonly tags: Readonly<Record<string, string>>;
  /** The two zones databases live in; the region's first two when absent. */
  readonly availabilityZones?: readonly string[];
}

/** One block of the plan under the name it has there. */
export interface Component {
  /** The same as `name`. */
  readonly id: string;
  readonly block: BlockName;
  readonly name: string;
  /** As the block's schema returned them. */
  readonly parameters: object;
  /** The names of the components its function may reach. */
  readonly uses: readonly string[];
}

export function removalPolicyOf({ retain }: BuildContext): RemovalPolicy {
  // Except on create: a creation that is rolled back must not leave litter that holds nothing.
  return retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
