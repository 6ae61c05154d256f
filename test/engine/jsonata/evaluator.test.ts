import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { VirtualClock } from "../../../engine/clock.ts";
import { Evaluator } from "../../../engine/jsonata/evaluator.ts";
import { compileExpression, type Expression } from "../../../engine/jsonata/expression.ts";

const clock = new VirtualClock();
const evaluator = new Evaluator(clock, { time: 400 });
/** Has all the time in the world, so that only memory can run out. */
const patient = new Evaluator(clock, { time: 100_000, memory: 64 });

afterAll(() => {
  evaluator.close();
  patient.close();
});

function evaluate(source: string, bindings = {}, by = evaluator): Promise<unknown> {
  return by.evaluate(compileExpression(source) as Expression, bindings);
}

describe("an expression that could cost too much", () => {
  it.each([
    ["recurses for ever", "($f := function($x){$f($x)}; $f(1))"],
    ["backtracks for ever", "$contains('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/)"],
  ])("and %s is ended when its time is over, and the next one is evaluated", async (_, source) => {
    await expect(evaluate(source)).rejects.toMatchObject({
      message: "Expression evaluation timeout: Check for infinite loop",
    });
    expect(await evaluate("$map([1, 2], function($x){$x + 1})")).toEqual({ text: "[2,3]" });
  });

  it.each([
    ["makes a huge list", "[1..10000000]"],
    ["collects ever more lists", "($f := function($x){$f($append($x, [1..100000]))}; $f([]))"],
    ["doubles a text", "($d := function($s, $n){$n = 0 ? $s : $d($s & $s, $n - 1)}; $d('x', 29))"],
  ])("and %s is ended when it has used too much memory, and the next one is evaluated", async (_, source) => {
    await expect(evaluate(source, {}, patient)).rejects.toMatchObject({
      message: "Expression evaluation memory limit exceeded: Check for excessive memory usage",
    });
    expect(await evaluate("$map([1, 2], function($x){$x + 1})", {}, patient)).toEqual({ text: "[2,3]" });
  });

  const doubled = (times: number) =>
    `($d := function($s, $n){$n = 0 ? $s : $d($s & $s, $n - 1)}; $length($d('x', ${times})))`;
  it.each([
    ["[1..873782] ~> $count()", "873782", "[1..873783] ~> $count()"],
    [doubled(22), "4194304", doubled(23)],
  ])("may hold as much as with the service: %s", async (most, text, more) => {
    const roomy = new Evaluator(clock, { time: 100_000 });
    expect(await evaluate(most, {}, roomy)).toEqual({ text });
    await expect(evaluate(more, {}, roomy)).rejects.toMatchObject({
      message: expect.stringContaining("memory limit exceeded"),
    });
    roomy.close();
  });

  const sum = (terms: number) => Array.from({ length: terms }, () => "1").join(" + ");
  const recursive = (times: number) => `($f := function($n){$n = 0 ? 0 : 1 + $f($n - 1)}; $f(${times}))`;
  it("may nest a hundred deep, also by recursion that is not at the tail", async () => {
    const overflow = { message: expect.stringContaining("Stack overflow error: Check for non-terminating") };
    expect(await evaluate(sum(100))).toEqual({ text: "100" });
    await expect(evaluate(sum(101))).rejects.toMatchObject(overflow);
    expect(await evaluate(recursive(20))).toEqual({ text: "20" });
    await expect(evaluate(recursive(100))).rejects.toMatchObject(overflow);
    expect(await evaluate("($f := function($n){$n = 0 ? 0 : $f($n - 1)}; $f(1000))")).toEqual({ text: "0" });
  });

  it("may be as wide as it likes", async () => {
    const wide = `[${Array.from({ length: 500 }, (_, i) => i).join(",")}]`;
    expect(await evaluate(`$count(${wide})`)).toEqual({ text: "500" });
    expect(await evaluate("$sum($map([1..500], function($x){$count([$x, $x + 1, [1, $x]])}))")).toEqual({
      text: "1500",
    });
    expect(
      await evaluate("$count($keys($merge($map([1..300], function($x){{$string($x): $x, 'a': 1}}))))"),
    ).toEqual({
      text: "301",
    });
  });

  it("has all that others have: variables, the added functions and the engine's time", async () => {
    const source =
      "$map($list, function($x){$x & '/' & $states.input.n & '/' & $now() & '/' & $hash('a', 'MD5')})";
    const bindings = {
      list: ["a"],
      states: {
        get input() {
          return { n: 1 };
        },
      },
    };
    expect(await evaluate(source, bindings)).toEqual({
      text: '"a/1/2026-01-01T00:00:00.000Z/0cc175b9c0f1b6a831c399e269772661"',
    });
  });

  it("throws what it throws, with its code", async () => {
    await expect(evaluate("$map([1], function($x){$x + 'a'})")).rejects.toMatchObject({ code: "T2002" });
  });

  it("waits for its turn", async () => {
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, i) => evaluate("$map([$n], function($x){$x * 2})", { n: i })),
    );
    expect(results).toEqual(Array.from({ length: 50 }, (_, i) => ({ text: String(i * 2) })));
  });
});

describe("where an expression is evaluated", () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  const paths = fc.constantFrom(
    "$x",
    "$x.a",
    "$x.a.b",
    "$x[0]",
    "$x[-1].a",
    "$count($x)",
    "$string($x)",
    "[$x]",
    "{'k': $x}",
    "$exists($x.a)",
  );

  it("makes no difference to what it gives", async () => {
    await fc.assert(
      fc.asyncProperty(json, paths, async (x, source) => {
        const here = await evaluate(source, { x }).catch(messageOf);
        // The lambda keeps it from being evaluated here.
        const there = await evaluate(`(function(){${source}})()`, { x }).catch(messageOf);
        expect(there).toEqual(here);
      }),
      { numRuns: 200 },
    );
  });
});

const messageOf = (error: unknown) => (error as { message: string }).message;
