import { expect, test } from "vitest";
import { estimate, templateResources } from "../../../core/cost/estimate.ts";
import { COMPANIONS, EXAMPLES } from "./examples.ts";

/** Resources of every kind, references included. */
function template(size: number) {
  const examples = Array.from(
    { length: size },
    (_, index) => [`r${index}`, EXAMPLES[index % EXAMPLES.length]!] as const,
  );
  const all = [...COMPANIONS.map((companion) => [companion.address, companion] as const), ...examples];
  return {
    Resources: Object.fromEntries(
      all.map(([address, { type, properties }]) => [address, { Type: type, Properties: properties }]),
    ),
  };
}

/** The best of several runs in milliseconds: the machine may be busy, the code cannot be faster than it is. */
function best(size: number): number {
  const source = template(size);
  const times = Array.from({ length: 8 }, () => {
    const start = performance.now();
    estimate(templateResources(source), { region: "af-south-1" });
    return performance.now() - start;
  });
  return Math.min(...times);
}

test("a thousand resources are priced in less than 50 ms once warm", () => {
  best(100);
  expect(best(1000)).toBeLessThan(50);
});

test("ten times the resources take about ten times as long", () => {
  best(1000);
  const [thousand, tenThousand] = [best(1000), best(10_000)];
  expect(tenThousand / thousand).toBeLessThan(25);
});
