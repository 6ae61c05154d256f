import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadSpecification } from "../../../adapters/embedded/sandbox/change-set/recreation.ts";
import { readChange } from "../../../core/change/read-change.ts";
import { check } from "../../../core/check/check.ts";
import { CORPUS } from "../../corpus/corpus.ts";

const recreation = loadSpecification;
const read = (text: string, base?: string) =>
  readChange(
    { name: "file", text },
    { recreation, region: "eu-west-1", base: base === undefined ? undefined : { name: "base", text: base } },
  );
const actions = async (text: string, base?: string) =>
  (await read(text, base)).changes.map(({ address, action }) => `${action} ${address}`);

const template = (resources: object, more: object = {}) => JSON.stringify({ Resources: resources, ...more });
const topic = (properties: object = {}) => ({ Type: "AWS::SNS::Topic", Properties: properties });

describe("a template alone", () => {
  test("adds what its conditions leave in, with functions evaluated as far as is known", async () => {
    const change = await read(
      template(
        {
          A: topic({ TopicName: { "Fn::Sub": `shop-\${Stage}` } }),
          B: { ...topic(), Condition: "Never" },
          C: { ...topic({ DisplayName: { Ref: "Later" } }), Condition: "Unknown" },
        },
        {
          Parameters: { Stage: { Type: "String", Default: "dev" }, Later: { Type: "String" } },
          Conditions: {
            Never: { "Fn::Equals": ["a", "b"] },
            Unknown: { "Fn::Equals": [{ Ref: "Later" }, "b"] },
          },
        },
      ),
    );
    expect(change.changes).toMatchObject([
      { address: "A", action: "add", after: { TopicName: "shop-dev" } },
      { address: "C", action: "add", after: { DisplayName: { Ref: "Later" } } },
    ]);
  });

  test("says which transforms and loops it does not look into", async () => {
    const change = await read(
      template(
        { "Fn::ForEach::Topics": ["x", ["a"], {}], A: topic() },
        { Transform: "AWS::LanguageExtensions" },
      ),
    );
    expect(change.notes.join(" ")).toMatch(/AWS::LanguageExtensions.*Fn::ForEach::Topics/);
    expect(change.changes.map(({ type }) => type)).toContain("Fn::ForEach");
  });

  test("takes odd resources as they are", async () => {
    const odd = { A: 5, B: null, C: { Type: 7 }, D: { Type: "AWS::SNS::Topic", Properties: "x" }, E: [] };
    expect((await read(template(odd))).changes.length).toBe(5);
  });
});

describe("two templates", () => {
  test("differ by what is added, modified, replaced and removed", async () => {
    const base = template({
      Gone: topic(),
      Same: topic({ DisplayName: "x" }),
      Changed: topic({ DisplayName: "x" }),
      Renamed: topic({ TopicName: "x" }),
    });
    const next = template({
      New: topic(),
      Same: topic({ DisplayName: "x" }),
      Changed: topic({ DisplayName: "y" }),
      Renamed: topic({ TopicName: "y" }),
    });
    expect(await actions(next, base)).toEqual([
      "modify Changed",
      "remove Gone",
      "add New",
      "replace Renamed",
    ]);
  });

  test("do not differ by order, by spelling or by what evaluates to the same", async () => {
    const base = template({ A: topic({ DisplayName: "shop", Tags: [{ Key: "a", Value: "b" }] }) });
    const next = `
Parameters: {Name: {Type: String, Default: shop}}
Resources:
  A:
    Type: AWS::SNS::Topic
    Properties:
      Tags: [{Value: b, Key: a}]
      DisplayName: !Ref Name`;
    expect(await actions(next, base)).toEqual([]);
  });

  test("replace what stands on something that is replaced", async () => {
    const of = (name: string) =>
      template({
        Topic: topic({ TopicName: name }),
        Subscription: {
          Type: "AWS::SNS::Subscription",
          Properties: { Protocol: "sqs", TopicArn: { Ref: "Topic" }, Endpoint: "q" },
        },
      });
    expect(await actions(of("b"), of("a"))).toEqual(["replace Subscription", "replace Topic"]);
  });

  test("say what becomes of what goes away", async () => {
    const of = (more: object) =>
      template({ Table: { Type: "AWS::DynamoDB::Table", Properties: {}, ...more }, Topic: topic() });
    const removed = await read(template({ Topic: topic() }), of({ DeletionPolicy: "Retain" }));
    expect(removed.changes).toMatchObject([{ action: "remove", holdsState: true, fate: "retain" }]);
    const database = template({ Db: { Type: "AWS::RDS::DBInstance", Properties: {} }, Topic: topic() });
    expect((await read(template({ Topic: topic() }), database)).changes).toMatchObject([
      { fate: "snapshot" },
    ]);
  });
});

describe("a change set's description", () => {
  test("without values says so, and is read by the names of what changes", async () => {
    const [stopped] = CORPUS.filter(
      ({ format, name }) => format === "change set" && name === "a table is replaced",
    );
    const change = await read(stopped!.text);
    expect(change).toMatchObject({ source: "change set", knowsAfter: false });
    expect(change.notes.join(" ")).toContain("--include-property-values");
    expect(change.changes).toMatchObject([{ action: "replace", holdsState: true, fate: "delete" }]);
  });

  test("of which nothing has a value has no price, and never a silent zero", async () => {
    const description = JSON.stringify({
      StackName: "s",
      Changes: [
        {
          ResourceChange: { Action: "Modify", LogicalResourceId: "Db", ResourceType: "AWS::RDS::DBInstance" },
        },
      ],
    });
    const report = check(await read(description), { region: "eu-west-1", now: new Date(0) });
    expect(report.cost).toMatchObject({ atLeast: true, unpriced: [{ address: "Db" }] });
  });
});

describe("what is none of these", () => {
  test.each<[string, unknown, RegExp]>([
    ["a list", [], /holds a list/],
    ["a text", "hello", /no document of sections/],
    ["an empty template", { Resources: {} }, /holds no resources/],
    ["something else", { hello: 1 }, /neither Resources, Changes nor resource_changes/],
    ["a state", { format_version: "1.0", values: {} }, /Terraform state/],
    ["a state file", { serial: 1, lineage: "x", terraform_version: "1.9", resources: [] }, /Terraform state/],
    ["a configuration", { resource: {} }, /Terraform configuration/],
    ["a manifest", { apiVersion: "v1", kind: "Pod" }, /Kubernetes/],
    ["a template of Azure", { $schema: "x", contentVersion: "1.0.0.0", resources: [] }, /Azure/],
    ["a file of Compose", { services: {} }, /Docker Compose/],
    ["a format of tomorrow", { format_version: "9.0", resource_changes: [] }, /format 9.0/],
  ])("is refused in one sentence: %s", async (_what, document, why) => {
    await expect(read(JSON.stringify(document))).rejects.toThrow(
      expect.objectContaining({ name: "InvalidInput", message: expect.stringMatching(why) }),
    );
  });
});

describe("files that somebody broke", () => {
  const texts = CORPUS.map(({ text }) => text);
  const broken = fc
    .record({
      text: fc.constantFrom(...texts),
      at: fc.nat(),
      length: fc.nat(40),
      put: fc.string({ maxLength: 8 }),
    })
    .map(({ text, at, length, put }) => {
      const from = at % text.length;
      return text.slice(0, from) + put + text.slice(from + length);
    });
  const swapped = fc
    .record({
      text: fc.constantFrom(...texts.filter((text) => text.startsWith("{"))),
      seed: fc.nat(),
      value: fc.jsonValue(),
    })
    .map(({ text, seed, value }) => JSON.stringify(replaceOne(JSON.parse(text), seed, value)));

  test("end in a judgement or in one sentence, and quickly", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(broken, swapped), async (text) => {
        const began = performance.now();
        try {
          const report = check(await read(text), {
            environment: "prod",
            region: "eu-west-1",
            now: new Date(0),
          });
          expect(["PASS", "FAIL"]).toContain(report.verdict);
          expect(Number.isFinite(report.risk.score)).toBe(true);
          expect(Number.isFinite(report.cost.monthlyAfter)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ name: "InvalidInput" });
        }
        expect(performance.now() - began).toBeLessThan(2_000);
      }),
      { numRuns: 400 },
    );
  });
});

/** Puts a value in the place of one of the values within another. */
function replaceOne(root: unknown, seed: number, value: unknown): unknown {
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      places.push({ holder: node as Record<string, unknown>, key });
      visit((node as Record<string, unknown>)[key]);
    }
  };
  visit(root);
  const place = places[seed % places.length];
  if (place) place.holder[place.key] = value;
  return root;
}
