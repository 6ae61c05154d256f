import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Clock, RealClock, VirtualClock } from "../../../engine/clock.ts";
import { Engine, type EngineOptions } from "../../../engine/engine.ts";
import type { FunctionCall } from "../../../engine/integrations/ports.ts";
import { openDatabase } from "../../../engine/store/database.ts";
import { invoke, single, TOKEN_PAYLOAD, tokenIn } from "../harness.ts";

let directory: string;
let path: string;
const engines: Engine[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "engine-"));
  path = join(directory, "e.db");
});
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop({ limit: 0 });
  rmSync(directory, { recursive: true, force: true });
});

type Invoke = (call: FunctionCall) => unknown;

/** An engine with a connection of its own to the test's file, as another process would have. */
function engineOf(invoke: Invoke = () => null, options: Partial<EngineOptions> = {}): Engine {
  const engine = new Engine({
    database: openDatabase(path),
    functions: { invoke: async (call) => invoke(call) },
    ...options,
  });
  engines.push(engine);
  return engine;
}

function load(engine: Engine, machine: object, name = "m"): void {
  engine.loadStateMachine({ name, definition: { QueryLanguage: "JSONata", ...machine } });
}

async function until(condition: () => boolean): Promise<void> {
  const begun = Date.now();
  while (!condition()) {
    if (Date.now() - begun > 10_000) throw new Error("it never came to that");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const statusOf = (engine: Engine, executionArn: string) => engine.describeExecution({ executionArn }).status;
const gate = single({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Arguments: { FunctionName: "ask", Payload: TOKEN_PAYLOAD },
  HeartbeatSeconds: 60,
});

describe("several processes on one file", () => {
  it("one starts, another drives, a third answers", async () => {
    const tokens: string[] = [];
    const [caller, driver, person] = [
      engineOf(),
      engineOf((call) => void tokens.push(tokenIn(call))),
      engineOf(),
    ];
    load(caller, gate);
    driver.start();
    const { executionArn } = await caller.startExecution({ stateMachine: "m" });
    expect(statusOf(person, executionArn)).toBe("RUNNING");
    await until(() => tokens.length === 1);
    await person.sendTaskHeartbeat({ taskToken: tokens[0]! });
    await person.sendTaskSuccess({ taskToken: tokens[0]!, output: '"fine"' });
    await until(() => statusOf(caller, executionArn) === "SUCCEEDED");
    expect(caller.describeExecution({ executionArn }).output).toBe('"fine"');
  });

  it("what others did while nobody drove is taken up by the next driver", async () => {
    const tokens: string[] = [];
    const first = engineOf((call) => void tokens.push(tokenIn(call)));
    load(first, gate);
    first.start();
    const { executionArn } = await first.startExecution({ stateMachine: "m" });
    await first.settled();
    await first.stop();
    const person = engineOf();
    await person.sendTaskFailure({ taskToken: tokens[0]!, error: "No" });
    const { executionArn: other } = await person.startExecution({ stateMachine: "m" });
    const second = engineOf((call) => void tokens.push(tokenIn(call)));
    second.start();
    await second.settled();
    expect(second.describeExecution({ executionArn })).toMatchObject({ status: "FAILED", error: "No" });
    expect(second.getExecutionHistory({ executionArn: other }).events.at(-1)?.type).toBe("TaskSubmitted");
  });

  it("another process can stop an execution, and the driver gives up its calls", async () => {
    let signal: AbortSignal | undefined;
    const driver = engineOf((call) => {
      signal = call.signal;
      return new Promise(() => {});
    });
    load(driver, single(invoke("f")));
    driver.start();
    const { executionArn } = await driver.startExecution({ stateMachine: "m" });
    await until(() => signal !== undefined);
    const other = engineOf();
    await other.stopExecution({ executionArn, cause: "from elsewhere" });
    await until(() => signal?.aborted === true);
    expect(driver.describeExecution({ executionArn })).toMatchObject({
      status: "ABORTED",
      cause: "from elsewhere",
    });
    expect(driver.getExecutionHistory({ executionArn }).events.at(-1)?.type).toBe("ExecutionAborted");
  });

  it("a stop that comes while a result is on its way wins, and nothing is written after it", async () => {
    let answer: (value: unknown) => void = () => {};
    const driver = engineOf(() => new Promise((resolve) => (answer = resolve)));
    load(driver, single(invoke("f")));
    driver.start();
    const { executionArn } = await driver.startExecution({ stateMachine: "m" });
    await new Promise((resolve) => setImmediate(resolve));
    const other = engineOf();
    const stopping = other.stopExecution({ executionArn });
    answer("too late");
    await stopping;
    await driver.settled();
    const types = driver.getExecutionHistory({ executionArn }).events.map(({ type }) => type);
    expect([statusOf(driver, executionArn), types.filter((type) => type.startsWith("Execution"))]).toEqual(
      types.includes("TaskSucceeded")
        ? ["SUCCEEDED", ["ExecutionStarted", "ExecutionSucceeded"]]
        : ["ABORTED", ["ExecutionStarted", "ExecutionAborted"]],
    );
  });

  it("of two drivers only the one that began later writes", async () => {
    const errors: unknown[] = [];
    const clock = new VirtualClock();
    const first = engineOf(() => "first", { clock, onError: (error) => errors.push(error) });
    load(first, {
      StartAt: "W",
      States: { W: { Type: "Wait", Seconds: 5, Next: "T" }, T: { ...invoke("f"), End: true } },
    });
    first.start();
    const { executionArn } = await first.startExecution({ stateMachine: "m" });
    const second = engineOf(() => "second", { clock });
    second.start();
    clock.advance(5_000);
    await Promise.all([first.settled(), second.settled()]);
    const { events } = second.getExecutionHistory({ executionArn });
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    expect(second.describeExecution({ executionArn }).output).toContain('"second"');
    expect(errors).toEqual([
      expect.objectContaining({ message: expect.stringContaining("another driver has taken over") }),
    ]);
  });

  it("a driver that was overtaken refuses to start executions", async () => {
    const first = engineOf();
    load(first, single({ Type: "Pass" }));
    first.start();
    engineOf().start();
    await expect(first.startExecution({ stateMachine: "m" })).rejects.toThrow(
      /another driver has taken over/,
    );
  });
});

describe("a restart", () => {
  it("calls again for what was not journalled, with the same key and the same words, and for nothing else", async () => {
    const calls: FunctionCall[] = [];
    const record = (answer: Invoke) => (call: FunctionCall) => {
      calls.push(call);
      return answer(call);
    };
    const machine = {
      StartAt: "A",
      States: {
        A: { ...invoke("a", ["{% $uuid() %}"]), Next: "B" },
        B: { ...invoke("b", ["{% $uuid() %}"]), End: true },
      },
    };
    const first = engineOf(record(({ functionName }) => (functionName === "a" ? 1 : new Promise(() => {}))));
    load(first, machine);
    first.start();
    const { executionArn } = await first.startExecution({ stateMachine: "m" });
    await until(() => calls.length === 2);
    await first.stop({ limit: 0 });
    const second = engineOf(record(() => 2));
    second.start();
    await second.settled();
    expect(statusOf(second, executionArn)).toBe("SUCCEEDED");
    expect(calls.map(({ functionName }) => functionName)).toEqual(["a", "b", "b"]);
    expect(calls[2]?.idempotencyKey).toBe(calls[1]?.idempotencyKey);
    expect(calls[2]?.payload).toEqual(calls[1]?.payload);
  });

  it("keeps variables, retry counts, items, visits and the time of waits", async () => {
    const machine = {
      StartAt: "Set",
      States: {
        Set: { Type: "Pass", Assign: { v: { deep: [1] } }, Next: "Each" },
        Each: {
          Type: "Map",
          Items: ["a", "b"],
          ItemSelector: { item: "{% $states.context.Map.Item.Value %}", v: "{% $v.deep[0] %}" },
          ItemProcessor: {
            StartAt: "W",
            States: {
              W: { Type: "Wait", Seconds: 10, Assign: { w: "{% $states.input.item %}" }, Next: "T" },
              T: {
                ...invoke("f", [
                  "{% $w & $states.context.Map.Item.Value & $states.context.State.RetryCount %}",
                ]),
                Retry: [{ ErrorEquals: ["Again"], MaxAttempts: 2, IntervalSeconds: 10, BackoffRate: 1 }],
                Output: "{% $states.result.Payload %}",
                End: true,
              },
            },
          },
          End: true,
        },
      },
    };
    const payloads: unknown[] = [];
    const clock = new VirtualClock();
    const keys = new Set<string>();
    const f: Invoke = ({ payload, idempotencyKey }) => {
      const [text] = payload as string[];
      payloads.push(text);
      keys.add(idempotencyKey);
      if (!text?.endsWith("2")) throw Object.assign(new Error("again"), { name: "Again" });
      return text;
    };
    let engine = engineOf(f, { clock });
    load(engine, machine);
    engine.start();
    const { executionArn } = await engine.startExecution({ stateMachine: "m" });
    while (statusOf(engine, executionArn) === "RUNNING") {
      await engine.settled();
      await engine.stop();
      engine = engineOf(f, { clock });
      engine.start();
      await engine.settled();
      clock.advanceToNextTimer();
      await engine.settled();
    }
    expect(engine.describeExecution({ executionArn })).toMatchObject({
      status: "SUCCEEDED",
      output: '["aa2","bb2"]',
    });
    expect(payloads.sort()).toEqual(["aa0", "aa1", "aa2", "bb0", "bb1", "bb2"]);
    expect(keys.size).toBe(2);
  });

  it("keeps how much its variables hold", async () => {
    const large = "{% $pad('', 200000, 'x') %}";
    const fill = Array.from({ length: 52 }, (_, i) => [
      `S${i}`,
      { Type: "Pass", Assign: { [`v${i}`]: large }, Next: i < 51 ? `S${i + 1}` : "W" },
    ]);
    const machine = {
      StartAt: "S0",
      States: {
        ...Object.fromEntries(fill),
        W: { Type: "Wait", Seconds: 10, Next: "More" },
        More: { Type: "Pass", Assign: { v52: large }, End: true },
      },
    };
    const clock = new VirtualClock();
    const first = engineOf(undefined, { clock });
    load(first, machine);
    first.start();
    const { executionArn } = await first.startExecution({ stateMachine: "m" });
    await first.settled();
    await first.stop();
    const second = engineOf(undefined, { clock });
    second.start();
    await second.settled();
    clock.advanceToNextTimer();
    await second.settled();
    expect(second.describeExecution({ executionArn })).toMatchObject({
      status: "FAILED",
      error: "States.DataLimitExceeded",
    });
  });

  it("gives a Task that was interrupted its whole time again", async () => {
    const clock = new VirtualClock();
    const first = engineOf(() => new Promise(() => {}), { clock });
    load(first, single({ ...invoke("f"), TimeoutSeconds: 10 }));
    first.start();
    const { executionArn } = await first.startExecution({ stateMachine: "m" });
    await first.stop({ limit: 0 });
    clock.advance(3_600_000);
    const second = engineOf(() => "in time", { clock });
    second.start();
    await second.settled();
    expect(statusOf(second, executionArn)).toBe("SUCCEEDED");
  });

  it("takes up at once what fell due while nobody drove", async () => {
    const clock = new VirtualClock();
    const first = engineOf(undefined, { clock });
    load(first, single({ Type: "Wait", Seconds: 60 }));
    first.start();
    const { executionArn } = await first.startExecution({ stateMachine: "m" });
    await first.stop();
    clock.advance(3_600_000);
    const second = engineOf(undefined, { clock });
    second.start();
    await second.settled();
    expect(statusOf(second, executionArn)).toBe("SUCCEEDED");
  });

  it("asks nobody again whose answer has come", async () => {
    let asked = 0;
    const tokens: string[] = [];
    const ask: Invoke = (call) => {
      asked += 1;
      tokens.push(tokenIn(call));
      return new Promise(() => {});
    };
    const first = engineOf(ask);
    load(first, gate);
    first.start();
    const { executionArn } = await first.startExecution({ stateMachine: "m" });
    await until(() => asked === 1);
    await engineOf().sendTaskSuccess({ taskToken: tokens[0]!, output: '"before the crash"' });
    await first.stop({ limit: 0 });
    const second = engineOf(ask);
    second.start();
    await second.settled();
    expect(second.describeExecution({ executionArn }).output).toBe('"before the crash"');
    expect(asked).toBe(1);
  });
});

describe("stop", () => {
  it("begins no new Task, waits for those under way and journals them", async () => {
    const called: string[] = [];
    let answer: (value: unknown) => void = () => {};
    const first = engineOf(({ functionName }) => {
      called.push(functionName);
      return new Promise((resolve) => (answer = resolve));
    });
    load(first, {
      StartAt: "A",
      States: { A: { ...invoke("a"), Next: "B" }, B: { ...invoke("b"), End: true } },
    });
    first.start();
    const { executionArn } = await first.startExecution({ stateMachine: "m" });
    await until(() => called.length === 1);
    const stopped = first.stop();
    answer("done");
    await stopped;
    expect(called).toEqual(["a"]);
    expect(first.getExecutionHistory({ executionArn }).events.map(({ type }) => type)).toContain(
      "TaskSucceeded",
    );
    const second = engineOf(({ functionName }) => void called.push(functionName));
    second.start();
    await second.settled();
    expect(called).toEqual(["a", "b"]);
    expect(statusOf(second, executionArn)).toBe("SUCCEEDED");
  });

  it("gives up what takes longer than its limit", async () => {
    let signal: AbortSignal | undefined;
    const engine = engineOf((call) => {
      signal = call.signal;
      return new Promise(() => {});
    });
    load(engine, single(invoke("f")));
    engine.start();
    await engine.startExecution({ stateMachine: "m" });
    await engine.stop({ limit: 10 });
    expect(signal?.aborted).toBe(true);
  });

  it("leaves an engine that can still be called and started again", async () => {
    const engine = engineOf();
    load(engine, single({ Type: "Pass" }));
    engine.start();
    await engine.stop();
    const { executionArn } = await engine.startExecution({ stateMachine: "m" });
    expect(statusOf(engine, executionArn)).toBe("RUNNING");
    engine.start();
    await engine.settled();
    expect(statusOf(engine, executionArn)).toBe("SUCCEEDED");
  });
});

describe("trouble with the disk", () => {
  it("that is full refuses a start in one sentence and holds up what is under way until there is room", async () => {
    const database = openDatabase(path);
    const errors: unknown[] = [];
    const engine = new Engine({
      database,
      functions: { invoke: async () => "x".repeat(200_000) },
      onError: (error) => errors.push(error),
    });
    engines.push(engine);
    load(engine, single({ ...invoke("f"), Output: 1 }));
    load(engine, single({ Type: "Wait", Seconds: 1 }), "w");
    engine.start();
    const { executionArn } = await engine.startExecution({ stateMachine: "w" });
    const { page_count: pages } = database.prepare("PRAGMA page_count").get() as { page_count: number };
    database.exec(`PRAGMA max_page_count = ${pages}`);
    const input = JSON.stringify("y".repeat(100_000));
    await expect(engine.startExecution({ stateMachine: "w", input })).rejects.toThrow(/full/);
    database.exec("PRAGMA max_page_count = 1000000");
    await until(() => statusOf(engine, executionArn) === "SUCCEEDED");
    await expect(engine.startExecution({ stateMachine: "m", input })).resolves.toBeDefined();
  });

  it("where a commit fails for a while, results wait and are written later, without another call", async () => {
    const database = openDatabase(path);
    let calls = 0;
    const engine = new Engine({
      database,
      functions: {
        invoke: async () => {
          calls += 1;
          const { page_count: pages } = database.prepare("PRAGMA page_count").get() as { page_count: number };
          database.exec(`PRAGMA max_page_count = ${pages}`);
          setTimeout(() => database.exec("PRAGMA max_page_count = 1000000"), 150);
          return "x".repeat(200_000);
        },
      },
    });
    engines.push(engine);
    load(engine, single({ ...invoke("f"), Output: 1 }));
    engine.start();
    const { executionArn } = await engine.startExecution({ stateMachine: "m" });
    await until(() => statusOf(engine, executionArn) === "SUCCEEDED");
    expect(calls).toBe(1);
  });

  it("with one execution alone ends that one and lets the others go on", async () => {
    const database = openDatabase(path);
    database.exec(
      "CREATE TRIGGER poison BEFORE INSERT ON engine_history WHEN NEW.events LIKE '%poisoned%' AND NEW.place % 65536 > 1 BEGIN SELECT RAISE(ABORT, 'no such thing'); END",
    );
    const errors: unknown[] = [];
    const engine = new Engine({
      database,
      functions: { invoke: async ({ payload }) => payload },
      onError: (error) => errors.push(error),
    });
    engines.push(engine);
    load(engine, single(invoke("f", ["{% $states.input.then %}"])));
    engine.start();
    // The escape keeps the word out of the first commit, so that the trigger meets it in a shared one.
    const inputs = ['{"then":"fine"}', '{"then":"poi\\u0073oned"}', '{"then":"fine"}'];
    const started = await Promise.all(
      inputs.map((input) => engine.startExecution({ stateMachine: "m", input })),
    );
    await engine.settled();
    const outcomes = started.map(({ executionArn }) => engine.describeExecution({ executionArn }));
    expect(outcomes.map(({ status }) => status)).toEqual(["SUCCEEDED", "FAILED", "SUCCEEDED"]);
    expect(outcomes[1]).toMatchObject({
      error: "States.Runtime",
      cause: expect.stringContaining("no such thing"),
    });
    expect(errors).not.toEqual([]);
  });
});

describe("time", () => {
  it("that is real wakes what waits", async () => {
    const engine = engineOf(undefined, { clock: new RealClock() as Clock });
    load(engine, single({ Type: "Wait", Seconds: 1 }));
    engine.start();
    const { executionArn } = await engine.startExecution({ stateMachine: "m" });
    expect(statusOf(engine, executionArn)).toBe("RUNNING");
    await until(() => statusOf(engine, executionArn) === "SUCCEEDED");
  });

  it("that is up for very many at once wakes them all", async () => {
    const clock = new VirtualClock();
    const engine = engineOf(undefined, { clock });
    load(engine, single({ Type: "Wait", Seconds: 60 }));
    engine.start();
    await Promise.all(Array.from({ length: 2_500 }, () => engine.startExecution({ stateMachine: "m" })));
    await engine.settled();
    clock.advance(60_000);
    await engine.settled();
    expect(engine.listExecutions({ status: "RUNNING" }).executions).toEqual([]);
    expect(engine.nextDue()).toBeUndefined();
  });
});

describe("what waits", () => {
  const openFiles = () => readdirSync("/proc/self/fd").length;
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

  it.skipIf(!existsSync("/proc/self/fd"))(
    "holds no file open, and of all their times only the next is a timer",
    async () => {
      const engine = engineOf(undefined, { clock: new RealClock() as Clock });
      load(engine, single({ Type: "Wait", Seconds: "{% $states.input %}" }));
      load(engine, gate, "asking");
      engine.start();
      const start = async (count: number) => {
        const some = Array.from({ length: count }, (_, at) => at);
        for (const at of some) {
          await engine.startExecution({ stateMachine: "m", input: String(3_600 + at) });
          await engine.startExecution({ stateMachine: "asking" });
        }
        await engine.settled();
      };
      await start(1);
      const before = [openFiles(), timers()];
      await start(200);
      expect(engine.listExecutions({ status: "RUNNING", maxResults: 1_000 }).executions).toHaveLength(402);
      expect([openFiles(), timers()]).toEqual(before);
    },
  );
});

describe("onEnded", () => {
  it("is told of every execution once its end is durable", async () => {
    const ended: string[] = [];
    const reader = engineOf();
    const engine = engineOf(undefined, {
      onEnded: ({ executionArn, status }) => ended.push(`${status} ${statusOf(reader, executionArn)}`),
    });
    load(engine, single({ Type: "Pass" }));
    load(engine, { StartAt: "F", States: { F: { Type: "Fail" } } }, "f");
    engine.start();
    await engine.startExecution({ stateMachine: "m" });
    await engine.startExecution({ stateMachine: "f" });
    await engine.settled();
    expect(ended).toEqual(["SUCCEEDED SUCCEEDED", "FAILED FAILED"]);
  });
});
