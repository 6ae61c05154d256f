import { describe, expect, test } from "vitest";
import type { ChangeSet } from "../../../core/artifacts/change-set.ts";
import { changeReport } from "../../../core/artifacts/validation-report.ts";
import { driftFindings } from "../../../lambdas/sentinel/drift.ts";
import { handler } from "../../../lambdas/sentinel/handler.ts";
import { aChangeSet } from "../../support/dossiers.ts";
import { underReview } from "../../support/reviews.ts";

const { baseline } = aChangeSet();
type Drift = ChangeSet["baseline"]["drift"];

const MODIFIED: Drift[number] = {
  logicalId: "Table",
  status: "MODIFIED",
  differences: [{ path: "/BillingMode", expected: "PAY_PER_REQUEST", actual: "PROVISIONED" }],
};
const found = (...drift: Drift) => driftFindings(aChangeSet({ baseline: { ...baseline, drift } }));

describe("a resource that the change touches", () => {
  test("and somebody changed by hand is named with what is different", () => {
    expect(found(MODIFIED)).toMatchObject([
      {
        rule: "drifted",
        severity: "warning",
        resource: "Table",
        message:
          "Table was changed outside its stack: /BillingMode is PROVISIONED instead of PAY_PER_REQUEST",
      },
    ]);
  });

  test("and somebody deleted is named as well", () => {
    const [finding] = found({ logicalId: "Table", status: "DELETED", differences: [] });
    expect(finding?.message).toBe("Table was deleted outside its stack");
  });

  test.each(["IN_SYNC", "NOT_CHECKED"] as const)("is not mentioned when it is %s", (status) => {
    expect(found({ logicalId: "Table", status, differences: [] })).toEqual([]);
  });

  test("has its first differences listed and the others counted, each value within bounds", () => {
    const difference = { path: "/Tags", expected: "x", actual: "y".repeat(10_000) };
    const [finding] = found({ ...MODIFIED, differences: Array(9).fill(difference) });
    expect(finding?.message).toContain("and 4 more");
    expect(finding?.message.length).toBeLessThan(1_500);
  });
});

test("approvers find drift among the findings, and it alone fails no change", async () => {
  const { desk, refs } = await underReview({
    changeSet: { baseline: { ...baseline, template: null, drift: [MODIFIED] } },
  });
  expect(await desk.call((input) => handler(input, desk.world), refs)).toMatchObject({ result: "PASS" });
  const report = changeReport.parse(await desk.json("validation-report.json"));
  expect(report.findings).toMatchObject([{ rule: "drifted", resource: "Table" }]);
});
