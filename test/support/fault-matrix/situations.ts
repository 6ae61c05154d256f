import { S3AnchorStore } from "../../../adapters/aws/anchor-store.ts";
import type { AwsPlace } from "../../../adapters/aws/clients.ts";
import { EventBridgeBus } from "../../../adapters/aws/event-bus.ts";
import type { DynamoTable } from "../../../adapters/aws/table.ts";
import { keyRow } from "../../../adapters/aws/table-rows.ts";
import { SqsTaskQueue } from "../../../adapters/aws/task-queue.ts";
import { sha256 } from "../../../core/digest.ts";
import { ROW_BYTES } from "../../../core/table/limits.ts";
import { steeredClock, TARGETS, topic } from "../../adapters/embedded/sandbox/workbench.ts";
import { StackWork } from "../../contract/cloud-bench.ts";
import { createBucket } from "../buckets.ts";
import { TestClock } from "../clock.ts";
import { startCloudFormation } from "../cloudformation-server/server.ts";
import { wireCloud } from "../cloudformation-server/wire-cloud.ts";
import { createTable, tableThrough } from "../dynamo-tables.ts";
import { anEvent, createBus, eventsPartlyTaken } from "../event-buses.ts";
import { FaultProxy } from "../fault-proxy.ts";
import type { Moto } from "../moto-server.ts";
import { createQueue, tasksPartlyTaken } from "../queues.ts";
import { AT } from "../records.ts";
import { CLOUD } from "./cloud.ts";
import { MESSAGING } from "./messaging.ts";
import { STORAGE } from "./storage.ts";
import { PATIENT, type PortOnTrial } from "./trial.ts";

/** What became of it: what each caller saw, and the ids of what was there, a doubled one twice. */
export interface Outcome {
  readonly saw: readonly string[];
  readonly there: readonly string[];
}

/** What may befall a port without anybody's fault. */
export interface Situation {
  readonly port: PortOnTrial["port"];
  readonly what: string;
  /** How many things are to be there in the end. */
  readonly wanted: number;
  run(moto: Moto): Promise<Outcome>;
}

/** The names of how calls ended, each once. */
async function endings(...calls: readonly Promise<unknown>[]): Promise<string[]> {
  const ended = await Promise.allSettled(calls);
  const names = ended.map((one) => (one.status === "fulfilled" ? "done" : Object(one.reason).name));
  return [...new Set<string>(names)].toSorted((a, b) => Number(b === "done") - Number(a === "done"));
}

async function behindProxy(
  moto: Moto,
  run: (proxy: FaultProxy, endpoint: { readonly endpoint: string }) => Promise<Outcome>,
): Promise<Outcome> {
  const proxy = await FaultProxy.before(moto.endpoint);
  try {
    return await run(proxy, { endpoint: proxy.endpoint });
  } finally {
    proxy.end();
  }
}

/** What the port is tried by, done twice at once. */
function together(on: PortOnTrial): Situation {
  return {
    port: on.port,
    what: "two at the same moment",
    wanted: 1,
    async run(moto) {
      const trial = await on.open(moto, PATIENT);
      try {
        return { saw: await endings(trial.call(), trial.call()), there: await trial.there() };
      } finally {
        trial.proxy.end();
        await trial.end?.();
      }
    },
  };
}

const row = (sk: string, bytes = 0) => ({ pk: "P", sk, attributes: { text: "x".repeat(bytes) } });

async function listed(table: DynamoTable): Promise<string[]> {
  return (await table.query({ pk: "P", limit: 9 })).items.map(({ sk }) => sk);
}

async function withTable(moto: Moto, run: (table: DynamoTable) => Promise<Outcome>): Promise<Outcome> {
  return await run(tableThrough(moto, moto, await createTable(moto.place())));
}

const TABLE: readonly Situation[] = [
  {
    port: "table",
    what: "a part of a batch is put off",
    wanted: 2,
    run: (moto) =>
      behindProxy(moto, async (proxy, at) => {
        const name = await createTable(moto.place());
        const table = tableThrough(moto, at, name);
        await table.transact(["1", "2"].map((sk) => ({ put: row(sk), expect: "absent" })));
        const taken = { ...keyRow({ pk: "P", sk: "1" }), attributes: { S: "{}" }, version: { N: "1" } };
        const Keys = [keyRow({ pk: "P", sk: "2" })];
        const more = { Responses: { [name]: [taken] }, UnprocessedKeys: { [name]: { Keys } } };
        proxy.inject({ status: 200, code: "", message: "", more }, { on: "BatchGetItem" });
        const there: string[] = [];
        const reads = ["1", "2"].map(async (sk) => {
          there.push((await table.get({ pk: "P", sk }))?.sk ?? "nothing");
        });
        return { saw: await endings(...reads), there };
      }),
  },
  {
    port: "table",
    what: "a row over 400 KB",
    wanted: 0,
    run: (moto) =>
      withTable(moto, async (table) => ({
        saw: await endings(table.transact([{ put: row("1", ROW_BYTES), expect: "absent" }])),
        there: await listed(table),
      })),
  },
  {
    port: "table",
    what: "a list of several pages",
    wanted: 6,
    run: (moto) =>
      withTable(moto, async (table) => {
        for (const sk of ["1", "2", "3", "4", "5", "6"])
          await table.transact([{ put: row(sk, 300_000), expect: "absent" }]);
        const there: string[] = [];
        return { saw: await endings(listed(table).then((all) => there.push(...all))), there };
      }),
  },
];

/** Two and a half pages of the server's. */
const MANY = 250;

const ANCHORS: Situation = {
  port: "anchors",
  what: "a list of several pages",
  wanted: MANY,
  async run(moto) {
    const store = new S3AnchorStore(moto.place(), await createBucket(moto.place()), 30, new TestClock(AT));
    for (let seq = 1; seq <= MANY; seq++)
      await store.append({ chain: "exec_1", seq, hash: sha256(`${seq}`), at: AT });
    const there: string[] = [];
    const reading = store.all().then((all) => there.push(...all.map(({ hash }) => hash)));
    return { saw: await endings(reading), there };
  },
};

const EVENTS: readonly Situation[] = [
  {
    port: "event bus",
    what: "a part of a batch fails",
    wanted: 2,
    run: (moto) =>
      behindProxy(moto, async (proxy, at) => {
        const { name, arrived } = await createBus(moto.place());
        const busAt = (place: AwsPlace) => new EventBridgeBus(place, name, new TestClock());
        await busAt(moto.place()).publish([anEvent(1)]);
        proxy.inject(eventsPartlyTaken(undefined, "ThrottlingException"), { on: "PutEvents" });
        const publishing = busAt(moto.place(at)).publish([anEvent(1), anEvent(2)]);
        return { saw: await endings(publishing), there: (await arrived()).map(({ id }) => id) };
      }),
  },
  {
    port: "event bus",
    what: "an event over 256 KiB",
    wanted: 0,
    async run(moto) {
      const { name, arrived } = await createBus(moto.place());
      const bus = new EventBridgeBus(moto.place(), name, new TestClock());
      const large = anEvent(1, { data: { text: "x".repeat(256 * 1024) } });
      return { saw: await endings(bus.publish([large])), there: (await arrived()).map(({ id }) => id) };
    },
  },
];

const TASKS = [1, 2].map((n) => ({ id: `task-${n}`, body: { n } }));

async function heldIn(queue: SqsTaskQueue): Promise<string[]> {
  return (await queue.receive({ most: 10, visibilitySeconds: 60 })).map(({ id }) => id);
}

const QUEUE: readonly Situation[] = [
  {
    port: "task queue",
    what: "a part of a batch fails",
    wanted: 2,
    run: (moto) =>
      behindProxy(moto, async (proxy, at) => {
        const { url } = await createQueue(moto.place());
        const [queue, truth] = [new SqsTaskQueue(moto.place(at), url), new SqsTaskQueue(moto.place(), url)];
        await truth.send(TASKS.slice(0, 1));
        proxy.inject(tasksPartlyTaken(TASKS, [undefined, "its"]), { on: "SendMessageBatch" });
        return { saw: await endings(queue.send(TASKS)), there: await heldIn(truth) };
      }),
  },
  {
    port: "task queue",
    what: "a task over 256 KiB",
    wanted: 0,
    async run(moto) {
      const queue = new SqsTaskQueue(moto.place(), (await createQueue(moto.place())).url);
      const large = { id: "task-1", body: { text: "x".repeat(256 * 1024) } };
      return { saw: await endings(queue.send([large])), there: await heldIn(queue) };
    },
  },
];

/** An account whose lists have two items to a page. */
async function withAccount(run: (work: StackWork) => Promise<Outcome>): Promise<Outcome> {
  const [clock, target] = [steeredClock(), TARGETS.dev];
  const account = await startCloudFormation({ target, clock });
  account.quirks.pageSize = 2;
  try {
    const cloud = wireCloud(account, clock, PATIENT);
    return await run(new StackWork({ target, clock, cloud, controls: account.controls }));
  } finally {
    await account.close();
  }
}

const CLOUDS: readonly Situation[] = [
  {
    port: "cloud",
    what: "a template over 1 MB",
    wanted: 0,
    run: () =>
      withAccount(async (work) => {
        const planning = work.plan({ A: topic({ DisplayName: "x".repeat(1_048_576) }) });
        const stack = await planning.catch(() => work.reader.describeStack("shop"));
        return { saw: await endings(planning), there: stack ? ["shop"] : [] };
      }),
  },
  {
    port: "cloud",
    what: "a list of several pages",
    wanted: 5,
    run: () =>
      withAccount(async (work) => {
        await work.apply(Object.fromEntries(["A", "B", "C", "D", "E"].map((id) => [id, topic()])));
        const there: string[] = [];
        const reading = work.reader.stackResources("shop").then((all) => {
          there.push(...all.map(({ logicalId }) => logicalId));
        });
        return { saw: await endings(reading), there };
      }),
  },
];

/** Whoever only reads, or asks a model, does not meet another. */
const WRITING = [...STORAGE.filter(({ port }) => port !== "secrets"), CLOUD, ...MESSAGING];

export const SITUATIONS: readonly Situation[] = [
  ...WRITING.map(together),
  ...TABLE,
  ANCHORS,
  ...EVENTS,
  ...QUEUE,
  ...CLOUDS,
];

export interface Met extends Outcome {
  readonly situation: Situation;
}

/** Every situation, side by side. */
export async function situationsMet(moto: Moto): Promise<readonly Met[]> {
  const runs = SITUATIONS.map(async (situation) => ({ situation, ...(await situation.run(moto)) }));
  return await Promise.all(runs);
}

/** Things that were told to be done, or were there before, and are not there. */
export function missing({ situation, there }: Met): number {
  return situation.wanted - new Set(there).size;
}

export function doubled({ there }: Met): boolean {
  return new Set(there).size < there.length;
}
