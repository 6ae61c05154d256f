import { expect, test, vi } from "vitest";
import { NamedError } from "../../core/errors.ts";
import type { HeldTask, TaskQueue } from "../../core/queue/task-queue.ts";
import { serve } from "../../worker/serve.ts";

interface Told {
  readonly answers: unknown[];
  readonly deleted: string[];
  readonly errors: unknown[];
  readonly extended: string[];
}

/** Serves these tasks, and ends once there are no more. */
async function served(
  bodies: readonly object[],
  call: (name: string, input: object) => Promise<object>,
  { lost = 0 }: { readonly lost?: number } = {},
): Promise<Told> {
  const told: Told = { answers: [], deleted: [], errors: [], extended: [] };
  const leaving = new AbortController();
  const tasks = bodies.map(
    (body, at): HeldTask => ({ id: `t${at}`, receipt: "r", receives: 1, body: body as HeldTask["body"] }),
  );
  let unreachable = lost;
  const queue: TaskQueue = {
    send: async () => {},
    receive: async () => {
      if (unreachable-- > 0) throw new Error("SQS is out of reach");
      const task = tasks.shift();
      if (!task) leaving.abort();
      return task ? [task] : [];
    },
    delete: async (done) => void told.deleted.push(...done.map(({ id }) => id)),
    extend: async ({ id }) => void told.extended.push(id),
  };
  await serve({
    queue,
    answers: {
      sendTaskSuccess: async (token, output) => void told.answers.push([token, output]),
      sendTaskFailure: async (token, error, cause) => void told.answers.push([token, error, cause]),
    },
    call,
    onError: (error) => told.errors.push(error),
    signal: leaving.signal,
  });
  return told;
}

const task = (name: string, taskToken = "token") => ({
  function: name,
  taskToken,
  input: { executionId: "exec_1" },
});

test("an answer is told in the form that a call of Lambda has, and the task is gone", async () => {
  const { answers, deleted } = await served([task("forge")], async (name, input) => ({ name, input }));
  expect(answers).toEqual([["token", { Payload: { name: "forge", input: { executionId: "exec_1" } } }]]);
  expect(deleted).toEqual(["t0"]);
});

test("a failure is told by its name, so that the machine can catch it", async () => {
  class Named extends NamedError<"DesignBlocked"> {}
  const { answers, deleted } = await served([task("atlas")], () =>
    Promise.reject(new Named("DesignBlocked", "it clashes")),
  );
  expect(answers).toEqual([["token", "DesignBlocked", "it clashes"]]);
  expect(deleted).toEqual(["t0"]);
});

test("more than Step Functions takes of a failure is cut off", async () => {
  const { answers } = await served([task("atlas")], () => Promise.reject(new Error("x".repeat(40_000))));
  expect(answers).toEqual([["token", "Error", "x".repeat(32_768)]]);
});

test("what is no task stays in the queue for the dead letters, and holds the next one up only a moment", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 2_000 });
  try {
    const { answers, deleted, errors } = await served([{ function: 1 }, task("forge")], async () => ({}));
    expect([answers.length, deleted, errors.length]).toEqual([1, ["t1"], 1]);
  } finally {
    vi.useRealTimers();
  }
});

test("a queue out of reach is asked again", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 2_000 });
  try {
    const { answers, errors } = await served([task("forge")], async () => ({}), { lost: 2 });
    expect([answers.length, errors.length]).toEqual([1, 2]);
  } finally {
    vi.useRealTimers();
  }
});

test("a task that takes long is held for as long as it takes", async () => {
  vi.useFakeTimers();
  try {
    const working = served(
      [task("forge")],
      () => new Promise((resolve) => setTimeout(() => resolve({}), 300_000)),
    );
    await vi.advanceTimersByTimeAsync(300_000);
    const { extended, deleted } = await working;
    expect(extended).toEqual(Array.from({ length: 7 }, () => "t0"));
    expect(deleted).toEqual(["t0"]);
  } finally {
    vi.useRealTimers();
  }
});
