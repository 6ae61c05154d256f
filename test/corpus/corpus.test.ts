import { describe, expect, test } from "vitest";
import { loadSpecification } from "../../adapters/embedded/sandbox/change-set/recreation.ts";
import { CORPUS } from "./corpus.ts";
import { judged, tableOf } from "./judge.ts";

const outcomes = await judged(CORPUS, { recreation: loadSpecification });

describe("the labelled corpus", () => {
  test("has eighty changes and more over every format, half of them routine", () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(80);
    const routine = CORPUS.filter(({ label }) => label === "routine").length;
    expect(routine / CORPUS.length).toBeGreaterThan(0.4);
    expect(routine / CORPUS.length).toBeLessThan(0.6);
    const formats = ["change set", "template", "terraform plan", "two templates"];
    expect([...new Set(CORPUS.map(({ format }) => format))].sort()).toEqual(formats);
    const names = CORPUS.map(({ name, format, label }) => `${label} ${format} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(CORPUS.map(({ name, label, format }) => [label, format, name] as const))(
    "a %s change, %s: %s",
    (label, format, name) => {
      const own = outcomes.filter(({ of }) => of.name === name && of.format === format && of.label === label);
      expect(own.length).toBe(4);
      expect(own.filter(({ isRight }) => !isRight).map((one) => tableOf([one]))).toEqual([]);
    },
  );

  test("is told as a table of what was stopped and what passed", () => {
    const [first] = outcomes;
    expect(tableOf(outcomes)).toMatch(/^all +\d+ +0 +0 +\d+$/m);
    expect(tableOf([{ ...first!, isRight: false }])).toContain(`${first!.of.name}: PASS`);
  });

  test("names a reason for everything that is stopped, and every point", () => {
    for (const { report, stopped } of outcomes) {
      if (stopped) expect(report.risk.reasons[0]?.why).not.toBe("");
      for (const { why, points } of report.risk.reasons) {
        expect(why.length).toBeGreaterThan(5);
        expect(points).toBeGreaterThan(0);
      }
    }
  });
});
