/**
 * What the engine costs: durable nine-Task executions per second beside the number of bare SQLite commits, what
 * 10,000 waiting executions cost, and whether starts and lists stay flat as finished executions pile up.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { VirtualClock } from "../engine/clock.ts";
import { Engine, type EngineOptions } from "../engine/engine.ts";
import { openDatabase } from "../engine/store/database.ts";

const RUNS = 7;
const TASKS = 9;
/** A start and nine results. */
const COMMITS_PER_EXECUTION = TASKS + 1;
const WAITING = 10_000;

const NINE_TASKS = {
  QueryLanguage: "JSONata",
  StartAt: "Step1",
  States: Object.fromEntries(
    Array.from({ length: TASKS }, (_, i) => [
      `Step${i + 1}`,
      {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: { FunctionName: "step", Payload: { step: i + 1, input: "{% $states.input %}" } },
        Output: "{% $states.result.Payload %}",
        TimeoutSeconds: 60,
        Retry: [{ ErrorEquals: ["States.ALL"], JitterStrategy: "FULL" }],
        ...(i < TASKS - 1 ? { Next: `Step${i + 2}` } : { End: true }),
      },
    ]),
  ),
};
const GATE = {
  QueryLanguage: "JSONata",
  StartAt: "Gate",
  States: {
    Gate: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
      Arguments: { FunctionName: "ask", Payload: { token: "{% $states.context.Task.Token %}" } },
      TimeoutSeconds: 31_536_000,
      End: true,
    },
  },
};
const PASS = { QueryLanguage: "JSONata", StartAt: "P", States: { P: { Type: "Pass", End: true } } };

/** An engine on a file, with a way to wait for one execution. */
class Bench {
  readonly engine: Engine;
  readonly latencies: number[] = [];
  readonly #waiting = new Map<string, () => void>();
  readonly #ended = new Set<string>();
  readonly #answeredAt = new Map<string, number>();

  constructor(path: string, options: Partial<EngineOptions> = {}) {
    this.engine = new Engine({
      database: openDatabase(path),
      functions: {
        invoke: async ({ payload, executionArn }) => {
          const answered = this.#answeredAt.get(executionArn);
          if (answered !== undefined) this.latencies.push(performance.now() - answered);
          this.#answeredAt.set(executionArn, performance.now());
          return payload;
        },
      },
      onEnded: ({ executionArn }) => {
        this.#answeredAt.delete(executionArn);
        const tell = this.#waiting.get(executionArn);
        // An execution that waits for nothing has ended before its start returns.
        if (tell) tell();
        else this.#ended.add(executionArn);
        this.#waiting.delete(executionArn);
      },
      onError: (error) => console.error(error),
      ...options,
    });
    for (const [name, definition] of Object.entries({ nine: NINE_TASKS, gate: GATE, pass: PASS })) {
      this.engine.loadStateMachine({ name, definition });
    }
    this.engine.start();
  }

  /** Starts an execution and waits for its end. */
  async one(stateMachine: string): Promise<void> {
    const { executionArn } = await this.engine.startExecution({ stateMachine, input: '{"a":1}' });
    if (this.#ended.delete(executionArn)) return;
    await new Promise<void>((resolve) => this.#waiting.set(executionArn, resolve));
  }

  /** Executions per second, with so many at once. */
  async rate(stateMachine: string, total: number, concurrency: number): Promise<number> {
    let left = total;
    const worker = async () => {
      while (left-- > 0) await this.one(stateMachine);
    };
    const begun = performance.now();
    await Promise.all(Array.from({ length: concurrency }, worker));
    return total / ((performance.now() - begun) / 1_000);
  }
}

/** Bare commits per second: two rows each, as a step writes. */
function bareCommits(path: string, total: number): number {
  const database = openDatabase(path);
  database.exec(
    "CREATE TABLE IF NOT EXISTS a (id INTEGER PRIMARY KEY, text TEXT); CREATE TABLE IF NOT EXISTS b (id INTEGER PRIMARY KEY, text TEXT)",
  );
  const [begin, insert, update, commit] = [
    "BEGIN IMMEDIATE",
    "INSERT INTO a (text) VALUES (?)",
    "INSERT OR REPLACE INTO b VALUES (1, ?)",
    "COMMIT",
  ].map((sql) => database.prepare(sql)) as [Statement, Statement, Statement, Statement];
  const text = "x".repeat(800);
  const begun = performance.now();
  for (let i = 0; i < total; i++) {
    begin.run();
    insert.run(text);
    update.run(text.slice(0, 200));
    commit.run();
  }
  const rate = total / ((performance.now() - begun) / 1_000);
  database.close();
  return rate;
}

type Statement = ReturnType<ReturnType<typeof openDatabase>["prepare"]>;

async function nineTasks(directory: string): Promise<void> {
  const bench = new Bench(join(directory, "nine.db"));
  await bench.rate("nine", 500, 64);
  const alone: number[] = [];
  const together: number[] = [];
  const limits: number[] = [];
  const latencies: Record<"alone" | "together", number[]> = { alone: [], together: [] };
  // Turn and turn about, so that what else the machine does falls on all of them alike.
  for (let run = 0; run < RUNS; run++) {
    limits.push(bareCommits(join(directory, "bare.db"), 2_000) / COMMITS_PER_EXECUTION);
    bench.latencies.length = 0;
    alone.push(await bench.rate("nine", 200, 1));
    latencies.alone.push(...bench.latencies.splice(0));
    together.push(await bench.rate("nine", 2_000, 64));
    latencies.together.push(...bench.latencies.splice(0));
  }
  await bench.engine.stop();
  const [limit, one, many] = [median(limits), median(alone), median(together)];
  print("bare commits allow", `${limit.toFixed(0)} executions/s of ${COMMITS_PER_EXECUTION} commits`);
  print(
    "nine Tasks, 1 at once",
    `${one.toFixed(0)} executions/s (${(limit / one).toFixed(2)} × the commit limit)`,
  );
  print(
    "nine Tasks, 64 at once",
    `${many.toFixed(0)} executions/s (${(many / limit).toFixed(1)} × as many as bare commits)`,
  );
  for (const [at, values] of Object.entries(latencies)) {
    print(
      `step latency, ${at}`,
      `p50 ${quantile(values, 0.5).toFixed(2)} ms, p99 ${quantile(values, 0.99).toFixed(2)} ms`,
    );
  }
}

async function waiting(directory: string): Promise<void> {
  const path = join(directory, "waiting.db");
  const bench = new Bench(path);
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: WAITING }, () => bench.engine.startExecution({ stateMachine: "gate" })),
  );
  await bench.engine.settled();
  print(`starting ${WAITING} that wait for a token`, `${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  await bench.engine.stop();
  const restarts = Array.from({ length: RUNS }, () => {
    const { stdout } = spawnSync(process.execPath, ["--expose-gc", import.meta.filename, "restart", path], {
      encoding: "utf8",
    });
    return JSON.parse(stdout) as { milliseconds: number; megabytes: number };
  });
  print("restart with them", `${median(restarts.map(({ milliseconds }) => milliseconds)).toFixed(0)} ms`);
  print("memory with them", `${median(restarts.map(({ megabytes }) => megabytes)).toFixed(0)} MB`);
}

/** What a fresh process needs to be ready where many executions wait. */
async function restart(path: string): Promise<void> {
  const begun = performance.now();
  const bench = new Bench(path, { clock: new VirtualClock(Date.now()) });
  await bench.engine.settled();
  const milliseconds = performance.now() - begun;
  globalThis.gc?.();
  console.log(JSON.stringify({ milliseconds, megabytes: process.memoryUsage.rss() / 2 ** 20 }));
  await bench.engine.stop();
}

async function growth(directory: string): Promise<void> {
  const bench = new Bench(join(directory, "growth.db"));
  let finished = 0;
  for (const size of [1_000, 10_000, 100_000]) {
    await bench.rate("pass", size - finished, 256);
    finished = size;
    const starts = await Promise.all([
      timed(200, () => bench.engine.startExecution({ stateMachine: "pass" })),
    ]);
    finished += 200;
    const lists = await timed(200, async () =>
      bench.engine.listExecutions({ status: "SUCCEEDED", maxResults: 50 }),
    );
    const memory = process.memoryUsage.rss() / 2 ** 20;
    print(
      `with ${size} finished`,
      `start ${starts[0]?.toFixed(2)} ms, list ${lists.toFixed(2)} ms, ${memory.toFixed(0)} MB`,
    );
  }
  await bench.engine.stop();
}

/** The median time of some work, in milliseconds. */
async function timed(times: number, work: () => Promise<unknown>): Promise<number> {
  const durations: number[] = [];
  for (let i = 0; i < times; i++) {
    const begun = performance.now();
    await work();
    durations.push(performance.now() - begun);
  }
  return median(durations);
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function print(what: string, figure: string): void {
  console.log(`${what.padEnd(40)}${figure}`);
}

const [mode, path] = process.argv.slice(2);
if (mode === "restart") await restart(String(path));
else {
  // Beside the repository and not in the system's temporary directory, which may not be a disk.
  const directory = mkdtempSync(join(process.cwd(), ".bench-engine-"));
  try {
    for (const part of [nineTasks, waiting, growth]) if (!mode || part.name === mode) await part(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
