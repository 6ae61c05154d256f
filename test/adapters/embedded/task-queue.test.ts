import { describe, expect, test } from "vitest";
import { SqliteTaskQueue } from "../../../adapters/embedded/task-queue.ts";
import { openDatabase } from "../../../engine/store/database.ts";
import { TestClock } from "../../support/clock.ts";
import { Process, ROOT, saidBy } from "../../support/processes.ts";
import { sharedFile } from "../../support/tables.ts";

const task = (n: number) => ({ id: `task-${n}`, body: { n } });
const take = (queue: SqliteTaskQueue, visibilitySeconds = 60) =>
  queue.receive({ most: 10, visibilitySeconds });

function opened(deadAfter?: number) {
  const clock = new TestClock();
  const database = openDatabase(":memory:");
  const deadLetters = deadAfter === undefined ? {} : { deadLetters: { name: "dead", after: deadAfter } };
  return {
    clock,
    queue: new SqliteTaskQueue(database, clock, { name: "tasks", ...deadLetters }),
    dead: new SqliteTaskQueue(database, clock, { name: "dead" }),
    neighbour: new SqliteTaskQueue(database, clock, { name: "others" }),
  };
}

describe("a task", () => {
  test("comes back when its holder's time is over, and not a moment sooner", async () => {
    const { clock, queue } = opened();
    await queue.send([task(1)]);
    await take(queue, 60);
    clock.advance(59_999);
    expect(await take(queue)).toEqual([]);
    clock.advance(1);
    expect(await take(queue)).toMatchObject([{ id: "task-1", receives: 2 }]);
  });

  test("stays hidden for as long as its holder said last", async () => {
    const { clock, queue } = opened();
    await queue.send([task(1)]);
    const [held] = await take(queue, 60);
    clock.advance(59_000);
    await queue.extend(held!, 60);
    clock.advance(59_999);
    expect(await take(queue)).toEqual([]);
    clock.advance(1);
    expect(await take(queue)).toHaveLength(1);
  });

  test("that somebody else took since is theirs: the old receipt neither holds nor deletes it", async () => {
    const { clock, queue } = opened();
    await queue.send([task(1)]);
    const [old] = await take(queue, 60);
    clock.advance(60_000);
    const [held] = await take(queue, 60);
    await expect(queue.extend(old!, 600)).rejects.toMatchObject({ name: "TaskNotHeld" });
    await queue.delete([old!]);
    await queue.extend(held!, 0);
    expect(await take(queue)).toHaveLength(1);
  });

  test("that nobody ever finishes is a dead letter after its times, and keeps its body there", async () => {
    const { clock, queue, dead } = opened(2);
    await queue.send([task(1)]);
    for (let time = 1; time <= 2; time++) {
      expect(await take(queue, 60)).toHaveLength(1);
      expect(await take(dead)).toEqual([]);
      clock.advance(60_000);
    }
    expect(await take(queue)).toEqual([]);
    expect(await take(dead)).toMatchObject([{ ...task(1), receives: 1 }]);
  });

  test("comes for ever where there are no dead letters", async () => {
    const { clock, queue } = opened();
    await queue.send([task(1)]);
    for (let time = 1; time <= 50; time++) {
      expect(await take(queue, 60)).toMatchObject([{ receives: time }]);
      clock.advance(60_000);
    }
  });

  test("of one queue is nothing to another", async () => {
    const { queue, neighbour } = opened();
    await queue.send([task(1)]);
    expect(await take(neighbour)).toEqual([]);
    const [held] = await take(queue);
    await neighbour.delete([held!]);
    await expect(neighbour.extend(held!, 0)).rejects.toMatchObject({ name: "TaskNotHeld" });
    await queue.extend(held!, 0);
    expect(await take(queue)).toHaveLength(1);
  });

  test("that comes while somebody waits is theirs at once; who waits in vain leaves when the time is over", async () => {
    const { clock, queue } = opened();
    const waiting = queue.receive({ most: 1, visibilitySeconds: 60, waitSeconds: 20 });
    await queue.send([task(1)]);
    clock.advance(100);
    expect(await waiting).toMatchObject([task(1)]);
    const began = clock.now().getTime();
    let left = false;
    const vain = queue.receive({ most: 1, visibilitySeconds: 60, waitSeconds: 1 }).finally(() => {
      left = true;
    });
    while (!left) {
      clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([await vain, clock.now().getTime() - began]).toEqual([[], 1_000]);
  });
});

test("a thousand tasks are sent together, and deleted together", async () => {
  const { queue } = opened();
  await queue.send(Array.from({ length: 1_000 }, (_, n) => task(n)));
  const held = [];
  for (let some = await take(queue); some.length > 0; some = await take(queue)) held.push(...some);
  expect(new Set(held.map(({ id }) => id)).size).toBe(1_000);
  await queue.delete(held);
  await expect(queue.extend(held[0]!, 0)).rejects.toMatchObject({ name: "TaskNotHeld" });
});

test("of three processes that work at once, each task is done by one", async () => {
  const file = sharedFile();
  const queue = new SqliteTaskQueue(openDatabase(file), new TestClock(), { name: "tasks" });
  await queue.send(Array.from({ length: 90 }, (_, n) => task(n)));
  const program = `
    import { openDatabase } from "${ROOT}/engine/store/database.ts";
    import { SqliteTaskQueue } from "${ROOT}/adapters/embedded/task-queue.ts";
    const clock = { now: () => new Date(), sleep: () => Promise.resolve() };
    const queue = new SqliteTaskQueue(openDatabase(${JSON.stringify(file)}), clock, { name: "tasks" });
    const done = [];
    for (;;) {
      const held = await queue.receive({ most: 3, visibilitySeconds: 600 });
      if (held.length === 0) break;
      done.push(...held.map(({ id }) => id));
      await queue.delete(held);
    }
    console.log(JSON.stringify(done));`;
  const workers = [1, 2, 3].map(() => new Process(["--input-type=module-typescript", "--eval", program]));
  const done = (await Promise.all(workers.map(saidBy))).flatMap((said) => JSON.parse(said) as string[]);
  expect(done).toHaveLength(90);
  expect(new Set(done).size).toBe(90);
});
