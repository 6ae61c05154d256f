import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ResourceChange } from "../../../core/artifacts/change-set.ts";
import type { RollbackPlan } from "../../../core/artifacts/dossier.ts";
import type { Risk } from "../../../core/artifacts/validation-report.ts";
import type { Environment } from "../../../core/artifacts/vocabulary.ts";
import { changeOfChangeSet } from "../../../core/change/of-change-set.ts";
import { requiredGates } from "../../../core/gate/required-gates.ts";
import { blastRadius } from "../../../core/risk/blast-radius.ts";
import { score as scoreOf } from "../../../core/risk/score.ts";
import type { JsonObject, Template } from "../../../core/template/template.ts";

/** A change set as the pipeline has it. */
interface Asked {
  readonly environment: Environment;
  readonly changes: readonly ResourceChange[];
  readonly template: Template;
  readonly before?: Template | undefined;
  readonly wayBack?: RollbackPlan;
}

function score({ environment, wayBack, ...parts }: Asked): Risk {
  return scoreOf({ environment, wayBack, change: changeOfChangeSet(parts) });
}

function change(changes: Partial<ResourceChange> = {}): ResourceChange {
  return {
    action: "add",
    logicalId: "Thing",
    type: "AWS::SNS::Topic",
    holdsState: false,
    changed: [],
    ...changes,
  };
}

function subject(
  changes: readonly ResourceChange[],
  properties: JsonObject = {},
  more: Partial<Asked> = {},
): Asked {
  const resources = changes.map(({ logicalId, type }) => [logicalId, { Type: type, Properties: properties }]);
  return {
    environment: "dev",
    changes,
    template: { Resources: Object.fromEntries(resources) } as Template,
    ...more,
  };
}

const database = { type: "AWS::RDS::DBInstance", holdsState: true } as const;
const everything = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

describe("the risk of a change", () => {
  test.each<[string, Asked, string, number]>([
    ["nothing", subject([]), "low", 0],
    ["a topic", subject([change()]), "low", 0],
    ["a topic in sit", subject([change()], {}, { environment: "sit" }), "low", 5],
    ["a topic in prod", subject([change()], {}, { environment: "prod" }), "low", 15],
    ["replacing what holds nothing", subject([change({ action: "replace" })]), "low", 5],
    ["losing a database", subject([change({ ...database, action: "remove", fate: "delete" })]), "high", 55],
    [
      "losing a database whose fate nobody knows",
      subject([change({ ...database, action: "remove" })]),
      "high",
      55,
    ],
    [
      "losing a database that leaves a snapshot",
      subject([change({ ...database, action: "replace", fate: "snapshot" })]),
      "high",
      45,
    ],
    [
      "losing a database that is retained",
      subject([change({ ...database, action: "remove", fate: "retain" })]),
      "low",
      15,
    ],
    [
      "losing a database in prod",
      subject([change({ ...database, action: "remove" })], {}, { environment: "prod" }),
      "high",
      70,
    ],
    ["every right on everything", subject([change({ type: "AWS::IAM::Policy" })], everything), "high", 70],
    [
      "every right on everything in prod",
      subject([change({ type: "AWS::IAM::Policy" })], everything, { environment: "prod" }),
      "critical",
      85,
    ],
    [
      "a public database",
      subject([change(database)], { PubliclyAccessible: true, StorageEncrypted: true }),
      "high",
      60,
    ],
    ["a bucket that says nothing of public access", subject([change({ type: "AWS::S3::Bucket" })]), "low", 0],
    [
      "a bucket that blocks nothing",
      subject([change({ type: "AWS::S3::Bucket" })], {
        PublicAccessBlockConfiguration: { BlockPublicPolicy: false },
      }),
      "high",
      50,
    ],
    ["a route that anybody may call", subject([change({ type: "AWS::ApiGatewayV2::Route" })]), "low", 15],
    [
      "a function that anybody may call",
      subject([change({ type: "AWS::Lambda::Url" })], { AuthType: "NONE" }),
      "high",
      45,
    ],
    [
      "where clients go",
      subject([change({ type: "AWS::Route53::RecordSet", action: "modify" })]),
      "medium",
      24,
    ],
  ])("is weighed: %s", (_what, asked, level, points) => {
    expect(score(asked)).toMatchObject({ level, score: points });
  });

  test("is what it is in whatever order the changes come", () => {
    fc.assert(
      fc.property(changesOf, fc.infiniteStream(fc.nat()), ({ changes, template, environment }, weights) => {
        const turned = changes
          .map((one) => ({ one, weight: weights.next().value as number }))
          .sort((a, b) => a.weight - b.weight)
          .map(({ one }) => one);
        const reversed = { Resources: Object.fromEntries(Object.entries(template.Resources).reverse()) };
        const risk = score({ environment, changes, template });
        expect(score({ environment, changes: turned, template: reversed })).toEqual(risk);
      }),
    );
  });

  test("is between 0 and 100, its level follows from it, and every point has a reason", () => {
    fc.assert(
      fc.property(changesOf, (asked) => {
        const { score: points, level, reasons } = score(asked);
        expect(points).toBeGreaterThanOrEqual(0);
        expect(points).toBeLessThanOrEqual(100);
        const reached = Object.entries({ low: 0, medium: 20, high: 45, critical: 75 }).filter(
          ([, from]) => points >= from,
        );
        expect(level).toBe(reached.at(-1)?.[0]);
        expect(reasons.length > 0).toBe(points > 0);
        for (const { why, resource, rule, points: weight } of reasons) {
          expect([why, resource, rule]).not.toContain("");
          expect(weight).toBeGreaterThan(0);
        }
        expect(reasons.map(({ points: weight }) => weight)).toEqual(
          reasons.map(({ points: weight }) => weight).toSorted((a, b) => b - a),
        );
      }),
    );
  });

  test("never falls because more is changed, or because it happens in prod", () => {
    fc.assert(
      fc.property(changesOf, changesOf, (one, other) => {
        const more = {
          ...one,
          changes: [...one.changes, ...other.changes],
          template: { Resources: { ...other.template.Resources, ...one.template.Resources } },
        };
        expect(score(more).score).toBeGreaterThanOrEqual(score(one).score);
        expect(score({ ...one, environment: "prod" }).score).toBeGreaterThanOrEqual(
          score({ ...one, environment: "dev" }).score,
        );
      }),
    );
  });

  test("tells of what is taken away from what stays", () => {
    const encrypted = (StorageEncrypted: boolean) => ({
      Resources: { Thing: { Type: database.type, Properties: { StorageEncrypted } } },
    });
    const weakened = score({
      environment: "dev",
      changes: [change({ ...database, action: "modify" })],
      before: encrypted(true),
      template: encrypted(false),
    });
    expect(weakened.reasons).toMatchObject([{ rule: "weakened", resource: "Thing", points: 50 }]);
  });

  test.each([
    [25, 0],
    [26, 5],
    [51, 10],
    [101, 20],
  ])("of %i resources at once counts %i for their number", (count, points) => {
    const many = Array.from({ length: count }, (_, i) => change({ logicalId: `T${i}` }));
    expect(score(subject(many)).score).toBe(points);
  });
});

const kinds = [
  { type: "AWS::SNS::Topic", holdsState: false },
  { type: "AWS::RDS::DBInstance", holdsState: true },
  { type: "AWS::S3::Bucket", holdsState: true },
  { type: "AWS::IAM::Policy", holdsState: false },
  { type: "AWS::Route53::RecordSet", holdsState: false },
] as const;

const changesOf = fc
  .record({
    environment: fc.constantFrom("dev" as const, "sit" as const, "prod" as const),
    parts: fc.uniqueArray(
      fc.record({
        id: fc.nat(30),
        kind: fc.constantFrom(...kinds),
        action: fc.constantFrom("add" as const, "modify" as const, "replace" as const, "remove" as const),
        fate: fc.constantFrom("delete" as const, "retain" as const, "snapshot" as const),
        properties: fc.constantFrom<JsonObject>({}, everything as unknown as JsonObject, {
          PubliclyAccessible: true,
        }),
      }),
      { selector: ({ id }) => id, maxLength: 30 },
    ),
  })
  .map(({ environment, parts }) => ({
    environment,
    changes: parts.map(({ id, kind, action, fate }) =>
      change({ logicalId: `R${id}`, ...kind, action, fate }),
    ),
    template: {
      Resources: Object.fromEntries(
        parts.map(({ id, kind, properties }) => [`R${id}`, { Type: kind.type, Properties: properties }]),
      ),
    } as Template,
  }));

describe("the gates a change must pass", () => {
  const gates = (asked: Asked, compliance: readonly string[] = []) => requiredGates(score(asked), compliance);
  const quorum = (asked: Asked) =>
    gates(asked).find(({ type }) => type === "human_approval")!.requiredApprovals;

  test("always hold a person's approval, and say why", () => {
    fc.assert(
      fc.property(changesOf, fc.subarray(["popia", "gdpr"]), (asked, compliance) => {
        const required = gates(asked, compliance);
        expect(required[0]).toMatchObject({ type: "human_approval" });
        for (const { requiredApprovals, why } of required) {
          expect(requiredApprovals).toBeGreaterThanOrEqual(1);
          expect(why).not.toBe("");
        }
        expect(required.some(({ type }) => type === "compliance_check")).toBe(compliance.length > 0);
        expect(new Set(required.map(({ type }) => type)).size).toBe(required.length);
      }),
    );
  });

  test("are the same for the same change, whoever asks and however often", () => {
    fc.assert(
      fc.property(changesOf, (asked) => {
        expect(gates(asked)).toEqual(gates(structuredClone(asked)));
      }),
    );
  });

  test("want more people the greater the risk", () => {
    expect(quorum(subject([change()]))).toBe(1);
    expect(quorum(subject([change({ type: "AWS::S3::Bucket" })]))).toBe(1);
    expect(quorum(subject([change({ ...database, action: "remove" })]))).toBe(2);
    expect(quorum(subject([change({ type: "AWS::IAM::Policy" })], everything, { environment: "prod" }))).toBe(
      3,
    );
    fc.assert(
      fc.property(changesOf, changesOf, (one, other) => {
        const [a, b] = [score(one).score, score(other).score];
        if (a <= b) expect(quorum(one)).toBeLessThanOrEqual(quorum(other));
      }),
    );
  });

  test.each<[string, Asked, boolean]>([
    [
      "rights by wildcard",
      subject([change({ type: "AWS::IAM::Policy" })], {
        Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "x" }],
      }),
      true,
    ],
    ["a public database", subject([change(database)], { PubliclyAccessible: true }), true],
    ["an open route", subject([change({ type: "AWS::ApiGatewayV2::Route" })]), true],
    [
      "narrow rights",
      subject([change({ type: "AWS::IAM::Policy" })], {
        Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "x" }],
      }),
      false,
    ],
    ["a topic", subject([change()]), false],
    ["data that is lost", subject([change({ ...database, action: "remove" })]), false],
  ])("hold a look at security for %s as it should", (_what, asked, expected) => {
    expect(gates(asked).some(({ type }) => type === "security_check")).toBe(expected);
  });
});

describe("the blast radius", () => {
  const reach = (changes: Partial<Parameters<typeof blastRadius>[0]>) =>
    blastRadius({ environment: "dev", stack: "shop", goalText: "", changes: [], ...changes });

  test.each(["prod", "payment", "auth", "iam", "route53", "cloudfront"])(
    "knows the word %s wherever it stands",
    (word) => {
      const name = `My${word.toUpperCase()}Thing`;
      expect(reach({ environment: word }).keywords).toEqual([{ word, where: "environment" }]);
      expect(reach({ stack: name }).keywords).toEqual([{ word, where: "stack" }]);
      expect(reach({ goalText: `something with ${word}s` }).keywords).toEqual([{ word, where: "goal" }]);
      expect(reach({ changes: [change({ logicalId: name })] }).keywords).toEqual([{ word, where: name }]);
      expect(reach({ changes: [change({ type: `AWS::${word}::X` })] }).keywords).toEqual([
        { word, where: "Thing" },
      ]);
    },
  );

  test("counts what the change set really touches, each change once", () => {
    fc.assert(
      fc.property(changesOf, ({ changes }) => {
        const { counts, services, stateAtRisk } = reach({ changes });
        expect(counts.add + counts.modify + counts.replace + counts.remove).toBe(changes.length);
        for (const { type } of changes) expect(services).toContain(type.split("::").slice(0, 2).join("::"));
        const atRisk = changes.filter(
          ({ holdsState, action }) => holdsState && /^re(place|move)$/.test(action),
        );
        expect(stateAtRisk).toEqual(atRisk.map(({ logicalId }) => logicalId));
      }),
    );
  });

  test("of nothing is nothing", () => {
    expect(reach({})).toEqual({
      keywords: [],
      counts: { add: 0, modify: 0, replace: 0, remove: 0 },
      services: [],
      stateAtRisk: [],
    });
  });
});

describe("a key's policy", () => {
  const manage = (account: string) => ({
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: "kms:*",
    Resource: "*",
  });
  const use = (account: string) => ({ ...manage(account), Action: ["kms:Decrypt"] });
  const risk = (...Statement: object[]) => {
    const template: Template = {
      Resources: {
        Thing: {
          Type: "AWS::KMS::Key",
          Properties: { KeyPolicy: { Version: "2012-10-17", Statement } } as JsonObject,
        },
      },
    };
    return score({ environment: "dev", changes: [change({ type: "AWS::KMS::Key" })], template });
  };
  const rules = (asked: Risk) => asked.reasons.map(({ rule }) => rule);

  test("lets its owner in, which is no exposure, and whoever else it names is one", () => {
    expect(rules(risk(manage("536580886816")))).not.toContain("exposure");
    expect(rules(risk(manage("536580886816"), use("111122223333")))).toContain("exposure");
    expect(rules(risk(manage("536580886816"), manage("111122223333")))).toContain("exposure");
    expect(rules(risk(use("111122223333")))).toContain("exposure");
  });
});
