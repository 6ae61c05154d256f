import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MOST_BYTES, readDocument, tooLarge } from "../../../core/change/document.ts";

const read = (text: string) => readDocument(text, "stack.yaml");

describe("a document", () => {
  test("is JSON or YAML, with CloudFormation's short tags written out", () => {
    expect(read('{"Resources": {}}')).toEqual({ Resources: {} });
    expect(read("\uFEFF{}")).toEqual({});
    expect(read("{a: b}")).toEqual({ a: "b" });
    const yaml = `
A: !Ref Name
B: !GetAtt Table.Arn
C: !Sub ["\${x}", {x: !ImportValue y}]
D: !If [IsProd, !Ref AWS::NoValue, {E: !Join ["", [a, !Ref B]]}]
F: !Equals [!Ref Stage, prod]
G: !Condition IsProd
H: 2012-10-17
I: !Base64
  Fn::Sub: x`;
    expect(read(yaml)).toEqual({
      A: { Ref: "Name" },
      B: { "Fn::GetAtt": "Table.Arn" },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder.
      C: { "Fn::Sub": ["${x}", { x: { "Fn::ImportValue": "y" } }] },
      D: { "Fn::If": ["IsProd", { Ref: "AWS::NoValue" }, { E: { "Fn::Join": ["", ["a", { Ref: "B" }]] } }] },
      F: { "Fn::Equals": [{ Ref: "Stage" }, "prod"] },
      G: { Condition: "IsProd" },
      H: "2012-10-17",
      I: { "Fn::Base64": { "Fn::Sub": "x" } },
    });
  });

  test("shares what an anchor names, and takes over what is merged", () => {
    expect(read("a: &x {p: 1}\nb: *x\nc: {<<: *x, q: 2}")).toEqual({
      a: { p: 1 },
      b: { p: 1 },
      c: { p: 1, q: 2 },
    });
  });

  test("is found behind the command that a CI action prints before it", () => {
    expect(read('[command]/bin/terraform show -json p\n{"format_version":"1.0"}\n::debug::done\n')).toEqual({
      format_version: "1.0",
    });
  });

  const bomb = [
    "a: &a [x, x]",
    ..."bcdefgh"
      .split("")
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[i]}`).join(", ")}]`),
  ];

  test.each<[string, string, RegExp]>([
    ["empty", " \n", /is empty/],
    ["a binary plan", "PK\u0003\u0004rest", /terraform show -json/],
    ["binary", "\u0000\u0001", /is binary/],
    ["cut off", '{"Resources": {"A": ', /ends in the middle/],
    ["cut off in a text", '{"Resources": "A', /not valid JSON/],
    ["broken YAML", "a: [b", /neither JSON nor YAML: something is wrong in line/],
    ["deep brackets", "[".repeat(100_000), /deeper than 200/],
    ["deep objects", '{"a":'.repeat(100_000), /deeper than 200/],
    ["deep dashes", "- ".repeat(5_000), /deeper than 200/],
    [
      "deep indentation",
      Array.from({ length: 900 }, (_, i) => `${" ".repeat(i)}x:`).join("\n"),
      /deeper than 200|too deeply|something is wrong in line/,
    ],
    ["a bomb of anchors", bomb.join("\n"), /anchors/],
    ["an anchor that is not there", "a: *nowhere", /not there|neither/],
    ["the log of a plan", '{"@level":"info"}\n{"@level":"info"}\n', /terraform show -json|not valid/],
    ["much YAML", `a: ${"x".repeat(5_000_000)}`, /more than 4 MB/],
  ])("that is %s is refused in one sentence", (_what, text, why) => {
    const began = performance.now();
    expect(() => read(text)).toThrow(
      expect.objectContaining({ name: "InvalidInput", message: expect.stringMatching(why) }),
    );
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test("of more than is read is refused by its size", () => {
    expect(tooLarge("plan.json", MOST_BYTES + 1).message).toMatch(
      /has 64 MB, and more than 64 MB are not read/,
    );
  });

  test("never shows a piece of itself in the sentence that refuses it", () => {
    expect(() => read('{"password": "hunter2-secret" oops}')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("hunter2") }),
    );
  });

  test("that nobody wrote ends in a value or in that sentence", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.json(),
      fc.string({ unit: fc.constantFrom(..."[]{}:,&*!|>-\"' \nab#%@`".split("")), maxLength: 200 }),
    );
    fc.assert(
      fc.property(text, (given) => {
        try {
          read(given);
        } catch (error) {
          expect(error).toMatchObject({ name: "InvalidInput" });
        }
      }),
      { numRuns: 500 },
    );
  });
});
