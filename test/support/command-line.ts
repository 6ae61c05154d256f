import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished } from "vitest";
import type { ExecutionReport } from "../../bin/output/execution-report.ts";
import { Process } from "./processes.ts";

/** What a command did. */
export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Answered<Answer> {
  readonly code: number | null;
  readonly answer: Answer;
}

export interface ErrorAnswer {
  readonly error: { readonly name: string; readonly message: string; readonly exitCode: number };
}

/** A terminal on which `conductor` is typed, its data directory (which is not there yet) and a folder for files. */
export interface CommandLine {
  readonly folder: string;
  readonly data: string;
  begin(...args: readonly string[]): Process;
  type(...args: readonly string[]): Promise<Said>;
  /** The same with --json: exactly one document on standard output, and nothing on standard error. */
  ask<Answer = ExecutionReport>(...args: readonly string[]): Promise<Answered<Answer>>;
}

/** For one test, or all of a file; what is left of it goes when they are done. */
export function commandLine(env: NodeJS.ProcessEnv = {}): CommandLine {
  const folder = mkdtempSync(join(tmpdir(), "conductor-cli-"));
  const data = join(folder, "data");
  const begun: Process[] = [];
  afterwards(async () => {
    for (const child of begun) if (child.running) await child.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  const begin = (...args: readonly string[]) => {
    const settings = { CONDUCTOR_DATA: data, CONDUCTOR_PACE: "none", CONDUCTOR_USER: "ada", ...env };
    const child = new Process(["bin/conductor.ts", ...args], settings);
    begun.push(child);
    return child;
  };
  const type = async (...args: readonly string[]) => {
    const { code, out, complaint } = await begin(...args).ended;
    return { code, stdout: out, stderr: complaint };
  };
  return {
    folder,
    data,
    begin,
    type,
    ask: async <Answer>(...args: readonly string[]) => {
      const { code, stdout, stderr } = await type(...args, "--json");
      expect(stderr).toBe("");
      return { code, answer: JSON.parse(stdout) as Answer };
    },
  };
}

/** After the test it is called in, or else after all those of the file. */
function afterwards(work: () => Promise<void>): void {
  try {
    onTestFinished(work);
  } catch {
    afterAll(work);
  }
}

export const EXAMPLES = join(import.meta.dirname, "..", "..", "examples", "goals");

/** A goal of the examples, as it is named on the command line. */
export function example(name: string): string {
  return join(EXAMPLES, `${name}.json`);
}

/** Commands that change a stack take a few seconds, and as many more as other tests leave of the machine. */
export const A_WHOLE_CHANGE_MS = 180_000;
