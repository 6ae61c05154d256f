import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { VirtualClock } from "../../../engine/clock.ts";
import { Engine } from "../../../engine/engine.ts";
import type { FunctionCall } from "../../../engine/integrations/ports.ts";
import { openDatabase } from "../../../engine/store/database.ts";
import { TOKEN_PAYLOAD, tokenIn } from "../harness.ts";
import { FaultyDatabase } from "./faulty-database.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "engine-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const task = (name: string, rest: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: name, Payload: "{% $states.input %}" },
  Output: "{% $states.result.Payload.value %}",
  TimeoutSeconds: 600,
  ...rest,
});

/** A machine with a bit of everything. */
const MIXED = {
  QueryLanguage: "JSONata",
  StartAt: "First",
  States: {
    First: task("increment", { Next: "Fan", Assign: { first: "{% $states.result.Payload.value %}" } }),
    Fan: {
      Type: "Parallel",
      Branches: [
        {
          StartAt: "Flaky",
          States: {
            Flaky: task("flaky", { Retry: [{ ErrorEquals: ["Flaky"], IntervalSeconds: 5 }], Next: "Nap" }),
            Nap: { Type: "Wait", Seconds: 30, Next: "More" },
            More: task("increment", { End: true }),
          },
        },
        {
          StartAt: "Each",
          States: {
            Each: {
              Type: "Map",
              Items: [1, 2, 3],
              MaxConcurrency: 2,
              ItemProcessor: { StartAt: "Double", States: { Double: task("double", { End: true }) } },
              End: true,
            },
          },
        },
        {
          StartAt: "Ask",
          States: {
            Ask: {
              Type: "Task",
              Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
              Arguments: { FunctionName: "ask", Payload: TOKEN_PAYLOAD },
              TimeoutSeconds: 86_400,
              Next: "Tell",
            },
            Tell: { Type: "Pass", Output: "{% $states.input & $string($first) %}", End: true },
          },
        },
      ],
      End: true,
    },
  },
};
const RESULT = [3, [2, 4, 6], "yes2"];
const ARN = "arn:aws:states:us-east-1:000000000000:execution:mixed:the-one";

/** The world around the engine, which remembers everything across its deaths. */
class World {
  readonly path: string;
  readonly clock = new VirtualClock();
  readonly tokens = new Set<string>();
  readonly answered = new Set<string>();
  readonly violations: string[] = [];
  readonly payloads = new Map<string, unknown>();
  readonly #failedOnce = new Set<string>();

  constructor(path: string) {
    this.path = path;
  }

  /** Answers a call, and notes when it should not have been made. */
  answer(call: FunctionCall, committed: string): unknown {
    const { functionName, payload, idempotencyKey, stateName } = call;
    if (committed === "") this.violations.push(`${idempotencyKey} was called before its start was durable`);
    if (committed.includes(proof(idempotencyKey)))
      this.violations.push(`${idempotencyKey} ran after it was journalled`);
    if (stateName !== "First" && !committed.includes(proof(`${ARN}/First:1`))) {
      this.violations.push(`${idempotencyKey} ran before what it rests on was journalled`);
    }
    if (functionName === "ask") {
      this.tokens.add(tokenIn(call));
      return null;
    }
    const earlier = this.payloads.get(idempotencyKey);
    if (earlier !== undefined && earlier !== payload)
      this.violations.push(`${idempotencyKey} had two payloads`);
    this.payloads.set(idempotencyKey, payload);
    if (functionName === "flaky" && !this.#failedOnce.has(idempotencyKey)) {
      this.#failedOnce.add(idempotencyKey);
      throw Object.assign(new Error("not yet"), { name: "Flaky" });
    }
    const value =
      functionName === "double" ? Number(payload) * 2 : Number(payload) + (functionName === "flaky" ? 0 : 1);
    return { value, proof: proof(idempotencyKey) };
  }

  /** One life of an engine, until the power fails before a statement or the execution has ended. */
  async live(lastStatement?: number): Promise<{ ended: boolean; statements: number }> {
    const reader = openDatabase(this.path);
    const faulty = new FaultyDatabase(openDatabase(this.path), lastStatement);
    let engine: Engine | undefined;
    try {
      engine = new Engine({
        database: faulty.connection,
        clock: this.clock,
        functions: { invoke: async (call) => this.answer(call, committedHistory(reader)) },
      });
      engine.loadStateMachine({ name: "mixed", definition: MIXED });
      engine.start();
      const ended = await this.#toItsEnd(engine, faulty, reader);
      return { ended, statements: faulty.statements };
    } catch (error) {
      if (!faulty.lost) throw error;
      return { ended: false, statements: faulty.statements };
    } finally {
      await engine?.stop({ limit: 0 }).catch(() => {});
      reader.close();
      faulty.cut();
    }
  }

  async #toItsEnd(engine: Engine, faulty: FaultyDatabase, reader: DatabaseSync): Promise<boolean> {
    if (committedHistory(reader) === "") {
      await engine.startExecution({ stateMachine: "mixed", name: "the-one", input: "1" });
      if (committedHistory(reader) === "")
        this.violations.push("a start was acknowledged before it was durable");
    }
    while (!faulty.lost) {
      await Promise.race([engine.settled(), new Promise((resolve) => setTimeout(resolve, 20))]);
      for (const taskToken of this.tokens) await this.#answerToken(engine, taskToken, reader);
      if (faulty.lost) return false;
      if (engine.describeExecution({ executionArn: ARN }).status !== "RUNNING") return true;
      this.clock.advanceToNextTimer();
    }
    return false;
  }

  async #answerToken(engine: Engine, taskToken: string, reader: DatabaseSync): Promise<void> {
    if (this.answered.size > 0) return;
    await engine.sendTaskSuccess({ taskToken, output: '"yes"' }).then(
      () => {
        this.answered.add(taskToken);
        const stored = reader.prepare("SELECT outcome FROM engine_tokens WHERE token = ?").get(taskToken);
        const isStored = stored?.["outcome"] === "success" || committedHistory(reader).includes("yes");
        if (!isStored) this.violations.push("an answer was acknowledged before it was durable");
      },
      () => undefined,
    );
  }
}

const proof = (key: string) => `result of ${key}.`;

function committedHistory(reader: DatabaseSync): string {
  return reader
    .prepare("SELECT events FROM engine_history")
    .all()
    .map((row) => row["events"])
    .join("\n");
}

describe("executions that run together", () => {
  it("share their commits, and each is acknowledged only by one that holds it", async () => {
    const chain = {
      QueryLanguage: "JSONata",
      StartAt: "A",
      States: { A: task("f", { Next: "B" }), B: task("f", { Next: "C" }), C: task("f", { End: true }) },
    };
    const commitsFor = async (count: number) => {
      const path = join(directory, `${count}.db`);
      const reader = openDatabase(path);
      const database = new FaultyDatabase(openDatabase(path));
      const engine = new Engine({
        database: database.connection,
        functions: { invoke: async () => ({ value: 1 }) },
      });
      engine.loadStateMachine({ name: "chain", definition: chain });
      engine.start();
      const before = database.commits;
      const durable = reader.prepare("SELECT count(*) AS n FROM engine_executions WHERE name = ?");
      const starts = Array.from({ length: count }, async (_, i) => {
        await engine.startExecution({ stateMachine: "chain", name: `e${i}`, input: "1" });
        return durable.get(`e${i}`)?.["n"];
      });
      expect(new Set(await Promise.all(starts))).toEqual(new Set([1]));
      await engine.settled();
      expect(engine.listExecutions({ status: "SUCCEEDED" }).executions).toHaveLength(count);
      const commits = database.commits - before;
      await engine.stop();
      reader.close();
      database.cut();
      return commits;
    };
    const alone = await commitsFor(1);
    expect(await commitsFor(50)).toBeLessThan(5 * alone);
  });
});

describe("a power cut before any statement", () => {
  it("loses nothing acknowledged, repeats nothing journalled, and the execution ends as ever", async () => {
    const whole = await new World(join(directory, "whole.db")).live();
    expect(whole.ended).toBe(true);
    const cuts = fc.array(fc.integer({ min: 1, max: whole.statements }), { minLength: 1, maxLength: 4 });
    let worlds = 0;
    await fc.assert(
      fc.asyncProperty(cuts, async (lastStatements) => {
        const world = new World(join(directory, `${worlds++}.db`));
        let { ended } = { ended: false };
        for (const lastStatement of lastStatements) if (!ended) ({ ended } = await world.live(lastStatement));
        if (!ended) ({ ended } = await world.live());
        expect(ended).toBe(true);
        expect(world.violations).toEqual([]);
        const database = openDatabase(world.path);
        const engine = new Engine({ database, functions: { invoke: async () => null } });
        const { status, output } = engine.describeExecution({ executionArn: ARN });
        expect([status, JSON.parse(output ?? "null")]).toEqual(["SUCCEEDED", RESULT]);
        database.close();
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
