import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SqsTaskQueue } from "../../adapters/aws/task-queue.ts";
import { SqliteTaskQueue } from "../../adapters/embedded/task-queue.ts";
import { type HeldTask, TASK_BYTES, type Task, type TaskQueue } from "../../core/queue/task-queue.ts";
import { openDatabase } from "../../engine/store/database.ts";
import { TestClock } from "../support/clock.ts";
import { useMoto } from "../support/moto.ts";
import { wireIsMissing } from "../support/moto-server.ts";
import { createQueue } from "../support/queues.ts";
import { sharedFile } from "../support/tables.ts";

/** Times a task is taken before it is a dead letter. */
const AFTER = 3;

interface Opened {
  readonly queue: TaskQueue;
  /** The same queue as another process has it. */
  readonly other: TaskQueue;
  readonly deadLetters: TaskQueue;
}

describe("the task queue on SQLite", () => {
  cases(() => {
    const file = sharedFile();
    const clock = new TestClock();
    const open = () =>
      new SqliteTaskQueue(openDatabase(file), clock, {
        name: "tasks",
        deadLetters: { name: "dead", after: AFTER },
      });
    const deadLetters = new SqliteTaskQueue(openDatabase(file), clock, { name: "dead" });
    return Promise.resolve({ queue: open(), other: open(), deadLetters });
  });
});

describe.skipIf(wireIsMissing)("the task queue on SQS", () => {
  const moto = useMoto();
  cases(async () => {
    const dead = await createQueue(moto().place());
    const { url } = await createQueue(moto().place(), { queue: dead, after: AFTER });
    const open = (at: string) => new SqsTaskQueue(moto().place(), at);
    return { queue: open(url), other: open(url), deadLetters: open(dead.url) };
  });
});

const task = (n: number, body: Task["body"] = { n }): Task => ({ id: `task-${n}`, body });
const tasks = (count: number) => Array.from({ length: count }, (_, n) => task(n));
const idsOf = (all: readonly Task[]) => all.map(({ id }) => id).toSorted();
const take = (queue: TaskQueue, most = 10) => queue.receive({ most, visibilitySeconds: 600 });

/** Takes all there is. */
async function drain(queue: TaskQueue): Promise<HeldTask[]> {
  const all: HeldTask[] = [];
  for (;;) {
    const some = await take(queue);
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function cases(open: () => Promise<Opened>): void {
  test("is empty at first", async () => {
    const { queue } = await open();
    expect(await take(queue)).toEqual([]);
    await queue.send([]);
    await queue.delete([]);
    expect(await take(queue)).toEqual([]);
  });

  test("gives whoever asks what was sent, whatever is in it", async () => {
    const { queue, other } = await open();
    // What XML cannot hold, SQS cannot either.
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\u0000", "\ufffe\uffff", "\u001b[0m"),
    );
    const body = fc.dictionary(
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.oneof(text, fc.jsonValue()),
      {
        maxKeys: 4,
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 3 }), async (bodies) => {
        const sent = bodies.map((one, n) => task(n, JSON.parse(JSON.stringify(one)) as Task["body"]));
        await queue.send(sent);
        const taken = await drain(other);
        const got = taken.map(({ id, body: held }) => ({ id, body: held }));
        expect(got.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(sent);
        await other.delete(taken);
      }),
      { numRuns: 25 },
    );
  });

  test("takes more than go into one call, and large ones that do not fit into one together", async () => {
    const { queue } = await open();
    const large = [90, 91, 92].map((n) => task(n, { text: "é".repeat(60_000) }));
    await queue.send([...tasks(25), ...large]);
    expect(idsOf(await drain(queue))).toEqual(idsOf([...tasks(25), ...large]));
  });

  test("takes the largest task there may be, and refuses a larger one with nothing sent", async () => {
    const { queue } = await open();
    const frame = Buffer.byteLength(JSON.stringify({ text: "" }));
    await queue.send([task(1, { text: "x".repeat(TASK_BYTES - frame) })]);
    const sending = queue.send([task(2), task(3, { text: "x".repeat(TASK_BYTES - frame + 1) })]);
    await expect(sending).rejects.toMatchObject({
      name: "TaskTooLarge",
      message: expect.stringMatching(/task-3 .* artifacts/),
    });
    expect(idsOf(await drain(queue))).toEqual(["task-1"]);
  });

  test("gives no more than asked for, and never more than ten", async () => {
    const { queue } = await open();
    await queue.send(tasks(15));
    expect((await take(queue, 3)).length).toBeLessThanOrEqual(3);
    expect((await take(queue, 50)).length).toBeLessThanOrEqual(10);
  });

  test("hides a task from others while somebody holds it, and counts how often it was taken", async () => {
    const { queue, other } = await open();
    await queue.send([task(1)]);
    const [held] = await take(queue);
    expect(held).toMatchObject({ id: "task-1", body: { n: 1 }, receives: 1 });
    expect(await take(other)).toEqual([]);
    await queue.extend(held!, 0);
    const [again] = await take(other);
    expect(again).toMatchObject({ id: "task-1", receives: 2 });
    expect(await take(queue)).toEqual([]);
  });

  test("keeps a task hidden for as long as its holder says again", async () => {
    const { queue, other } = await open();
    await queue.send([task(1)]);
    const [held] = await queue.receive({ most: 1, visibilitySeconds: 600 });
    await queue.extend(held!, 3_600);
    expect(await take(other)).toEqual([]);
    await queue.delete([held!]);
    expect(await take(other)).toEqual([]);
  });

  test("gives a task that is done to nobody any more, and is told so twice without harm", async () => {
    const { queue, other } = await open();
    await queue.send(tasks(12));
    const held = await drain(queue);
    await queue.delete(held);
    await other.delete(held);
    expect(await drain(other)).toEqual([]);
  });

  test("tells whoever would hold on to a task that is done", async () => {
    const { queue } = await open();
    await queue.send([task(1)]);
    const [held] = await take(queue);
    await queue.delete([held!]);
    await expect(queue.extend(held!, 60)).rejects.toMatchObject({
      name: "TaskNotHeld",
      message: expect.stringContaining("task-1"),
    });
  });

  test("lets every task be done by one of many workers", async () => {
    const { queue, other } = await open();
    await queue.send(tasks(40));
    const taken = await Promise.all([queue, other, queue, other].map(drain));
    expect(idsOf(taken.flat())).toEqual(idsOf(tasks(40)));
  });

  test("puts a task aside that was taken too often, with all that is in it", async () => {
    const { queue, deadLetters } = await open();
    await queue.send([task(1), task(2)]);
    for (let time = 1; time <= AFTER; time++) {
      const held = await drain(queue);
      expect(held.map(({ receives }) => receives)).toEqual([time, time].slice(time === 1 ? 0 : 1));
      for (const one of held) await (one.id === "task-1" ? queue.extend(one, 0) : queue.delete([one]));
    }
    expect(await take(queue)).toEqual([]);
    const [dead, ...rest] = await take(deadLetters);
    expect([dead?.id, dead?.body, rest]).toEqual(["task-1", { n: 1 }, []]);
    await deadLetters.delete([dead!]);
    expect(await take(deadLetters)).toEqual([]);
  });

  test("leaves whoever does not want to wait any more with nothing", async () => {
    const { queue } = await open();
    const receiving = { most: 1, visibilitySeconds: 60, waitSeconds: 20, signal: AbortSignal.abort() };
    expect(await queue.receive(receiving)).toEqual([]);
  });
}
