import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../support/processes.ts";
import { temporaryFolder } from "../support/workspace.ts";

const PATIENCE_MS = 20_000;

/** Waits until something holds. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const give = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > give) throw new Error(`never: ${what}`);
    await setTimeout(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts it behind a wrapper; which process works there it says itself. */
async function startedBy(command: string, args: readonly string[]) {
  const data = join(temporaryFolder(), "data");
  const env = { ...process.env, CONDUCTOR_DATA: data };
  const wrapper = spawn(command, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let said = "";
  for (const stream of [wrapper.stdout, wrapper.stderr]) stream.on("data", (text) => (said += String(text)));
  let worker = 0;
  onTestFinished(() => {
    wrapper.kill("SIGKILL");
    if (worker > 0 && isAlive(worker)) process.kill(worker, "SIGKILL");
  });
  await until(`${command} says who works: ${said}`, () => /"pid": \d+/.test(said));
  worker = Number(/"pid": (\d+)/.exec(said)?.[1]);
  return { wrapper, worker, data };
}

const LAUNCHER = join(ROOT, "bin/launch.js");

test.each([
  ["npm", ["start", "--", "--port", "0", "--json"], "SIGTERM"],
  ["npm", ["start", "--", "--port", "0", "--json"], "SIGINT"],
  ["npx", ["conductor", "start", "--port", "0", "--json"], "SIGTERM"],
  ["npx", ["conductor", "start", "--port", "0", "--json"], "SIGINT"],
  [process.execPath, [LAUNCHER, "start", "--port", "0", "--json"], "SIGTERM"],
  [process.execPath, [LAUNCHER, "start", "--port", "0", "--json"], "SIGINT"],
] as const)(
  "%s %j ends with all it began when it is sent %s",
  async (command, args, signal) => {
    const { wrapper, worker, data } = await startedBy(command, args);
    expect(existsSync(join(data, "driver.json"))).toBe(true);
    // A terminal tells Ctrl-C to everybody in it; whoever supervises tells the one process it began.
    const to = signal === "SIGINT" ? -(wrapper.pid ?? 0) : (wrapper.pid ?? 0);
    process.kill(to, signal);
    await until(`${worker} ends`, () => !isAlive(worker));
    // It was drained: whoever drives takes its sign down at the very end.
    expect(existsSync(join(data, "driver.json"))).toBe(false);
  },
  60_000,
);
