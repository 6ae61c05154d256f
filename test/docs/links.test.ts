import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const pages = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md", { cwd: ROOT })];

/** Names of files of ours, in backticks: `core/gate/gates.ts`, `bin/home`. */
const NAMED =
  /`((?:bin|core|engine|adapters|lambdas|lib|config|statemachines|schemas|examples|scripts|bench|test|docs|\.ci)\/[\w./-]*\w)`/g;

test.each(pages)("%s links to what is there", (page) => {
  const text = readFileSync(join(ROOT, page), "utf8");
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  const broken = targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => target.replace(/#.*$/, ""))
    .filter((target) => target !== "" && !existsSync(join(ROOT, dirname(page), target)));
  expect(broken).toEqual([]);
});

test.each(pages)("%s names files that are there", (page) => {
  const text = readFileSync(join(ROOT, page), "utf8");
  const names = [...text.matchAll(NAMED)].map(([, name = ""]) => name);
  expect(names.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
});

test("every decision is in the list of decisions", () => {
  const list = readFileSync(join(ROOT, "docs/adr/README.md"), "utf8");
  const adrs = globSync("docs/adr/[0-9]*.md", { cwd: ROOT }).map((file) => file.replace("docs/adr/", ""));
  expect(adrs.filter((adr) => !list.includes(`](${adr})`))).toEqual([]);
});
