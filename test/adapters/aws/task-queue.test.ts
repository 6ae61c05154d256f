import { DeleteQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { clientOf } from "../../../adapters/aws/clients.ts";
import { SqsTaskQueue } from "../../../adapters/aws/task-queue.ts";
import type { HeldTask, Task, TasksRefused } from "../../../core/queue/task-queue.ts";
import type { FaultProxy } from "../../support/fault-proxy.ts";
import { describeFaults, patience } from "../../support/messaging-faults.ts";
import { faultsBefore, useMoto } from "../../support/moto.ts";
import { type Moto, wireIsMissing } from "../../support/moto-server.ts";
import { createQueue, type EntryFault, type Queue, tasksPartlyTaken } from "../../support/queues.ts";

interface Bench extends Queue {
  readonly proxy: FaultProxy;
  readonly queue: SqsTaskQueue;
  readonly deadLetters: SqsTaskQueue;
  /** The same queue past the proxy. */
  readonly truth: SqsTaskQueue;
}

async function bench(moto: Moto, waiting = patience): Promise<Bench> {
  const proxy = await faultsBefore(moto);
  const dead = await createQueue(moto.place());
  const made = await createQueue(moto.place(), { queue: dead, after: 1 });
  const place = moto.place({ endpoint: proxy.endpoint, patience: waiting });
  return {
    ...made,
    proxy,
    queue: new SqsTaskQueue(place, made.url),
    deadLetters: new SqsTaskQueue(moto.place(), dead.url),
    truth: new SqsTaskQueue(moto.place(), made.url),
  };
}

const task = (n: number): Task => ({ id: `task-${n}`, body: { n } });
const four = [1, 2, 3, 4].map(task);
const take = (queue: SqsTaskQueue) => queue.receive({ most: 10, visibilitySeconds: 600 });
const idsOf = (tasks: readonly Task[]) => tasks.map(({ id }) => id).toSorted();

const partly = (...faults: EntryFault[]) => tasksPartlyTaken(four, faults);

describe.skipIf(wireIsMissing)("the task queue on SQS", () => {
  const moto = useMoto();

  describeFaults("sending a task", { on: "SendMessageBatch", most: 3 }, async (waiting) => {
    const { proxy, queue, truth } = await bench(moto(), waiting);
    return { proxy, call: () => queue.send([task(1)]), done: async () => (await take(truth)).length };
  });

  /** Deletions of a task that is held, done when a dead letter of it can no longer come. */
  describeFaults("deleting a task", { on: "DeleteMessageBatch", most: 1 }, async (waiting) => {
    const { proxy, queue, truth } = await bench(moto(), waiting);
    await truth.send([task(1)]);
    const [held] = await take(truth);
    const done = async () => {
      const left = await truth.extend(held!, 600).then(
        () => 1,
        () => 0,
      );
      return 1 - left;
    };
    return { proxy, call: () => queue.delete([held!]), done };
  });

  test("a task sent twice because an answer was lost comes twice, under one id", async () => {
    const { proxy, queue, truth } = await bench(moto());
    proxy.inject("response-lost", { on: "SendMessageBatch" });
    await queue.send([task(1)]);
    expect(idsOf(await take(truth))).toEqual(["task-1", "task-1"]);
  });

  test("costs a call for ten tasks to send or to delete, and one to receive", async () => {
    const { proxy, queue } = await bench(moto());
    await queue.send(Array.from({ length: 21 }, (_, n) => task(n)));
    const held = [...(await take(queue)), ...(await take(queue))];
    await queue.delete(held);
    await queue.extend(held[0]!, 0).catch(() => {});
    expect(proxy.count()).toEqual({
      SendMessageBatch: 3,
      ReceiveMessage: 2,
      DeleteMessageBatch: 2,
      ChangeMessageVisibility: 1,
    });
  });

  test("sends again only what SQS failed to take", async () => {
    const { proxy, queue, truth } = await bench(moto());
    proxy.inject(partly(undefined, "its", undefined, "its"));
    await queue.send(four);
    expect(idsOf(await take(truth))).toEqual(["task-2", "task-4"]);
    expect(proxy.count()["SendMessageBatch"]).toBe(2);
  });

  test("tells which tasks were not taken, those refused at once and those refused again and again", async () => {
    const { proxy, queue, url } = await bench(moto());
    proxy.inject(partly(undefined, "mine", "its", undefined));
    proxy.inject(partly("its"), { times: 3 });
    const error = await queue.send(four).catch((one: unknown) => one);
    expect(error).toMatchObject({
      name: "TasksRefused",
      message: expect.stringContaining(`${url} did not take task-2 (InvalidMessageContents: so)`),
    });
    expect([...(error as TasksRefused).ids].toSorted()).toEqual(["task-2", "task-3"]);
    expect(proxy.count()["SendMessageBatch"]).toBe(4);
  });

  test("deletes again only what SQS failed to delete", async () => {
    const { proxy, queue, truth } = await bench(moto());
    await queue.send(four);
    const held = await take(queue);
    proxy.inject(partly("its", undefined, "its", undefined), { on: "DeleteMessageBatch" });
    await queue.delete(held);
    const left = held.map((one) =>
      truth.extend(one, 600).then(
        () => one.id,
        () => undefined,
      ),
    );
    expect((await Promise.all(left)).filter((id) => id !== undefined)).toEqual([held[1]?.id, held[3]?.id]);
    expect(proxy.count()["DeleteMessageBatch"]).toBe(2);
  });

  test("waits for a task longer than for any other answer", async () => {
    const { queue } = await bench(moto(), { ...patience, requestMs: 500 });
    expect(await queue.receive({ most: 1, visibilitySeconds: 60, waitSeconds: 1 })).toEqual([]);
  });

  test("lets go of whoever waits and wants to leave, at once", async () => {
    const { proxy, queue } = await bench(moto());
    proxy.inject("hangs");
    const leaving = new AbortController();
    const waiting = queue.receive({
      most: 1,
      visibilitySeconds: 60,
      waitSeconds: 20,
      signal: leaving.signal,
    });
    while (proxy.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    leaving.abort();
    expect(await waiting).toEqual([]);
  });

  test("sends no character that SQS refuses, and gives it back all the same", async () => {
    const { proxy, queue } = await bench(moto());
    const body = { text: "\u0000\u0008\ud800\ufffe\uffff é 😀" };
    await queue.send([{ id: "odd", body }]);
    const sent = JSON.parse(proxy.calls[0]!.body) as { Entries: { MessageBody: string }[] };
    expect(sent.Entries[0]?.MessageBody).toMatch(
      /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u,
    );
    expect((await take(queue))[0]?.body).toEqual(body);
  });

  test("takes a message of somebody else's for a task when it is an object, and else leaves it to the dead letters", async () => {
    const { queue, truth, url } = await bench(moto());
    const client = clientOf(moto().place(), SQSClient);
    const { MessageId } = await client.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody: '{"a":1}' }),
    );
    for (const MessageBody of ["no JSON", "[1]", "null", '"text"'])
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
    const found: HeldTask[] = await take(queue);
    expect(found).toMatchObject([{ id: MessageId, body: { a: 1 } }]);
    expect(await take(truth)).toEqual([]);
  });

  test("that vanished is told by its name, whatever is asked of it", async () => {
    const { queue, url } = await bench(moto());
    await queue.send([task(1)]);
    const [held] = await take(queue);
    await clientOf(moto().place(), SQSClient).send(new DeleteQueueCommand({ QueueUrl: url }));
    const gone = { name: "ResourceMissing", message: expect.stringContaining(`the queue ${url}`) };
    const calls = [
      () => queue.send([task(2)]),
      () => take(queue),
      () => queue.delete([held!]),
      () => queue.extend(held!, 60),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject(gone);
  });

  test.each(["ReceiptHandleIsInvalid", "MessageNotInflight", "InvalidParameterValue"])(
    "a task that %s says is no longer held is told so, and is deleted without a word",
    async (code) => {
      const { proxy, queue } = await bench(moto());
      await queue.send([task(1)]);
      const [held] = await take(queue);
      proxy.inject({
        status: 400,
        code,
        message: "The message is not available for visibility timeout change",
      });
      await expect(queue.extend(held!, 60)).rejects.toMatchObject({ name: "TaskNotHeld" });
      proxy.inject({
        ...partly("mine"),
        more: { Failed: [{ Id: "0", SenderFault: true, Code: code }], Successful: [] },
      });
      await queue.delete([held!]);
    },
  );
});
