import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COMMANDS } from "../../bin/cli/commands.ts";
import { temporaryFolder } from "../support/workspace.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGES = [
  "README.md",
  "docs/architecture.md",
  "docs/api.md",
  "docs/operations.md",
  "docs/security.md",
  "docs/sandbox.md",
  "docs/engine.md",
  "docs/cost.md",
  "docs/check.md",
  "docs/unproven.md",
  "docs/fault-matrix.md",
  "CONTRIBUTING.md",
];
const read = (page: string) => readFileSync(join(ROOT, page), "utf8");

/** `npx conductor …` as it stands in code, each alternative of `a|b` on its own, comments left out. */
function commandsOf(text: string): string[] {
  const spans = [...text.matchAll(/```sh\n([\s\S]*?)```|`(npx conductor [^`]+)`/g)];
  return spans
    .flatMap(([, block, inline]) => (block ?? inline ?? "").split("\n"))
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line.startsWith("npx conductor "))
    .flatMap((line) => {
      const [, before = "", choice, after = ""] = /^(.*?)([a-z]+(?:\|[a-z]+)+)(.*)$/.exec(line) ?? [];
      return choice === undefined ? [line] : choice.split("|").map((one) => `${before}${one}${after}`);
    });
}

function conductor(args: readonly string[], cwd: string) {
  const launcher = join(ROOT, "bin/launch.js");
  const env = {
    ...process.env,
    CONDUCTOR_PACE: "none",
    CONDUCTOR_DATA: join(cwd, "data"),
  };
  return spawnSync(process.execPath, [launcher, ...args], { cwd: ROOT, encoding: "utf8", env });
}

test("the commands of the README's how-tos do what it says, in its order", () => {
  const folder = temporaryFolder();
  const howTos = commandsOf([...read("README.md").matchAll(/```sh\n[\s\S]*?```/g)].join("\n"));
  expect(howTos.length).toBeGreaterThan(12);
  let gate = "";
  let execution = "";
  for (const line of howTos) {
    const words = [...line.replace("npx conductor ", "").matchAll(/"([^"]*)"|\S+/g)];
    const args = words
      .map(([word, quoted]) => quoted ?? word)
      .map(
        (word) =>
          ({ GATE: gate, ID: execution, "plan/": join(folder, "plan"), "record/": join(folder, "record") })[
            word
          ] ?? word,
      );
    const { status, stdout, stderr } = conductor(args, folder);
    expect(status, `${line}\n${stdout}${stderr}`).toBe(line.includes(" run change ") ? 3 : 0);
    gate = /gate_[0-9a-f]{12}/.exec(stdout)?.[0] ?? gate;
    execution = /exec_[0-9a-f]{12}/.exec(stdout)?.[0] ?? execution;
  }
}, 60_000);

test.each(PAGES)("every command and option that %s mentions exists", async (page) => {
  for (const line of commandsOf(read(page))) {
    const [name = "", ...rest] = line.replace("npx conductor ", "").split(" ");
    const entry = COMMANDS[name];
    expect(entry, line).toBeDefined();
    let command = await entry!.load();
    for (const word of rest) command = command.commands.find((sub) => sub.name() === word) ?? command;
    const known = command.options.map(({ long }) => long);
    for (const word of rest.filter((one) => one.startsWith("--"))) expect(known, line).toContain(word);
  }
});

test.each(PAGES)("every npm script that %s mentions exists, and no script is run past npm's Node", (page) => {
  const text = read(page);
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const named = [...text.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
  expect(text).not.toMatch(/(^|[`\s])node [\w./-]+\.ts/);
});
