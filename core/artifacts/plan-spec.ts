import * as z from "zod";
import { BLOCK_NAMES } from "../catalog/catalog.ts";
import { remembered } from "../memory/remembered.ts";
import {
  answerSource,
  complianceRegime,
  componentName,
  environment,
  lane,
  schemaVersion,
  sha256Hex,
  stackName,
  usd,
} from "./vocabulary.ts";

const component = z.strictObject({
  name: componentName,
  block: z.enum(BLOCK_NAMES),
  /** Complete: the block's defaults, the environment's sizing and the goal's own wishes, in that order. */
  parameters: z.record(z.string(), z.unknown()),
  /** Components its function may reach. */
  uses: z.array(componentName),
  why: z.string(),
});

const phase = z.strictObject({
  number: z.int().positive(),
  lane,
  title: z.string(),
  steps: z.array(z.string()).min(1),
});

/** Atlas's answer to a goal. */
export const planSpec = z.strictObject({
  schemaVersion,
  source: answerSource,
  /** Which model answered, or why none of those configured did. */
  sourceNote: z.string().optional(),
  /** 1 for the first design, more when the earlier ones clashed with a constraint. */
  attempt: z.int().positive(),
  /** Of the goal as it was submitted. */
  goalSha256: sha256Hex,
  summary: z.string(),
  stack: stackName,
  environment,
  account: z.string().regex(/^\d{12}$/),
  region: z.string(),
  availability: z.enum(["single-az", "multi-az"]),
  compliance: z.array(complianceRegime),
  components: z.array(component).min(1),
  phases: z.array(phase).length(3),
  /** Values for the template's parameters. */
  parameters: z.record(z.string(), z.string()),
  budgets: z.strictObject({
    tokens: z.int().nonnegative(),
    minutes: z.number().nonnegative(),
    usd,
    monthlyCostLimitUsd: usd.optional(),
  }),
  cost: z.strictObject({ monthlyUsd: usd, atLeast: z.boolean() }),
  assumptions: z.array(z.string()),
  constraints: z.array(z.string()),
  exitCriteria: z.array(z.string()).min(1),
  wontDo: z.array(z.string()).min(1),
  rollback: z.string(),
  /** Mermaid source. */
  diagram: z.string(),
  owner: z.string(),
  fallbackOwner: z.string().optional(),
  /** What Atlas was told of earlier changes; nothing in the plan follows from it. */
  remembered: remembered.optional(),
});

export type PlanSpec = z.output<typeof planSpec>;
export type PlannedComponent = PlanSpec["components"][number];
