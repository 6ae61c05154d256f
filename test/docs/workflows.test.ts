import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../support/processes.ts";

const folder = join(ROOT, ".github/workflows");
const workflows = readdirSync(folder).map(
  (name) => [name, readFileSync(join(folder, name), "utf8")] as const,
);
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

describe.each(workflows)("%s", (_, text) => {
  test("names every action by the hash of its commit", () => {
    const used = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  test("holds no key and no secret: AWS trusts the workflow's own identity", () => {
    expect(text).not.toMatch(/secrets\.|AKIA|aws-access-key-id/i);
  });

  test("puts nothing that somebody typed into a shell", () => {
    const commands = [...text.matchAll(/run: (.*)/g)].map(([, command]) => command);
    for (const command of commands) expect(command).not.toMatch(/\$\{\{ *(inputs|github\.event)/);
  });

  test("runs scripts that there are", () => {
    for (const [, script = ""] of text.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty(script);
  });
});
