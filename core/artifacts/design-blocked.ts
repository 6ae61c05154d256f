import * as z from "zod";
import { schemaVersion, usd } from "./vocabulary.ts";

const relaxation = z.strictObject({
  /** The goal's field to change, for example `constraints.monthlyCostLimitUsd`. */
  field: z.string(),
  from: z.union([z.string(), z.number(), z.boolean()]),
  to: z.union([z.string(), z.number(), z.boolean()]),
  description: z.string(),
});

/** Atlas's answer when the goal's constraints cannot all hold. */
export const designBlocked = z.strictObject({
  schemaVersion,
  reason: z.string(),
  clashes: z.array(z.strictObject({ constraint: z.string(), asked: z.string(), needed: z.string() })).min(1),
  /** The least change to the goal that would let a design through. */
  smallestRelaxation: relaxation,
  /** What has to be relaxed with it, where one change alone would not do. */
  together: z.array(relaxation).default([]),
  /** What would do instead, each by itself. */
  alternatives: z.array(relaxation),
  /** Monthly cost of the cheapest design that was tried; null when cost is not the clash. */
  cheapestMonthlyUsd: usd.nullable(),
  attempts: z.int().positive(),
  /** What people have agreed to before; whoever plans on keeps all of it. */
  agreed: z.array(relaxation).default([]),
});

export type DesignBlocked = z.output<typeof designBlocked>;
export type Relaxation = z.output<typeof relaxation>;

type Asked = Pick<DesignBlocked, "smallestRelaxation" | "together">;

/** Everything that people agree to when they agree. */
export function relaxationsOf({ smallestRelaxation, together }: Asked): Relaxation[] {
  return [smallestRelaxation, ...together];
}

/** The same in words. */
export function relaxationText(asked: Asked): string {
  return relaxationsOf(asked)
    .map(({ description }) => description)
    .join(", and ");
}
