import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBounded } from "../../../engine/jsonata/bounded.ts";
import { compileExpression, type Expression } from "../../../engine/jsonata/expression.ts";
import { outcomeOf } from "../../../engine/jsonata/outcome.ts";
import { compileTemplate, isExpression } from "../../../engine/jsonata/template.ts";

function compiled(source: string): Expression {
  const expression = compileExpression(source);
  if ("why" in expression) throw new Error(expression.why);
  return expression;
}

const resultOf = (source: string, bindings = {}) => compiled(source).evaluate(bindings);

describe("the functions that Step Functions adds", () => {
  it.each([
    ["$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]],
    ["$partition([], 2)", []],
    ["$range(0, 10, 3)", [0, 3, 6, 9]],
    ["$range(5, 0, -2)", [5, 3, 1]],
    ["$range(1, 9, 9)", 1],
    ["$range(-1.7, 2, 1)", [-1, 0, 1, 2]],
    ["$range(0.9, 4.9, 2.9)", [0, 2, 4]],
    ["$partition([1,2,3], 2.9)", [[1, 2], [3]]],
    ["$range(1, 9, 9)[]", [1]],
    ["$partition([1], 2)", [[1]]],
    ["$hash('a', 'MD5')", "0cc175b9c0f1b6a831c399e269772661"],
    ["$parse('{\"a\":[1]}')", { a: [1] }],
    ["$parse('\"x\"')", "x"],
    ['$parse(\'{"a":1,"a":2}\')', { a: 2 }],
    // The Java platform's own first numbers for these seeds.
    ["$random(0)", 0.730967787376657],
    ["$random(42)", 0.7275636800328681],
    ["$random(-1)", 0.26894263088050496],
  ])("%s gives %j", async (source, expected) => {
    expect(JSON.parse(JSON.stringify(await resultOf(source)))).toEqual(expected);
  });

  it.each(["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"])("$hash has %s", async (algorithm) => {
    const expected = createHash(algorithm.replace("-", "")).update("ä").digest("hex");
    expect(await resultOf(`$hash('ä', '${algorithm}')`)).toBe(expected);
  });

  it("$random gives numbers from 0 to 1, $uuid a version-4 UUID, each time another", async () => {
    expect(await resultOf("$random()")).toEqual(expect.any(Number));
    expect(await resultOf("$random() < 1 and $random() >= 0")).toBe(true);
    expect(await resultOf("$uuid()")).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(await resultOf("$uuid() != $uuid()")).toBe(true);
  });

  it("give nothing where they are given nothing, and $range where there is nothing in it", async () => {
    for (const source of [
      "$range(5, 6, -1)",
      "$range(1, 9, 0)",
      "$range(1, 9, 0.9)",
      "$partition($x, 2)",
      "$range($x, 1, 1)",
      "$hash($x, 'MD5')",
      "$parse($x)",
    ]) {
      expect(await resultOf(source)).toBeUndefined();
    }
  });

  it.each(["$partition([1], 0)", "$partition([1], -1)", "$hash('a', 'MD4')", "$parse('{')"])(
    "%s throws",
    async (source) => {
      await expect(resultOf(source)).rejects.toThrow();
    },
  );

  it("$range gives as many numbers as the service's memory takes", async () => {
    expect(await resultOf("$count($range(1, 360145, 1))")).toBe(360_145);
    await expect(resultOf("$range(1, 360146, 1)")).rejects.toThrow(
      "Expression evaluation memory limit exceeded: Check for excessive memory usage",
    );
  });

  it("$eval is not there, so that calling it is calling no function", async () => {
    await expect(resultOf("$eval('1+1')")).rejects.toMatchObject({ code: "T1006" });
  });

  it("$partition keeps every element in its place", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), async (list, size) => {
        const chunks = (await resultOf("$partition($list, $size)", { list, size })) as number[][];
        expect(chunks.flat()).toEqual(list);
        expect(chunks.slice(0, -1).every(({ length }) => length === size)).toBe(true);
      }),
    );
  });
});

describe("a result that JSON cannot hold", () => {
  it.each([
    ["1/0", { text: '"Infinity"' }],
    ["-1/0", { text: '"-Infinity"' }],
    ["{'a': [0/0, null]}", { text: '{"a":["NaN",null]}' }],
    ["[function($x){$x}]", { unsupported: true }],
    ["[null, {'a': null}]", { text: '[null,{"a":null}]' }],
    ["'null'", { text: '"null"' }],
  ])("is not passed on as something else: %s", async (source, expected) => {
    expect(outcomeOf(await resultOf(source))).toEqual(expected);
  });
});

describe("a string", () => {
  it.each([
    ["{% $x %}", true],
    ["{%$x%}", true],
    [" {% $x %}", false],
    ["{% $x %} ", false],
    ["{% $x", false],
    ["{%}", false],
    ["$x", false],
  ])("%j is an expression: %s", (text, expected) => expect(isExpression(text)).toBe(expected));

  it("with nothing between the marks is refused", () => {
    const complaints: string[] = [];
    compileTemplate({ a: "{%  %}" }, "Output", (path, why) => complaints.push(`${path}: ${why}`));
    expect(complaints).toEqual(["Output/a: the expression between {% and %} is empty"]);
  });
});

describe("an expression that looks at an input document", () => {
  const complaints = (source: string) => {
    const compiled = compileExpression(source);
    return "why" in compiled ? compiled.why : "";
  };

  it.each([
    ["$", "$"],
    ["$.a", "$"],
    ["total", "total"],
    ["total.sum", "total"],
    ["$exists(a)", "a"],
    ["*", "*"],
    ["{'a': b}", "b"],
    ["[1, b]", "b"],
    ["$x ? b : 1", "b"],
    ["$map($x, function($v){ b })", "b"],
    ["$x[$$.a = 1]", "$$"],
  ])("is refused: %s", (source, use) => {
    expect(complaints(source)).toContain(`looks at ${use} of an input document`);
  });

  it.each([
    "$x.a",
    "$x[a > 1]",
    "$x[$ > 1]",
    "$x.(a + b)",
    "$x.{'k': v}",
    "$x{k: v}",
    "$x^(>a, b)",
    "$x.**.b",
    "$x ~> |a|{'b': c}|",
    "$map($x, function($v){ $v.a })",
    "($a := $x; $a.b)",
    "'text' in $x.tags",
  ])("is not one that looks at what it has before it: %s", (source) => {
    expect(complaints(source)).toBe("");
  });
});

describe("an expression is bounded by its form", () => {
  it.each([
    "$states.input",
    "$states.input.a.b[0].c",
    "$states.input.items[-1]",
    "$states.input.items[kind = 'x' and size > 3].name",
    "$states.input.items.{'id': id, 'n': a.b & 'x'}",
    "$variable := 1",
    "$a > 3 and $exists($b.c) ? 'x' : -$d",
    "{'a': [1, 2, $x], 'b': $merge([$x, {'y': 1}])}",
    "$states.context.Execution.Name & '/' & $string($n)",
    "$now() & $toMillis($t)",
    "$count($states.result) + $sum($x.y)",
  ])("%s", (source) => expect(isBounded(compiled(source).syntax)).toBe(true));

  it.each([
    "($f := function($x){$f($x)}; $f(1))",
    "$map($x, function($i){$i})",
    "[1..1000000]",
    "$pad('x', 100000000)",
    "$replace($a, 'x', $b)",
    "$contains($a, /(a+)+$/)",
    "$states.input.items.($states.input.items.($states.input.items))",
    "$states.input.items[id = $states.input.ids.id]",
    "$states.input.items[id in $ids]",
    "$x ~> $sum",
    "$x.**",
    "$x^(a)",
    "($a := $x & $x; $b := $a & $a; $b & $b)",
    "$fromMillis($t, '[Y]')",
    Array.from({ length: 300 }, () => "$x").join(" & "),
    Array.from({ length: 101 }, () => "1").join(" + "),
    `$x := ${Array.from({ length: 101 }, () => "1").join(" + ")}`,
    "$sum",
  ])("not %s", (source) => {
    // A function by itself is bounded, but no result: it fails its state.
    expect(isBounded(compiled(source).syntax)).toBe(source === "$sum");
  });
});
