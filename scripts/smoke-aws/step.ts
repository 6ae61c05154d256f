import type { AwsPlace } from "../../adapters/aws/clients.ts";
import type { Account } from "../../adapters/aws/cloud/account.ts";
import type { Cloud, CloudTarget } from "../../core/cloud/cloud.ts";

/** An account at which assumptions are tried, and the names of whatever is made there. */
export interface Ground {
  readonly target: CloudTarget;
  readonly place: AwsPlace;
  /** For CloudFormation and STS. */
  readonly accountPlace: AwsPlace;
  /** Undefined without a role that CloudFormation may work with. */
  readonly account: { readonly cloud: Cloud; readonly reading: Account } | undefined;
  /** Begins every name of what is made. */
  readonly prefix: string;
}

export interface Step {
  readonly what: string;
  /** Numbers in docs/unproven.md. */
  readonly proves: readonly number[];
  run(ground: Ground): Promise<void>;
}

/** A step that makes something, and takes it away again whatever happens. */
export interface MakingStep extends Step {
  /** By its name. */
  makes(ground: Ground): string;
  readonly costs: string;
  cleanUp(ground: Ground): Promise<void>;
  /** Why it cannot be tried here. */
  cannot?(ground: Ground): string | undefined;
}

/** @throws Error that says what was found in place of what is assumed */
export function require(holds: boolean, found: string): asserts holds {
  if (!holds) throw new Error(`not as assumed: ${found}`);
}

/** The name of the error a call ends with; undefined when it ends without. */
export async function errorOf(call: Promise<unknown>): Promise<string | undefined> {
  return await call.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
}

/** Takes something away; that it was never made, or is gone, is all right. */
export async function away(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof Error && GONE.has(error.name))) throw error;
  }
}

const GONE: ReadonlySet<string> = new Set(["ResourceNotFoundException", "NoSuchBucket"]);
