/**
 * Kills an engine with SIGKILL at random moments, again and again, and looks for what a crash must never cost:
 * an acknowledged start or answer that is lost, a result that is asked for again after it was journalled, a side
 * effect under another key, an execution that is stuck.
 *
 *   npm run soak:engine [-- rounds]
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Engine } from "../engine/engine.ts";
import type { FunctionCall } from "../engine/integrations/ports.ts";
import { openDatabase } from "../engine/store/database.ts";
import { Process } from "../test/support/processes.ts";

/** How many kills one database goes through before everything in it must come to its end. */
const KILLS_PER_DATABASE = 20;
/** How many executions each life of the engine starts. */
const STARTS_PER_LIFE = 4;
/** How long everything may take to come to its end, in milliseconds. */
const PATIENCE = 120_000;

const task = (name: string, rest: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: name, Payload: "{% $states.input %}" },
  Output: "{% $states.result.Payload.value %}",
  TimeoutSeconds: 600,
  ...rest,
});
const ask = (rest: object) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Arguments: { FunctionName: "ask", Payload: { token: "{% $states.context.Task.Token %}" } },
  TimeoutSeconds: 86_400,
  HeartbeatSeconds: 3_600,
  ...rest,
});

/** What runs: each machine with the number of Task visits it has and what it puts out. */
const MACHINES: Record<
  string,
  { definition: object; visits: number; expected: (answer: string) => unknown }
> = {
  chain: {
    definition: {
      StartAt: "Step1",
      States: Object.fromEntries(
        Array.from({ length: 9 }, (_, i) => [
          `Step${i + 1}`,
          task("increment", i < 8 ? { Next: `Step${i + 2}` } : { End: true }),
        ]),
      ),
    },
    visits: 9,
    expected: () => 10,
  },
  loop: {
    definition: {
      StartAt: "Step",
      States: {
        Step: task("increment", { Next: "Enough" }),
        Enough: {
          Type: "Choice",
          Choices: [{ Condition: "{% $states.input < 6 %}", Next: "Step" }],
          Default: "Done",
        },
        Done: { Type: "Succeed" },
      },
    },
    visits: 5,
    expected: () => 6,
  },
  mixed: {
    definition: {
      StartAt: "First",
      States: {
        First: task("increment", { Next: "Fan", Assign: { first: "{% $states.result.Payload.value %}" } }),
        Fan: {
          Type: "Parallel",
          Branches: [
            {
              StartAt: "Flaky",
              States: {
                Flaky: task("flaky", {
                  Retry: [{ ErrorEquals: ["Flaky"], IntervalSeconds: 1 }],
                  Next: "Nap",
                }),
                Nap: { Type: "Wait", Seconds: 1, Next: "More" },
                More: task("increment", { End: true }),
              },
            },
            {
              StartAt: "Each",
              States: {
                Each: {
                  Type: "Map",
                  Items: [1, 2, 3, 4],
                  MaxConcurrency: 2,
                  ItemProcessor: { StartAt: "Step", States: { Step: task("increment", { End: true }) } },
                  End: true,
                },
              },
            },
            {
              StartAt: "Ask",
              States: {
                Ask: ask({ Next: "Tell" }),
                Tell: { Type: "Pass", Output: "{% $states.input & $string($first) %}", End: true },
              },
            },
          ],
          End: true,
        },
      },
    },
    visits: 8,
    expected: (answer) => [3, [2, 3, 4, 5], `${answer}2`],
  },
};

interface LoggedCall {
  readonly key: string;
  readonly functionName: string;
  readonly payload: unknown;
  readonly time: number;
}

export interface SoakReport {
  readonly rounds: number;
  readonly executions: number;
  readonly calls: number;
  readonly repeatedCalls: number;
  readonly faults: string[];
}

/** Runs rounds of SIGKILL; the report's faults are empty when the engine is sound. */
export async function soak(rounds: number, progress: (done: number) => void = () => {}): Promise<SoakReport> {
  const total = { rounds: 0, executions: 0, calls: 0, repeatedCalls: 0, faults: [] as string[] };
  while (total.rounds < rounds) {
    const kills = Math.min(KILLS_PER_DATABASE, rounds - total.rounds);
    const directory = mkdtempSync(join(tmpdir(), "engine-soak-"));
    const trial = new Trial(directory);
    const report = await trial.run(kills);
    total.rounds += kills;
    total.executions += report.executions;
    total.calls += report.calls;
    total.repeatedCalls += report.repeatedCalls;
    total.faults.push(...report.faults.map((fault) => `${directory}: ${fault}`));
    if (report.faults.length === 0) rmSync(directory, { recursive: true, force: true });
    progress(total.rounds);
  }
  return total;
}

/** One database, its lives and deaths, and the person who answers its questions from another process. */
class Trial {
  readonly #directory: string;
  readonly #engine: Engine;
  readonly #answers = new Map<string, string>();
  readonly #close: () => void;

  constructor(directory: string) {
    this.#directory = directory;
    const database = openDatabase(join(directory, "soak.db"));
    this.#close = () => database.close();
    this.#engine = new Engine({ database, functions: { invoke: async () => null } });
    for (const [name, { definition }] of Object.entries(MACHINES)) {
      this.#engine.loadStateMachine({ name, definition: { QueryLanguage: "JSONata", ...definition } });
    }
    for (const log of ["calls", "starts"]) writeFileSync(join(directory, log), "");
  }

  async run(kills: number): Promise<Omit<SoakReport, "rounds">> {
    for (let life = 0; life < kills; life++) await this.#liveAndDie(life);
    const stuck = await this.#liveToTheEnd();
    const report = this.#examine(stuck);
    this.#close();
    return report;
  }

  async #liveAndDie(life: number): Promise<void> {
    const child = this.#spawn(String(life));
    await child.says(/alive/);
    const end = Date.now() + Math.random() * 80;
    while (Date.now() < end) {
      await this.#answerQuestions();
      await sleep(2);
    }
    process.stderr.write((await child.kill()).complaint);
  }

  async #liveToTheEnd(): Promise<boolean> {
    const child = this.#spawn("last");
    const patience = Date.now() + PATIENCE;
    while (this.#engine.listExecutions({ status: "RUNNING", maxResults: 1 }).executions.length > 0) {
      await this.#answerQuestions();
      await sleep(20);
      if (Date.now() > patience) break;
    }
    process.stderr.write((await child.kill()).complaint);
    return Date.now() > patience;
  }

  async #answerQuestions(): Promise<void> {
    for (const { functionName, payload } of this.#log<LoggedCall>("calls")) {
      if (functionName !== "ask") continue;
      const taskToken = tokenIn(payload);
      if (this.#answers.has(taskToken) || Math.random() < 0.5) continue;
      const answer = `answer ${this.#answers.size}`;
      // Refused when another try of the same question was answered before; then this one is void.
      await this.#engine.sendTaskSuccess({ taskToken, output: JSON.stringify(answer) }).then(
        () => this.#answers.set(taskToken, answer),
        () => this.#answers.set(taskToken, ""),
      );
    }
  }

  #examine(stuck: boolean): Omit<SoakReport, "rounds"> {
    const faults = stuck ? ["executions are stuck"] : [];
    const calls = this.#log<LoggedCall>("calls");
    const byKey = Map.groupBy(calls, ({ key }) => key);
    const starts = this.#log<{ executionArn: string }>("starts");
    for (const { executionArn } of starts) faults.push(...this.#examineExecution(executionArn, byKey));
    const { size } = byKey;
    return { executions: starts.length, calls: calls.length, repeatedCalls: calls.length - size, faults };
  }

  #examineExecution(executionArn: string, byKey: Map<string, LoggedCall[]>): string[] {
    const faults: string[] = [];
    const machine = MACHINES[executionArn.split(":")[6] ?? ""];
    const keys = [...byKey.keys()].filter((key) => key.startsWith(`${executionArn}/`));
    let output: unknown;
    try {
      const described = this.#engine.describeExecution({ executionArn });
      if (described.status !== "SUCCEEDED")
        return [`${executionArn} is ${described.status}: ${described.cause}`];
      output = JSON.parse(described.output ?? "null");
    } catch (error) {
      return [`an acknowledged start is lost: ${executionArn}: ${String(error)}`];
    }
    if (keys.length !== machine?.visits)
      faults.push(`${executionArn} has ${keys.length} keys and not ${machine?.visits}`);
    const tokens = keys
      .flatMap((key) => byKey.get(key) ?? [])
      .filter(({ functionName }) => functionName === "ask");
    const answers = [...new Set(tokens.map(({ payload }) => tokenIn(payload)))]
      .map((token) => this.#answers.get(token))
      .filter(Boolean);
    if (answers.length > 1) faults.push(`${executionArn} acknowledged ${answers.length} answers`);
    const expected = machine?.expected(answers[0] ?? "none");
    if (JSON.stringify(output) !== JSON.stringify(expected)) {
      faults.push(`${executionArn} put out ${JSON.stringify(output)} and not ${JSON.stringify(expected)}`);
    }
    return [...faults, ...this.#examineCalls(executionArn, keys, byKey)];
  }

  /** Whether every call of a key was made in the same words, and before its result was journalled. */
  #examineCalls(executionArn: string, keys: string[], byKey: Map<string, LoggedCall[]>): string[] {
    const faults: string[] = [];
    const { events } = this.#engine.getExecutionHistory({ executionArn, maxResults: 1_000 });
    for (const key of keys) {
      const calls = byKey.get(key) ?? [];
      const words = new Set(calls.map(({ payload }) => JSON.stringify(payload)));
      if (words.size > 1 && calls[0]?.functionName !== "ask")
        faults.push(`${key} was called in different words`);
      const journalled = events.find(({ taskSucceededEventDetails: details }) =>
        String(details?.["output"]).includes(JSON.stringify(proof(key))),
      );
      const late = journalled && calls.filter(({ time }) => time > journalled.timestamp.getTime());
      if (late && late.length > 0) faults.push(`${key} was called after its result was journalled`);
    }
    return faults;
  }

  #spawn(life: string): Process {
    return new Process([import.meta.filename, "child", this.#directory, life]);
  }

  #log<T>(name: string): T[] {
    const lines = readFileSync(join(this.#directory, name), "utf8").split("\n");
    // The last line may have been cut off by a kill.
    return lines.slice(0, -1).map((line) => JSON.parse(line) as T);
  }
}

const proof = (key: string) => `result of ${createHash("sha256").update(key).digest("hex")}`;

/** One life of the engine: it drives, and starts a few executions, until it is killed. */
async function live(directory: string, life: string): Promise<void> {
  const log = (name: string, entry: object) =>
    appendFileSync(join(directory, name), `${JSON.stringify(entry)}\n`);
  const engine = new Engine({
    database: openDatabase(join(directory, "soak.db")),
    functions: {
      invoke: async (call) => {
        const { idempotencyKey: key, functionName, payload } = call;
        log("calls", { key, functionName, payload, time: Date.now() });
        return answer(directory, call);
      },
    },
    onError: (error) => process.stderr.write(`${String(error)}\n`),
  });
  engine.start();
  process.stdout.write("alive\n");
  if (life === "last") return;
  const names = Object.keys(MACHINES);
  for (let i = 0; i < STARTS_PER_LIFE; i++) {
    const stateMachine = names[(Number(life) + i) % names.length] ?? "chain";
    const started = await engine.startExecution({ stateMachine, name: `${life}-${i}`, input: "1" });
    log("starts", { executionArn: started.executionArn });
    await sleep(Math.random() * 15);
  }
}

/** The token in what the function that asks was given. */
function tokenIn(payload: unknown): string {
  return (payload as { token: string }).token;
}

async function answer(
  directory: string,
  { functionName, payload, idempotencyKey }: FunctionCall,
): Promise<unknown> {
  await sleep(Math.random() * 5);
  if (functionName === "ask") return null;
  if (functionName === "flaky") {
    const mark = join(directory, proof(idempotencyKey).replaceAll(" ", "-"));
    if (!existsSync(mark)) {
      writeFileSync(mark, "");
      throw Object.assign(new Error("not yet"), { name: "Flaky" });
    }
    return { value: payload, proof: proof(idempotencyKey) };
  }
  return { value: Number(payload) + 1, proof: proof(idempotencyKey) };
}

if (import.meta.main) {
  const [mode, directory, life] = process.argv.slice(2);
  if (mode === "child") await live(String(directory), String(life));
  else {
    const rounds = Number(mode ?? 1_000);
    const { faults, ...report } = await soak(rounds, (done) =>
      process.stdout.write(`${done} of ${rounds} rounds\n`),
    );
    console.log(JSON.stringify(report), faults.length === 0 ? "no faults" : faults.join("\n"));
    process.exitCode = faults.length === 0 ? 0 : 1;
  }
}
