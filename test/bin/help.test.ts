import type { Command } from "commander";
import { expect, test } from "vitest";
import { COMMANDS } from "../../bin/cli/commands.ts";
import { commandLine } from "../support/command-line.ts";
import { Process } from "../support/processes.ts";

const { type } = commandLine();

/** `run change`, `status`, … : whatever does something itself. */
function leaves(command: Command, before: readonly string[] = []): string[][] {
  const path = [...before, command.name()];
  return command.commands.length === 0 ? [path] : command.commands.flatMap((one) => leaves(one, path));
}

const loaded = await Promise.all(Object.values(COMMANDS).map(async (entry) => await entry.load()));
const commands = loaded.flatMap((command) => leaves(command));

test("--help lists every command in a line", async () => {
  const { code, stdout, stderr } = await type("--help");
  expect([code, stderr]).toEqual([0, ""]);
  for (const [name, { description }] of Object.entries(COMMANDS))
    expect(stdout.replaceAll(/\n {2,}(?=\S+ \S)/g, "\n  ")).toMatch(
      new RegExp(`^ +${name} +${description.slice(0, 20)}`, "m"),
    );
});

test.each(commands.map((path) => path.join(" ")))(
  "%s --help says what it takes, with --json and --data",
  async (path) => {
    const { code, stdout, stderr } = await type(...path.split(" "), "--help");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^Usage: conductor ${path} \\[options\\]`));
    for (const option of ["--json", "--data <", "--help"]) expect(stdout).toContain(option);
  },
);

test("a command that only has others prints its help and exits 2", async () => {
  for (const name of ["run", "sandbox", "audit"]) {
    const { code, stdout, stderr } = await type(name);
    expect([name, code, stdout]).toEqual([name, 2, ""]);
    expect(stderr).toMatch(`Usage: conductor ${name}`);
  }
});

test("npx conductor and npx atlas start the same program", async () => {
  const [conductor, atlas] = await Promise.all(
    ["conductor", "atlas"].map((name) => new Process([`node_modules/.bin/${name}`, "plan", "--help"]).ended),
  );
  expect(conductor?.out).toMatch(/^Usage: conductor plan \[options\] <file>/);
  expect(atlas?.out).toBe(conductor?.out.replace("conductor plan", "atlas plan"));
});
