import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChangeSet } from "../../../core/artifacts/change-set.ts";
import { isIntact } from "../../../core/artifacts/dossier.ts";
import type { Risk } from "../../../core/artifacts/validation-report.ts";
import { canonicalJson } from "../../../core/digest.ts";
import { requiredGates } from "../../../core/gate/required-gates.ts";
import { blastRadius } from "../../../core/risk/blast-radius.ts";
import { assemble, type Evidence } from "../../../lambdas/critic/dossier.ts";
import { aChange, aChangeSet } from "../../support/dossiers.ts";
import { aGoal } from "../../support/goals.ts";
import { aPlan } from "../../support/plan-specs.ts";
import { AT, ref } from "../../support/records.ts";

const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const word = fc.stringMatching(/^[a-z]{1,12}$/);
const words = fc.dictionary(word, word, { maxKeys: 3 });
const account = fc.stringMatching(/^\d{12}$/);
const stack = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);

const change = fc
  .record({
    action: fc.constantFrom("add", "modify", "replace", "remove"),
    logicalId: word,
    physicalId: word,
    holdsState: fc.boolean(),
    fate: fc.constantFrom("delete", "retain", "snapshot"),
    changed: fc.array(
      fc.record({ path: word, requiresRecreation: fc.constantFrom("never", "conditionally", "always") }),
      { maxLength: 2 },
    ),
  })
  .map((changes) => aChange(changes as Parameters<typeof aChange>[0]));

/** Everything the approval must be of (law 2), each on its own. */
const COVERED = {
  template: hash,
  buildDigest: hash,
  parameters: words,
  account,
  region: fc.constantFrom("af-south-1", "eu-west-1", "us-east-1"),
  stack,
  environment: fc.constantFrom("dev", "sit", "prod"),
  policyVersion: word,
  changeSetName: word,
  changeSetArn: word,
  changeSetType: fc.constantFrom("CREATE", "UPDATE"),
  stackId: word,
  lastUpdatedAt: fc.option(word),
  drift: fc.array(
    fc.record({
      logicalId: word,
      status: fc.constantFrom("IN_SYNC", "MODIFIED", "DELETED"),
      differences: fc.constant<ChangeSet["baseline"]["drift"][number]["differences"]>([]),
    }),
    { maxLength: 2 },
  ),
  changes: fc.array(change, { maxLength: 3 }),
  previousTemplate: hash,
  previousParameters: words,
  previousTags: words,
  artifacts: fc.array(hash, { maxLength: 3 }),
  cost: fc.integer({ min: 0, max: 1000 }),
  riskScore: fc.integer({ min: 0, max: 100 }),
  owner: word,
  requestedBy: word,
  goal: word,
  executionId: word,
} as const;

type Covered = {
  [Field in keyof typeof COVERED]: (typeof COVERED)[Field] extends fc.Arbitrary<infer V> ? V : never;
};
type Field = keyof Covered;

const FIELDS = Object.keys(COVERED) as Field[];
const covered = fc.record(COVERED) as fc.Arbitrary<Covered>;

function evidenceOf(of: Covered): Evidence {
  const { account: accountId, region, environment, stack: name } = of;
  const where = { account: accountId, region, environment, stack: name } as const;
  const risk: Risk = { score: of.riskScore, level: "low", reasons: [] };
  return {
    executionId: of.executionId,
    requestedBy: of.requestedBy,
    goal: aGoal({ goal: of.goal }),
    plan: { ...aPlan(), owner: of.owner },
    made: {
      schemaVersion: "0.1",
      ...where,
      template: { ...ref("template.json"), sha256: of.template },
      parameters: of.parameters,
      tags: {},
      resources: [],
      buildDigest: of.buildDigest,
    } as Evidence["made"],
    proposed: changeSetOf(of, where as Pick<ChangeSet, "account" | "region" | "environment" | "stack">),
    report: {
      schemaVersion: "0.1",
      stage: "change",
      result: "PASS",
      policyVersion: of.policyVersion,
      findings: [],
      cost: {
        monthlyBefore: 0,
        monthlyAfter: of.cost,
        monthlyDelta: of.cost,
        atLeast: false,
        unpriced: [],
        pricesAsOf: "2026-01-01",
      },
      risk,
      blastRadius: blastRadius({ environment, stack: name, goalText: of.goal, changes: of.changes }),
      gates: requiredGates(risk, []),
    },
    artifacts: of.artifacts.map((one, index) => ({ ...ref(`artifact-${index}`), sha256: one })),
    simulated: true,
    now: new Date(AT),
  };
}

function changeSetOf(
  of: Covered,
  where: Pick<ChangeSet, "account" | "region" | "environment" | "stack">,
): ChangeSet {
  const { changes, stackId, buildDigest } = of;
  return aChangeSet({
    ...where,
    changes,
    stackId,
    buildDigest,
    name: of.changeSetName,
    arn: of.changeSetArn,
    type: of.changeSetType,
    baseline: {
      stackStatus: "UPDATE_COMPLETE",
      lastUpdatedAt: of.lastUpdatedAt,
      template: { ...ref("previous-template.json"), sha256: of.previousTemplate },
      parameters: of.previousParameters,
      tags: of.previousTags,
      drift: of.drift as ChangeSet["baseline"]["drift"],
    },
  });
}

const digestOfEvidence = (of: Covered) => assemble(evidenceOf(of)).digest;

describe("the digest of a dossier", () => {
  test.each(FIELDS)("is another with another %s, and the same with the same", (field) => {
    fc.assert(
      fc.property(covered, COVERED[field] as fc.Arbitrary<unknown>, (one, value) => {
        const other = { ...one, [field]: value };
        // Only an update has something to go back to.
        const both: Partial<Covered> = field.startsWith("previous") ? { changeSetType: "UPDATE" } : {};
        const digests = [one, other].map((of) => digestOfEvidence({ ...of, ...both }));
        expect(digests[0] === digests[1]).toBe(canonicalJson(one) === canonicalJson(other));
      }),
      { numRuns: 40 },
    );
  });

  test("is never shared by two changes", () => {
    fc.assert(
      fc.property(covered, covered, (one, other) => {
        fc.pre(canonicalJson(one) !== canonicalJson({ ...other, ...going(one) }));
        expect(digestOfEvidence(one)).not.toBe(digestOfEvidence({ ...other, ...going(one) }));
      }),
    );
    // What a new stack would go back to decides nothing.
    function going({ previousTemplate, previousParameters, previousTags }: Covered) {
      return { previousTemplate, previousParameters, previousTags };
    }
  });

  test("is of what is kept: a dossier is intact as it is assembled", () => {
    fc.assert(fc.property(covered, (of) => isIntact(assemble(evidenceOf(of)))));
  });
});
