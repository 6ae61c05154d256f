import type { z } from "zod";
import type { ArtifactRef, Lane } from "../artifacts/vocabulary.ts";
import { type Amounts, microUsd } from "../budget/amounts.ts";
import type { EnvironmentSettings } from "../ports.ts";
import type { ToolName, Tools } from "./tools.ts";

export interface AgentBudget {
  /** Tokens one call may take; 0 for an agent that asks no model. */
  readonly tokens: number;
  /** Minutes of work one call may take. */
  readonly minutes: number;
  readonly usd: number;
}

/** An agent's budget as the ledger counts it. */
export function amountsOf({ tokens, minutes, usd }: AgentBudget): Amounts {
  return { tokens, milliseconds: minutes * 60_000, microUsd: microUsd(usd) };
}

/** One step of a pipeline: typed input and output, a lane, tools and a budget. */
export interface Agent<Input, Output, Tool extends ToolName> {
  readonly name: string;
  readonly lane: Lane;
  readonly tools: readonly Tool[];
  readonly budget: AgentBudget;
  /** Rollback and retrospective may draw on the emergency reserve. */
  readonly emergency?: boolean;
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
  run(input: Input, tools: Pick<Tools, Tool>, call: AgentCall): Promise<Output>;
}

export interface AgentCall {
  readonly executionId: string;
  readonly idempotencyKey: string;
  readonly requestedBy: string;
  readonly settings: EnvironmentSettings;
  /** True when the account behind the cloud port is not real. */
  readonly simulated: boolean;
  now(): Date;
}

/** Infers the types of a definition. */
export function agent<Input, Output, Tool extends ToolName>(
  definition: Agent<Input, Output, Tool>,
): Agent<Input, Output, Tool> {
  return definition;
}

export interface NewArtifact {
  /** As people see it: `plan.md`. A later one of the same name takes its place in the list. */
  readonly name: string;
  /** What it is: `PlanSpec`, `Diagram` … */
  readonly kind: string;
  /** Text as it is; anything else as canonical JSON. */
  readonly content: string | object;
  /** Stored as it is, unredacted: only for what must keep its hash, and is checked for secrets elsewhere. */
  readonly verbatim?: boolean;
}

export type AppendArtifact = (artifact: NewArtifact) => Promise<ArtifactRef>;
