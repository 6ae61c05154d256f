import fc from "fast-check";
import type { GoalStatement } from "../../core/artifacts/goal-statement.ts";
import type { BlockName } from "../../core/catalog/catalog.ts";
import { parseGoal } from "../../core/plan/goal.ts";

export const GOAL = { goal: "A table for our orders", environment: "dev", stack: "shop" } as const;

/** A goal as somebody would submit it, in dev for the stack `shop`. */
export function aGoal(changes: object = {}): GoalStatement {
  return parseGoal({ ...GOAL, ...changes }, "the goal");
}

const parameters: Readonly<Record<BlockName, fc.Arbitrary<object>>> = {
  kv_store: fc.record(
    { pointInTimeRecovery: fc.boolean(), customerManagedKey: fc.boolean(), sortKey: fc.constant("at") },
    { requiredKeys: [] },
  ),
  artifacts_bucket: fc.record(
    { versioned: fc.boolean(), customerManagedKey: fc.boolean(), expireAfterDays: fc.constantFrom(1, 365) },
    { requiredKeys: [] },
  ),
  event_bus: fc.record({ archiveDays: fc.constantFrom(0, 1, 365) }, { requiredKeys: [] }),
  task_queue: fc.record({ retentionDays: fc.constantFrom(1, 14) }, { requiredKeys: [] }),
  secret: fc.record(
    { length: fc.constantFrom(16, 128), customerManagedKey: fc.boolean() },
    { requiredKeys: [] },
  ),
  http_api: fc.record(
    {
      memoryMb: fc.constantFrom(128, 1024, 10_240),
      authorization: fc.constantFrom("iam", "none"),
      routes: fc.constantFrom(["GET /"], ["GET /a", "POST /a", "DELETE /a/{id}"]),
    },
    { requiredKeys: [] },
  ),
  database: fc.record(
    {
      engine: fc.constantFrom("postgres", "mysql"),
      storageGb: fc.constantFrom(20, 100, 500),
      instanceClass: fc.constantFrom("db.t4g.micro", "db.t4g.medium", "db.r6g.large"),
      multiAz: fc.boolean(),
      backupDays: fc.constantFrom(1, 35),
      customerManagedKey: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
};

const requirement = fc
  .constantFrom(...(Object.keys(parameters) as BlockName[]))
  .chain((block) => parameters[block].map((chosen) => ({ block, parameters: chosen })));

/** Goals of every kind: any blocks with any parameters, anywhere, under any constraints that need not agree. */
export const anyGoal: fc.Arbitrary<GoalStatement> = fc
  .record({
    environment: fc.constantFrom("dev", "sit", "prod"),
    requires: fc
      .array(requirement, { minLength: 1, maxLength: 5 })
      .map((all) => all.map((one, index) => ({ ...one, name: `part-${index}` }))),
    constraints: fc.record(
      {
        monthlyCostLimitUsd: fc.constantFrom(0.01, 1, 5, 20, 40, 100, 1000),
        availability: fc.constantFrom("single-az", "multi-az"),
        compliance: fc.subarray(["popia", "pci-dss"]),
        region: fc.constantFrom("af-south-1", "af-south-1", "eu-west-1"),
      },
      { requiredKeys: [] },
    ),
  })
  .map(aGoal);
