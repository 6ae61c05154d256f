import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { openRecord } from "../../bin/home/record.ts";
import type { ExecutionReport } from "../../bin/output/execution-report.ts";
import { faultsAfter } from "../support/aftermath.ts";
import type { CommandLine, ErrorAnswer } from "../support/command-line.ts";
import type { Process } from "../support/processes.ts";

/** How long contenders are held at the start: most of them stand there by then. Milliseconds. */
const AT_THE_START_MS = 700;

export interface Finish<Answer = object> {
  readonly code: number | null;
  readonly answer: Answer & Partial<ErrorAnswer>;
}

/**
 * Runs commands at once, each in a process of its own. Nobody can write until most of them have read what they are
 * about to change, so that they all go for it at the same moment.
 */
export async function race<Answer = object>(
  { data, ask }: CommandLine,
  ...commands: readonly (readonly string[])[]
): Promise<Finish<Answer>[]> {
  const barrier = new DatabaseSync(join(data, "conductor.db"), { timeout: 5_000 });
  barrier.exec("BEGIN IMMEDIATE");
  const running = commands.map((command) => ask<Answer & Partial<ErrorAnswer>>(...command));
  await setTimeout(AT_THE_START_MS);
  barrier.exec("ROLLBACK");
  barrier.close();
  return await Promise.all(running);
}

/** A server on the data directory, which is gone when the test is. */
export async function serve({ begin }: CommandLine, ...options: readonly string[]): Promise<Process> {
  const server = begin("serve", ...options);
  onTestFinished(async () => {
    if (server.running) await server.kill();
  });
  await server.says(/serving .* as process \d+/);
  return server;
}

/** The status of an execution, asked for until it is as the test wants it. */
export async function statusOnce(
  { ask }: CommandLine,
  id: string,
  holds: (report: ExecutionReport) => boolean,
): Promise<ExecutionReport> {
  for (;;) {
    const { answer } = await ask("status", id);
    if (holds(answer)) return answer;
  }
}

/** What is wrong with a data directory in which everything has ended. */
export async function faultsOf({ data }: CommandLine): Promise<string[]> {
  const home = openRecord({ data, create: false });
  try {
    return await faultsAfter(home);
  } finally {
    home.close();
  }
}

/** How many came out with each exit code or error, in the order of their names. */
export function tallyOf(finishes: readonly Finish[]): string[] {
  return finishes.map(({ code, answer }) => answer.error?.name ?? `exit ${code}`).sort();
}
