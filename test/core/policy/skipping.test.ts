import { expect, test } from "vitest";
import { maySkip, skipsGates } from "../../../core/policy/skipping.ts";

test("only in dev a gate may be skipped, and only the ordinary approval that one person could give", () => {
  const environments = ["dev", "sit", "prod"] as const;
  const types = [
    "human_approval",
    "security_check",
    "compliance_check",
    "design_review",
    "stack_recovery",
  ] as const;
  const skippable = environments.flatMap((environment) =>
    types.flatMap((type) =>
      [1, 2, 3]
        .filter((requiredApprovals) => maySkip({ environment, type, requiredApprovals }))
        .map((n) => `${environment} ${type} ${n}`),
    ),
  );
  expect(skippable).toEqual(["dev human_approval 1"]);
  expect(environments.filter(skipsGates)).toEqual(["dev"]);
});
