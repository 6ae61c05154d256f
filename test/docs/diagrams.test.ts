import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { diagramSvg } from "../../lambdas/atlas/diagram.ts";

const DIAGRAMS = join(import.meta.dirname, "../../docs/diagrams");
const sources = globSync("src/*.mmd", { cwd: DIAGRAMS });

test.each(sources)("the picture of %s is drawn from it", async (source) => {
  const svg = readFileSync(join(DIAGRAMS, "svg", `${basename(source, ".mmd")}.svg`), "utf8");
  expect(svg.trim()).toBe((await diagramSvg(readFileSync(join(DIAGRAMS, source), "utf8"))).trim());
});
