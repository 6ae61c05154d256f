import * as z from "zod";
import { BLOCK_NAMES, describeCatalog } from "../catalog/catalog.ts";
import { complianceRegime, componentName, environment, stackName } from "./vocabulary.ts";

/** Engines people ask for by name, as the block and parameter they stand for. */
const ENGINES = ["postgres", "mysql"] as const;

/** One block wanted, by its name in the catalog. */
export const requirement = z
  .strictObject({
    block: z.enum([...BLOCK_NAMES, ...ENGINES], {
      error: (issue) => `${JSON.stringify(issue.input)} is not a block; the catalog has ${describeCatalog()}`,
    }),
    name: componentName,
    parameters: z.record(z.string(), z.unknown()).default({}),
    /** Why it is wanted; the plan repeats it. */
    why: z.string().min(1).max(300).optional(),
  })
  .transform(({ block, parameters, ...rest }) =>
    block === "postgres" || block === "mysql"
      ? { ...rest, block: "database" as const, parameters: { ...parameters, engine: block } }
      : { ...rest, block, parameters },
  );

/** What somebody wants. Who asks is the caller, never a field. */
export const goalStatement = z.strictObject({
  goal: z.string().trim().min(1, "say in a sentence what you want").max(10_000),
  environment,
  stack: stackName,
  /** The blocks wanted, by name; without it Atlas reads the text. */
  requires: z
    .array(requirement)
    .min(1, "name at least one block or leave `requires` out")
    .max(
      500,
      "lists more than 500 blocks and one stack holds at most 500 resources: divide the goal between several stacks",
    )
    .optional(),
  constraints: z
    .strictObject({
      monthlyCostLimitUsd: z.number().positive().optional(),
      region: z
        .string()
        .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as "af-south-1"')
        .optional(),
      availability: z.enum(["single-az", "multi-az"]).default("single-az"),
      compliance: z.array(complianceRegime).default([]),
    })
    .prefault({}),
  stakeholders: z
    .strictObject({ owner: z.string().min(1).max(128), fallbackOwner: z.string().min(1).max(128).optional() })
    .optional(),
  /** Repositories or folders the change concerns; recorded for the reviewers. */
  repoPaths: z.array(z.string().min(1).max(1024)).max(100).default([]),
});

export type GoalStatement = z.output<typeof goalStatement>;
export type Requirement = NonNullable<GoalStatement["requires"]>[number];
