import { describe, expect, test } from "vitest";
import { type ChangeKind, missingArtifacts, PROMOTION_ARTIFACTS } from "../../../lambdas/critic/promotion.ts";
import { ref } from "../../support/records.ts";

const REQUIRED: [ChangeKind, string][] = [
  ["cloudformation", "change-set.json"],
  ["terraform", "plan.txt"],
  ["k8s", "diff.txt"],
  ["code", "test_report.json"],
];

test("every kind of change demands an artifact, and these are the kinds", () => {
  expect(Object.entries(PROMOTION_ARTIFACTS)).toEqual(REQUIRED.map(([kind, name]) => [kind, [name]]));
});

describe.each(REQUIRED)("a %s change", (kind, required) => {
  const others = REQUIRED.filter(([other]) => other !== kind).map(([, name]) => ref(name));

  test(`has all it needs with ${required}`, () => {
    expect(missingArtifacts(kind, [ref("plan.md"), ref(required)])).toEqual([]);
  });

  test.each([
    ["nothing", []],
    ["what the other kinds demand", others],
    ["its name in other letters", [ref(required.toUpperCase())]],
    ["its name within another", [ref(`old-${required}`), ref(`${required}.txt`), ref(`x/${required}`)]],
    ["it in a kind instead of a name", [ref("report", required)]],
    ["an empty one", [{ ...ref(required), bytes: 0 }]],
  ])("lacks it with %s", (_what, attached) => {
    expect(missingArtifacts(kind, attached)).toEqual([required]);
  });
});
