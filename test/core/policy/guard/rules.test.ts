import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { guardProgram, guardWith } from "../../../../adapters/guard/cfn-guard.ts";
import { changeOfTemplate, changeOfTemplates } from "../../../../core/change/template-change.ts";
import { policyFindings, rulesIn } from "../../../../core/policy/guard/judge.ts";
import { ruleFile } from "../../../../core/policy/guard/rule-file.ts";
import { afterWaivers, waiverFile } from "../../../../core/policy/guard/waivers.ts";
import type { Template } from "../../../../core/template/template.ts";

const FOLDER = join(import.meta.dirname, "../../../../policies");
const OURS = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".guard"))
  .map((name) => ruleFile(name, readFileSync(join(FOLDER, name), "utf8")));
const program = guardProgram();
const run = guardWith(program ?? "");

const template = (Type: string, Properties: object): Template =>
  ({ Resources: { X: { Type, Properties } } }) as Template;
const found = async (after: Template, before?: Template) => {
  const change = before
    ? changeOfTemplates(before, after, { requiresRecreation: () => "Never" })
    : changeOfTemplate(after);
  return (await policyFindings(change, OURS, run)).map(({ rule, severity }) => `${severity} ${rule}`);
};

test("every file of ours names its owner and its version, every rule its severity and what to do", () => {
  expect(OURS.length).toBeGreaterThan(3);
  for (const { text, version, rules } of OURS) {
    expect(version).toMatch(/^\d+$/);
    expect(rules.length).toBe([...text.matchAll(/^rule /gm)].length);
    for (const { owner, fix } of rules)
      expect([owner, fix.startsWith("see the rule")]).not.toContain(undefined);
    for (const { name, fix } of rules) expect(fix, name).not.toMatch(/^see the rule/);
  }
  const names = OURS.flatMap(({ rules }) => rules.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

describe.skipIf(program === undefined)("our rules", () => {
  test.each<[string, Template, string[]]>([
    [
      "a public database",
      template("AWS::RDS::DBInstance", { PubliclyAccessible: true, StorageEncrypted: true }),
      ["error databases_are_private"],
    ],
    [
      "a public database in words",
      template("AWS::RDS::DBInstance", { PubliclyAccessible: "true", StorageEncrypted: "true" }),
      ["error databases_are_private"],
    ],
    [
      "one that only the deployment knows",
      template("AWS::RDS::DBInstance", { PubliclyAccessible: { Ref: "P" }, StorageEncrypted: { Ref: "P" } }),
      [],
    ],
    ["an instance of a cluster", template("AWS::RDS::DBInstance", { DBClusterIdentifier: "c" }), []],
    [
      "no backups",
      template("AWS::RDS::DBCluster", { BackupRetentionPeriod: 0, StorageEncrypted: true }),
      ["error databases_have_backups"],
    ],
    ["no encryption", template("AWS::RDS::DBInstance", {}), ["warning databases_are_encrypted"]],
    [
      "a public bucket",
      template("AWS::S3::Bucket", { AccessControl: "PublicRead" }),
      ["error buckets_are_private"],
    ],
    [
      "a public bucket in Terraform's words",
      template("AWS::S3::BucketAcl", { AccessControl: "public-read-write" }),
      ["error buckets_are_private"],
    ],
    [
      "SSH for everybody",
      template("AWS::EC2::SecurityGroup", {
        SecurityGroupIngress: [{ IpProtocol: "tcp", FromPort: "20", ToPort: "25", CidrIp: "0.0.0.0/0" }],
      }),
      ["error administration_is_not_public"],
    ],
    [
      "HTTPS for everybody",
      template("AWS::EC2::SecurityGroup", {
        SecurityGroupIngress: [{ IpProtocol: "tcp", FromPort: "443", ToPort: "443", CidrIp: "0.0.0.0/0" }],
      }),
      [],
    ],
    [
      "SSH for an office",
      template("AWS::EC2::SecurityGroup", {
        SecurityGroupIngress: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIp: "203.0.113.0/24" }],
      }),
      [],
    ],
    [
      "everything for everybody",
      template("AWS::EC2::SecurityGroupIngress", { IpProtocol: "-1", CidrIpv6: "::/0" }),
      ["error administration_is_not_public_by_rule"],
    ],
    [
      "rules that only the deployment knows",
      template("AWS::EC2::SecurityGroup", { SecurityGroupIngress: { Ref: "P" } }),
      [],
    ],
    ["a table nobody can recover", template("AWS::DynamoDB::Table", {}), ["warning tables_can_be_recovered"]],
    [
      "plain HTTP",
      template("AWS::ElasticLoadBalancingV2::Listener", {
        Protocol: "HTTP",
        DefaultActions: [{ Type: "forward" }],
      }),
      ["info listeners_are_encrypted"],
    ],
    [
      "HTTP that redirects",
      template("AWS::ElasticLoadBalancingV2::Listener", {
        Protocol: "HTTP",
        DefaultActions: [{ Type: "redirect" }],
      }),
      [],
    ],
    ["a topic", template("AWS::SNS::Topic", {}), []],
  ])("judge %s", async (_what, given, expected) => {
    expect(await found(given)).toEqual(expected);
  });

  test("stop nobody for what stood before", async () => {
    const database = (more: object) =>
      template("AWS::RDS::DBInstance", { PubliclyAccessible: true, StorageEncrypted: true, ...more });
    expect(await found(database({ Tags: [{ Key: "a", Value: "b" }] }), database({}))).toEqual([
      "info databases_are_private",
    ]);
    expect(
      await found(database({ PubliclyAccessible: true }), database({ PubliclyAccessible: false })),
    ).toEqual(["error databases_are_private"]);
  });

  test("that cannot be read are named by their file", async () => {
    const broken = ruleFile("mine.guard", "rule x when {{{");
    await expect(run([...OURS, broken], [{ Resources: {} }])).rejects.toThrow(/mine\.guard cannot be read/);
  });

  test("name whom they are about, whatever its address", async () => {
    const address = 'module.a["x/y"].aws_db_instance.b[0]';
    const given = {
      Resources: { [address]: { Type: "AWS::RDS::DBInstance", Properties: { PubliclyAccessible: true } } },
    };
    const [first] = await policyFindings(changeOfTemplate(given as Template), OURS, run);
    expect(first).toMatchObject({ resource: address, fix: expect.stringContaining("PubliclyAccessible") });
  });
});

describe("a rule of somebody's own", () => {
  test("without a word is an error that one person may except, and belongs to nobody", () => {
    expect(ruleFile("x.guard", "rule a when b {\n}").rules).toEqual([
      {
        name: "a",
        file: "x.guard",
        severity: "error",
        fix: "see the rule a in x.guard",
        approvers: 1,
        owner: undefined,
      },
    ]);
  });

  test("says what it is in the comments before it, and its file in those at its beginning", () => {
    const { version, rules } = ruleFile(
      "x.guard",
      "# version: 7\n# owner: us\n\n# severity: loud\n# approvers: many\nrule a {\n}\n\n# severity: info\n# owner: them\n# fix: do so\nrule b {\n}",
    );
    expect(version).toBe("7");
    expect(rules).toMatchObject([
      { name: "a", severity: "error", approvers: 1, owner: "us" },
      { name: "b", severity: "info", owner: "them", fix: "do so" },
    ]);
  });
});

describe("an exception", () => {
  const rules = rulesIn([ruleFile("x.guard", "# owner: us\n\n# approvers: 2\nrule a {\n}")]);
  const breach = { rule: "a", severity: "error", resource: "Db", message: "no", fix: "yes" } as const;
  const given = (changes: object, owners: object = {}) =>
    afterWaivers(
      [breach],
      rules,
      waiverFile.parse({
        owners,
        waivers: [
          {
            rule: "a",
            resource: "D*",
            reason: "it ends in spring",
            until: "2026-12-01",
            approvedBy: ["ada", "grace"],
            ...changes,
          },
        ],
      }),
      new Date("2026-11-26T12:00:00Z"),
    )[0]!;

  test.each<[string, object, object, string]>([
    ["counts until its last day", {}, {}, "info"],
    ["counts on its last day", { until: "2026-11-26" }, {}, "info"],
    ["ends after it", { until: "2026-11-24" }, {}, "error"],
    ["takes as many people as the rule says", { approvedBy: ["ada"] }, {}, "error"],
    ["counts nobody twice", { approvedBy: ["ada", "ada"] }, {}, "error"],
    ["counts only people of the rule's owner", {}, { us: ["ada", "katherine"] }, "error"],
    ["counts people of the rule's owner", {}, { us: ["ada", "grace"] }, "info"],
    ["is for what it names", { resource: "Other" }, {}, "error"],
    ["is from the rule it names", { rule: "b" }, {}, "error"],
  ])("%s", (_what, changes, owners, severity) => {
    expect(given(changes, owners).severity).toBe(severity);
  });

  test("takes a reason, an end and a name", () => {
    for (const changes of [{ reason: "" }, { until: "soon" }, { approvedBy: [] }])
      expect(() => given(changes)).toThrow();
  });
});
