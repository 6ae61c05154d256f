import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CEILINGS, tableText, tierCosts } from "../../scripts/tier-costs/table.ts";
import { ROOT } from "../support/processes.ts";

const costs = tierCosts();

test("no tier costs more while nothing happens than it may, and each more than the one beneath", () => {
  expect(costs.map(({ tier }) => tier)).toEqual(["small", "medium", "large"]);
  for (const { tier, idle } of costs) expect([tier, idle]).toEqual([tier, expect.closeTo(idle)]);
  for (const { tier, idle } of costs) expect(idle).toBeLessThanOrEqual(CEILINGS[tier]);
  const idle = costs.map((cost) => cost.idle);
  expect(idle).toEqual(idle.toSorted((a, b) => a - b));
  for (const { idle: still, thousand } of costs) expect(thousand).toBeGreaterThan(still + 1);
});

test("what has no price is said, and is nothing that could cost much while nothing runs", () => {
  expect(new Set(costs.flatMap(({ unpriced }) => unpriced))).toEqual(new Set(["AWS::ECS::Cluster"]));
});

test("the README has the table as it comes out", () => {
  const cells = (text: string) =>
    text
      .split("\n")
      .filter((line) => line.startsWith("|") && !line.includes("---"))
      .map((line) => line.split("|").map((cell) => cell.trim()));
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const [, table = ""] = /<!-- tier-costs -->\n\n([\s\S]+?)\n\n/.exec(readme) ?? [];
  expect(cells(table)).toEqual(cells(tableText(costs)));
});
