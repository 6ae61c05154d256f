import fc from "fast-check";
import { expect, test } from "vitest";
import { references } from "../../../core/template/dependencies.ts";
import { evaluation } from "../../../core/template/evaluation.ts";
import type { Json, Template } from "../../../core/template/template.ts";
import { isUnknown, toJson, unknownsIn } from "../../../core/template/unknown.ts";

const NAMES = ["A", "B", "P", "Missing", "AWS::Region", "AWS::NoValue", "constructor", "__proto__"];
const FUNCTIONS = ["GetAtt", "Sub", "Join", "Select", "Split", "If", "FindInMap", "Base64", "GetAZs"].concat([
  "Cidr",
  "ImportValue",
  "Equals",
  "And",
  "Or",
  "Not",
  "Transform",
]);

const name = fc.constantFrom(...NAMES);
const text = fc.oneof(
  name.map((n) => `x\${${n}}`),
  name.map((n) => `\${${n}.Arn}-`),
  fc.string({ maxLength: 8 }),
);
/** Expressions of any shape: functions with right, wrong and missing arguments. */
const { expression } = fc.letrec<{ expression: Json }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    text,
    fc.integer(),
    fc.boolean(),
    name.map((n) => ({ Ref: n })),
    fc.tuple(name, fc.constantFrom("Arn", "Name", "")).map((pair) => ({ "Fn::GetAtt": pair })),
    fc.array(tie("expression"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "__proto__"), tie("expression"), { maxKeys: 2 }),
    fc.tuple(fc.constantFrom(...FUNCTIONS), tie("expression")).map(([fn, argument]) => call(fn, argument)),
    fc
      .tuple(fc.constantFrom(...FUNCTIONS), fc.array(tie("expression"), { maxLength: 3 }))
      .map(([fn, argument]) => call(fn, argument)),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => ({ "Fn::If": ["C", a, b] })),
  ),
}));

const call = (fn: string, argument: Json): Json => ({ [`Fn::${fn}`]: argument });

const template = (condition: Json): Template => ({
  Parameters: { P: { Type: "String", Default: "p" } },
  Mappings: { M: { a: { b: "c" } } },
  Conditions: { C: condition },
  Resources: { A: { Type: "AWS::S3::Bucket" }, B: { Type: "AWS::SQS::Queue" } },
});

const everything = {
  pseudo: { "AWS::Region": "af-south-1" },
  ref: (id: string) => `id-${id}`,
  attribute: (id: string, attribute: string) => `${id}/${attribute}`,
  availabilityZones: () => ["a"],
  exported: () => "e",
};

test("any expression has an answer, and the same one every time", () => {
  fc.assert(
    fc.property(expression, expression, (input, condition) => {
      const first = evaluation(template(condition), everything).value(input);
      const second = evaluation(template(condition), everything).value(input);
      expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    }),
    { numRuns: 2_000 },
  );
});

test("to know more never changes what was known already", () => {
  fc.assert(
    fc.property(expression, expression, (input, condition) => {
      const little = evaluation(template(condition)).value(input);
      if (unknownsIn(little).length > 0) return;
      expect(JSON.stringify(evaluation(template(condition), everything).value(input))).toBe(
        JSON.stringify(little),
      );
    }),
    { numRuns: 2_000 },
  );
});

test("what is unknown for want of a resource is mentioned in the expression", () => {
  fc.assert(
    fc.property(expression, (input) => {
      const mentioned = references(input).map((reference) => reference.name);
      for (const unknown of unknownsIn(evaluation(template(true)).value(input)))
        for (const because of unknown.because)
          if (/^[AB](\.|$)/.test(because)) expect(mentioned).toContain(because[0]);
    }),
    { numRuns: 2_000 },
  );
});

test("plain data evaluates to itself", () => {
  const plain = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes("Fn::"));
  fc.assert(
    fc.property(plain, (value) => {
      const result = evaluation(template(true)).value(value as Json);
      expect(isUnknown(result)).toBe(false);
      expect(JSON.stringify(toJson(result!))).toBe(JSON.stringify(value));
    }),
  );
});
