export type FunctionLane = "read_only" | "dry_run" | "execute" | "none";

/** One function of a pipeline, as it is deployed. */
export interface FunctionSpec {
  /** The folder in lambdas/. */
  readonly name: string;
  /** As state machines call it: `${…FunctionArn}`. */
  readonly substitution: string;
  readonly lane: FunctionLane;
  readonly description: string;
  /** Whether it looks at the account's stacks. */
  readonly looks?: boolean;
  /** Whether it asks models and remembers. */
  readonly thinks?: boolean;
  readonly memoryMb?: "agentMemoryMb" | "forgeMemoryMb";
  /** Files its code reads, from the repository's root. */
  readonly files?: readonly string[];
  /** Threads it starts, in its folder. */
  readonly workers?: readonly string[];
}

/** What judges templates by policy as code: its rules and the program that reads them. */
export const SENTINEL_RULES = [
  "node_modules/@cdklabs/cdk-validator-cfnguard/bin/ubuntu/aarch64/cfn-guard",
  "policies/databases.guard",
  "policies/identity.guard",
  "policies/network.guard",
  "policies/storage.guard",
];

/** Every function that the state machines call. The lane is the one its code demands (lambdas/<name>/index.ts). */
export const FUNCTIONS: readonly FunctionSpec[] = [
  {
    name: "atlas",
    substitution: "AtlasFunctionArn",
    lane: "read_only",
    description: "Plans a goal",
    files: ["lambdas/atlas/prompt.md"],
    thinks: true,
  },
  {
    name: "forge",
    substitution: "ForgeFunctionArn",
    lane: "read_only",
    description: "Synthesizes a plan's template",
    files: ["lib/constructs/http-api/handler.cjs"],
    memoryMb: "forgeMemoryMb",
  },
  {
    name: "sentinel",
    substitution: "SentinelFunctionArn",
    lane: "read_only",
    description: "Validates a build and a change",
    files: ["node_modules/@aws/cloudformation-validate/bindings_wasm_bg.wasm", ...SENTINEL_RULES],
    workers: ["lambdas/sentinel/validity-worker.ts"],
    looks: true,
    memoryMb: "forgeMemoryMb",
  },
  {
    name: "critic",
    substitution: "CriticFunctionArn",
    lane: "read_only",
    description: "Reviews a change and assembles its dossier",
    thinks: true,
  },
  {
    name: "sweeper",
    substitution: "SweeperFunctionArn",
    lane: "read_only",
    description: "Looks back on a change and remembers it",
    thinks: true,
  },
  {
    name: "change-set",
    substitution: "ChangeSetFunctionArn",
    lane: "dry_run",
    description: "Makes and discards change sets",
    looks: true,
  },
  {
    name: "broker",
    substitution: "BrokerFunctionArn",
    lane: "execute",
    description: "Applies what was approved, watches it and undoes it",
    looks: true,
  },
  {
    name: "checkpoint",
    substitution: "CheckpointFunctionArn",
    lane: "none",
    description: "Reads an execution's signals between its steps",
  },
  {
    name: "gatekeeper",
    substitution: "GatekeeperFunctionArn",
    lane: "none",
    description: "Opens gates, waits at them and settles them",
  },
  {
    name: "stack-lock",
    substitution: "StackLockFunctionArn",
    lane: "none",
    description: "Queues an execution for its stack",
  },
  {
    name: "registrar",
    substitution: "RegistrarFunctionArn",
    lane: "none",
    description: "Records how an execution ended",
  },
];
