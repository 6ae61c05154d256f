import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** The repository's own Node, without the launcher between: a signal sent to the child reaches the work itself. */
const NODE = join(ROOT, "node_modules/node/bin/node");

/** How a process ended, with all it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly complaint: string;
}

/** A process of its own, and what becomes of it. */
export class Process {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #out = "";
  #complaint = "";
  #heard: (() => void)[] = [];

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(NODE, args, {
      cwd: ROOT,
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache"), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.on("data", (data: Buffer) => this.#hear(() => (this.#out += data.toString())));
    this.#child.stderr?.on("data", (data: Buffer) => this.#hear(() => (this.#complaint += data.toString())));
    this.ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", (code, signal) => {
        this.#hear(() => {});
        resolve({ code, signal, out: this.#out, complaint: this.#complaint });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Ends it without a warning, as a power cut would. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<Ended> {
    this.#child.kill(signal);
    return await this.ended;
  }

  /** Resolves when it has said something that matches; an end without it is an error. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#out);
      if (found) return found;
      if (!this.running)
        throw new Error(`it ended without saying ${pattern}: ${this.#out}${this.#complaint}`);
      await new Promise<void>((resolve) => this.#heard.push(resolve));
    }
  }

  #hear(take: () => void): void {
    take();
    const waiting = this.#heard;
    this.#heard = [];
    for (const resolve of waiting) resolve();
  }
}

/** What it said on standard output, if it ended well. */
export async function saidBy(child: Process): Promise<string> {
  const { code, out, complaint } = await child.ended;
  if (code !== 0) throw new Error(complaint);
  return out.trim();
}
