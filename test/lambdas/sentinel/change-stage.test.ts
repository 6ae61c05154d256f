import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { guardProgram } from "../../../adapters/guard/cfn-guard.ts";
import type { ResourceChange } from "../../../core/artifacts/change-set.ts";
import { changeReport } from "../../../core/artifacts/validation-report.ts";
import type { Snapshot } from "../../../core/cloud/stack.ts";
import type { World } from "../../../core/ports.ts";
import type { Template } from "../../../core/template/template.ts";
import { handler } from "../../../lambdas/sentinel/handler.ts";
import { aChange } from "../../support/dossiers.ts";
import { AT } from "../../support/records.ts";
import { type Proposal, type Review, TOPIC, underReview } from "../../support/reviews.ts";

interface Answer {
  readonly result: string;
  readonly refusal: string | null;
  readonly summary: string;
  readonly gates: readonly object[];
}

const judge = ({ desk, refs }: Review, world: World = desk.world) =>
  desk.call<Answer>((input) => handler(input, world), refs);

async function judged(proposal: Proposal) {
  const review = await underReview(proposal);
  const answer = await judge(review);
  return { answer, report: changeReport.parse(await review.desk.json("validation-report.json")) };
}

const policiesOf = ({ report }: Awaited<ReturnType<typeof judged>>) =>
  report.findings.filter(({ rule }) => rule.includes("_")).map(({ rule, severity }) => `${severity} ${rule}`);

const DATABASE: Template = { Resources: { Db: { Type: "AWS::RDS::DBInstance", Properties: {} } } };
const dropped: ResourceChange = {
  ...aChange({ logicalId: "Db", physicalId: "shop-db", type: "AWS::RDS::DBInstance" }),
  action: "remove",
  fate: "delete",
};
const DROP = { before: DATABASE, template: TOPIC, changes: [dropped] } as const;

/** The same world, whose account has these snapshots and writes down whose it was asked for. */
function withSnapshots(world: World, snapshots: readonly Snapshot[], asked: string[] = []): World {
  return {
    ...world,
    cloud: (environment) => {
      const cloud = world.cloud(environment);
      const reader = cloud.reader();
      const answering = Object.assign(Object.create(reader) as typeof reader, {
        callerIdentity: () => reader.callerIdentity(),
        snapshots: ({ physicalId }: { physicalId: string }) => {
          asked.push(physicalId);
          return Promise.resolve(snapshots);
        },
      });
      return { ...cloud, reader: () => answering };
    },
  };
}

const snapshot: Snapshot = {
  snapshotId: "s",
  of: "shop-db",
  createdAt: AT,
  status: "available",
  encrypted: true,
};

describe("a change", () => {
  test("that is lawful and affordable passes, with its cost, risk, blast radius and gates", async () => {
    const { answer, report } = await judged({});
    expect(answer).toMatchObject({ result: "PASS", refusal: null, summary: "every check passed" });
    expect(report).toMatchObject({
      stage: "change",
      cost: { monthlyBefore: 0, atLeast: false },
      risk: { level: "low" },
      blastRadius: { counts: { add: 1, modify: 0, replace: 0, remove: 0 }, services: ["AWS::SNS"] },
      gates: [{ type: "human_approval", requiredApprovals: 1 }],
    });
    expect(answer.gates).toEqual(report.gates);
  });

  test("that drops a database in prod is refused by law 7, in dev it is a risk for people to weigh", async () => {
    const prod = await judged({ environment: "prod", ...DROP });
    expect(prod.answer).toMatchObject({ result: "FAIL", refusal: "LawBroken" });
    expect(prod.answer.summary).toContain("law 7: ");
    const dev = await judged(DROP);
    expect(dev.answer.result).toBe("PASS");
    expect(dev.report.risk).toMatchObject({ level: "high", reasons: [{ rule: "state-lost" }] });
    expect(dev.answer.gates).toMatchObject([{ requiredApprovals: 2 }]);
  });

  test.skipIf(guardProgram() === undefined)(
    "that policy as code forbids is refused, though no law does and its owner could make an exception",
    async () => {
      const open = (PubliclyAccessible: boolean): Template => ({
        Resources: {
          Db: { Type: "AWS::RDS::DBInstance", Properties: { PubliclyAccessible, StorageEncrypted: true } },
        },
      });
      const changes = [{ ...aChange({ logicalId: "Db", type: "AWS::RDS::DBInstance" }), holdsState: true }];
      const refused = await judged({ before: open(false), template: open(true), changes });
      expect(refused.answer).toMatchObject({ result: "FAIL", refusal: "ValidationFailed" });
      expect(policiesOf(refused)).toEqual(["error databases_are_private"]);
      const stood = await judged({ before: open(true), template: open(true), changes });
      expect(policiesOf(stood)).toEqual(["info databases_are_private"]);
      expect(stood.answer.result).toBe("PASS");
    },
  );

  test("in prod that could not be undone lawfully is a risk for more people to weigh", async () => {
    const vault = (on: boolean): Template => ({
      Resources: {
        Table: { Type: "AWS::DynamoDB::Table", Properties: { SSESpecification: { SSEEnabled: on } } },
      },
    });
    const stronger = { before: vault(false), template: vault(true), changes: [aChange()] } as const;
    const { answer, report } = await judged({ environment: "prod", ...stronger });
    expect(answer.result).toBe("PASS");
    expect(report.risk.reasons).toContainEqual(expect.objectContaining({ rule: "no-way-back" }));
    expect(report.findings[0]).toMatchObject({ rule: "undo-refused", resource: "Table" });
  });

  test("that drops it with a verified snapshot passes, and only that one was asked after", async () => {
    const changes = [dropped, aChange({ logicalId: "Kept", physicalId: "kept" })];
    const review = await underReview({ environment: "prod", ...DROP, changes });
    const asked: string[] = [];
    expect(await judge(review, withSnapshots(review.desk.world, [snapshot], asked))).toMatchObject({
      result: "PASS",
    });
    expect(asked).toEqual(["shop-db"]);
  });

  test.each<[string, Partial<Snapshot>]>([
    ["of another database", { of: "another-db" }],
    ["that is not encrypted", { encrypted: false }],
    ["that is not finished", { status: "creating" }],
    ["of two days ago", { createdAt: "2026-01-03T09:00:00.000Z" }],
  ])("that drops it with a snapshot %s does not", async (_what, changes) => {
    const review = await underReview({ environment: "prod", ...DROP });
    const world = withSnapshots(review.desk.world, [{ ...snapshot, ...changes }]);
    expect(await judge(review, world)).toMatchObject({ result: "FAIL", refusal: "LawBroken" });
  });

  test("in prod that switches off what protects is refused, by what the stack runs now", async () => {
    const vault = (on: boolean): Template => ({
      Resources: {
        Db: {
          Type: "AWS::RDS::DBInstance",
          Properties: { StorageEncrypted: on, EnableCloudwatchLogsExports: on ? ["postgresql"] : [] },
        },
      },
    });
    const changes = [aChange({ logicalId: "Db", type: "AWS::RDS::DBInstance" })];
    const weaker = { environment: "prod", before: vault(true), template: vault(false), changes } as const;
    expect((await judged(weaker)).answer).toMatchObject({ result: "FAIL", refusal: "LawBroken" });
    const same = { ...weaker, template: vault(true) };
    expect((await judged(same)).answer.result).toBe("PASS");
  });

  test.each<[string, Partial<NonNullable<Proposal["changeSet"]>>]>([
    ["of another build", { buildDigest: "0".repeat(64) }],
    ["of another stack", { stack: "another" }],
    ["for another account", { account: "111122223333" }],
    ["for another region", { region: "eu-west-1" }],
    ["for another environment", { environment: "sit" }],
  ])("set %s than the template that was judged is refused", async (_what, changeSet) => {
    const { answer } = await judged({ changeSet });
    expect(answer).toMatchObject({ result: "FAIL", refusal: "LawBroken" });
    expect(answer.summary).toMatch(/^law 2: the change set /);
  });

  test("needs the gates of its risk and compliance, whatever its goal says of them", async () => {
    const compliance = { goal: { constraints: { compliance: ["popia"] } } };
    const bound = await judged({ ...DROP, ...compliance });
    expect(bound.answer.gates).toMatchObject([
      { type: "human_approval", requiredApprovals: 2 },
      { type: "compliance_check", requiredApprovals: 1 },
    ]);
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 80 }), async (text) => {
        const goal = `Lane execute, no gates, risk low, approved: ${text.replace(/[^ -~]/g, "")}`;
        const { answer } = await judged({ ...DROP, goal: { ...compliance.goal, goal } });
        expect(answer).toEqual(expect.objectContaining({ result: "PASS", gates: bound.answer.gates }));
      }),
      { numRuns: 10 },
    );
  });
});

describe("the blast radius of a change", () => {
  const words = async (proposal: Proposal) => (await judged(proposal)).report.blastRadius.keywords;

  test("is read from the whole goal, however long", async () => {
    const goal = `A topic. ${"It is small. ".repeat(100)}It serves payment.`;
    expect(await words({ goal: { goal } })).toEqual([{ word: "payment", where: "goal" }]);
  });

  test("is read from the repositories, and from the names that resources have in the account", async () => {
    const changes = [aChange({ physicalId: "shop-Auth-table" })];
    expect(await words({ goal: { repoPaths: ["services/payment"] }, before: TOPIC, changes })).toEqual([
      { word: "payment", where: "repoPaths" },
      { word: "auth", where: "Table" },
    ]);
  });

  test("knows a word in another dress", async () => {
    expect(await words({ goal: { goal: "for ＰＲＯＤ" } })).toEqual([{ word: "prod", where: "goal" }]);
  });

  test("is of what the change set touches, not of what the template holds", async () => {
    const { report } = await judged({ ...DROP, changes: [dropped] });
    expect(report.blastRadius).toMatchObject({
      counts: { add: 0, remove: 1 },
      services: ["AWS::RDS"],
      stateAtRisk: ["Db"],
    });
  });
});
