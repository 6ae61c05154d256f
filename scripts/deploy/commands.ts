import { environmentNamed } from "../../config/environments/index.ts";
import { namesOf } from "../../config/environments/names.ts";
import { type EnvironmentConfig, has } from "../../config/environments/schema.ts";
import { NamedError } from "../../core/errors.ts";

/** What can be deployed by itself, from the ground up; each comes with what it stands on. */
export const STACKS = ["budget", "small", "medium", "large", "pipelines"] as const;
export type StackChoice = (typeof STACKS)[number];

export class DeployError extends NamedError<
  | "DestructionRefused"
  | "NotConfirmed"
  /** The environment's configuration has a smaller tier. */
  | "TierNotConfigured"
> {}

export interface Choices {
  readonly env: string;
  readonly tier: StackChoice;
  /** Wider rights are deployed without asking: whoever approves the deployment elsewhere has agreed to them. */
  readonly yes?: boolean;
}

/** How the work is done; a test does it otherwise. */
export interface Means {
  /** @throws AccountError, AwsError */
  guard(config: EnvironmentConfig): Promise<void>;
  /** Runs cdk with these arguments; gives its exit status. */
  cdk(args: readonly string[]): Promise<number>;
  /** Asks somebody to type a text; undefined when nobody is there. */
  typed(question: string): Promise<string | undefined>;
}

/** @throws UnknownEnvironment, AccountError, AwsError */
export async function deploy({ env, tier, yes = false }: Choices, { guard, cdk }: Means): Promise<number> {
  const config = environmentNamed(env);
  requireConfigured(config, tier);
  await guard(config);
  return await cdk([
    "deploy",
    stackOf(config, tier),
    ...contextOf(config),
    "--require-approval",
    yes ? "never" : "broadening",
  ]);
}

/** @throws UnknownEnvironment, AccountError, AwsError */
export async function diff({ env, tier }: Choices, { guard, cdk }: Means): Promise<number> {
  const config = environmentNamed(env);
  requireConfigured(config, tier);
  await guard(config);
  return await cdk(["diff", stackOf(config, tier), ...contextOf(config)]);
}

/**
 * Removes a stack, and before it those that stand on it, after somebody has typed its name. What is retained stays, and
 * is named by CloudFormation.
 * @throws DeployError, UnknownEnvironment, AccountError, AwsError
 */
export async function destroy({ env, tier }: Choices, { guard, cdk, typed }: Means): Promise<number> {
  const config = environmentNamed(env);
  if (config.environment === "prod")
    throw new DeployError(
      "DestructionRefused",
      "prod is never destroyed by a script: whoever must, takes the stack's termination protection away in the console first",
    );
  requireConfigured(config, tier);
  await guard(config);
  const stack = stackOf(config, tier);
  const going = STACKS.slice(STACKS.indexOf(tier))
    .filter((one) => isConfigured(config, one))
    .map((one) => stackOf(config, one))
    .toReversed();
  const answer = await typed(
    `This removes ${going.join(", ")} from account ${config.account}. Type ${stack} to go on`,
  );
  if (answer !== stack)
    throw new DeployError("NotConfirmed", `nothing was removed: ${stack} was not typed as its name`);
  return await cdk(["destroy", ...going, ...contextOf(config), "--exclusively", "--force"]);
}

function isConfigured(config: EnvironmentConfig, tier: StackChoice): boolean {
  return tier === "budget" || tier === "pipelines" || has(config, tier);
}

/** @throws DeployError */
function requireConfigured(config: EnvironmentConfig, tier: StackChoice): void {
  if (isConfigured(config, tier)) return;
  const { environment } = config;
  throw new DeployError(
    "TierNotConfigured",
    `${environment} is of the ${config.tier} tier: set tier: "${tier}" in config/environments/${environment}.ts first`,
  );
}

function stackOf(config: EnvironmentConfig, tier: StackChoice): string {
  return namesOf(config).stack(tier);
}

function contextOf({ environment }: EnvironmentConfig): string[] {
  return ["-c", `env=${environment}`];
}
