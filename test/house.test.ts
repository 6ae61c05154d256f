import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
let house: string;

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), "conductor-house-"));
  for (const rule of ["biome.json", "scripts/lint"])
    cpSync(join(ROOT, rule), join(house, rule), { recursive: true });
});

afterAll(() => rmSync(house, { recursive: true, force: true }));

/** Lints one source in an empty copy of the house, where the overrides for its room apply. */
function lint(room: string, source: string): string {
  mkdirSync(join(house, room), { recursive: true });
  const file = join(house, room, "planted.ts");
  writeFileSync(file, source);
  const args = ["lint", "--colors=off", "--vcs-enabled=false", file];
  const run = spawnSync(join(ROOT, "node_modules/.bin/biome"), args, { cwd: house, encoding: "utf8" });
  return run.status === 0 ? "" : run.stdout + run.stderr;
}

const FORBIDDEN: [from: string, what: string, source: string][] = [
  ["core", "an adapter", 'import { x } from "../adapters/embedded/x.ts";\nexport const y = x;\n'],
  ["core", "the file system", 'import { readFileSync } from "node:fs";\nexport const y = readFileSync;\n'],
  ["core", "the clock", "export const y = Date.now();\n"],
  ["core", "today's date", "export const y = new Date();\n"],
  ["core", "randomness", "export const y = Math.random();\n"],
  ["core", "the environment", "export const y = process.env;\n"],
  ["engine", "the core", 'import { x } from "../core/x.ts";\nexport const y = x;\n'],
  [
    "adapters/aws",
    "a scan",
    'import { ScanCommand } from "@aws-sdk/client-dynamodb";\nexport const y = ScanCommand;\n',
  ],
  ["adapters/embedded", "a lambda", 'import { x } from "../../lambdas/x/handler.ts";\nexport const y = x;\n'],
  ["lambdas/atlas", "the engine", 'import { x } from "../../engine/x.ts";\nexport const y = x;\n'],
  [
    "lambdas/atlas",
    "the constructs",
    'import { x } from "../../lib/constructs/x.ts";\nexport const y = x;\n',
  ],
  ["api/routes", "an adapter", 'import { x } from "../../adapters/embedded/x.ts";\nexport const y = x;\n'],
  ["api/routes", "the clock", "export const y = Date.now();\n"],
  ["console", "the environment", "export const y = process.env;\n"],
  ["console", "the file system", 'import { readFileSync } from "node:fs";\nexport const y = readFileSync;\n'],
  ["core", "the API", 'import { x } from "../api/x.ts";\nexport const y = x;\n'],
  ["lambdas/atlas", "the API", 'import { x } from "../../api/x.ts";\nexport const y = x;\n'],
  ["lib/constructs", "the core", 'import { x } from "../../core/x.ts";\nexport const y = x;\n'],
];

test.each(FORBIDDEN)("%s may not use %s", (room, _what, source) => {
  expect(lint(room, source)).toMatch(/noRestricted|noJsRestrictedProperties|plugin/);
});

test("an arrow that points the right way passes", () => {
  const source = 'import { createHash } from "node:crypto";\nexport const y = createHash;\n';
  expect(lint("core", source)).toBe("");
});
