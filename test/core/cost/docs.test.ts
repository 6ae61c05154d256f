import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PRICE_SHEET } from "../../../core/cost/sheet.ts";
import { USAGE } from "../../../core/cost/usage.ts";

const guide = readFileSync(join(import.meta.dirname, "../../../docs/cost.md"), "utf8");

test("the guide lists every usage assumption as the code has it, and no other", () => {
  const rows = Object.entries(USAGE).flatMap(([type, keys]) =>
    Object.entries(keys).map(
      ([key, { unit, typical, idle }]) => `| ${type} | \`${key}\` | ${unit} | ${typical} | ${idle} |`,
    ),
  );
  const listed = guide.split("\n").filter((line) => line.startsWith("| AWS::"));
  // The guide's columns are padded to stand below one another.
  expect(listed.map((line) => line.replace(/ +/g, " "))).toEqual(rows);
});

test("the guide names the regions of the sheet", () => {
  for (const region of PRICE_SHEET.regions) expect(guide).toContain(region);
});
