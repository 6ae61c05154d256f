import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { isMoving } from "../../../../core/cloud/stack.ts";
import { Process, ROOT, saidBy } from "../../../support/processes.ts";
import { queue, table, topic, type Workbench, workbench } from "./workbench.ts";

const OPEN = `
  import { DatabaseSync } from "node:sqlite";
  import { sandboxCloud } from "${ROOT}/adapters/embedded/sandbox/sandbox-cloud.ts";
  const [file, ...rest] = process.argv.slice(1);
  const database = new DatabaseSync(file, { timeout: 10_000 });
  const target = { environment: "dev", account: "536580886816", region: "af-south-1" };
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const cloud = sandboxCloud({ database, target, clock: { now: () => new Date(), sleep }, pace: "demo" });
`;

const OBSERVE = `${OPEN}
  for (;;) {
    const stack = await cloud.reader().describeStack("shop");
    if (stack !== undefined && !stack.status.endsWith("IN_PROGRESS")) break;
  }
  console.log(JSON.stringify((await cloud.reader().stackEvents("shop")).map((event) => event.eventId)));
`;

const EXECUTE = `${OPEN}
  const [arn, changeSetName, token] = rest;
  const applier = cloud.applier({ executionId: token, stack: "shop", changeSetName, tags: {} });
  console.log(await applier.executeChangeSet(arn, token).then(() => "done", (error) => error.name));
`;

const TEMPLATE = { Index: table(), Work: queue(), News: topic({ DisplayName: { Ref: "Work" } }) };

/** A file that several processes open, with the account of one of them. */
function shared(): Workbench & { readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  const file = join(folder, "shared.sqlite");
  const database = new DatabaseSync(file, { timeout: 10_000 });
  database.exec("PRAGMA journal_mode = WAL");
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));
  const clock = { at: 0, now: () => new Date(), pass() {}, sleep };
  return { ...workbench({ database, pace: "demo", clock }), file };
}

function start(code: string, ...args: string[]): Process {
  return new Process(["--input-type=module", "--eval", code, ...args]);
}

test("processes that carry on the same operation at once agree on every event", async () => {
  const { plan, execute, events, file } = shared();
  const changeSet = await plan(TEMPLATE);
  const observers = [1, 2, 3].map(() => saidBy(start(OBSERVE, file)));
  await execute(changeSet);
  const seen = await Promise.all(observers);
  const ids = (await events()).map((event) => event.eventId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(12);
  for (const one of seen) expect(JSON.parse(one)).toEqual(ids);
});

test("of several processes that execute one change set, one does", async () => {
  const { plan, events, file } = shared();
  const { arn, name } = await plan(TEMPLATE);
  const racers = [1, 2, 3, 4].map((i) => saidBy(start(EXECUTE, file, arn, name, `racer-${i}`)));
  expect((await Promise.all(racers)).sort()).toEqual([
    "ChangeSetObsolete",
    "ChangeSetObsolete",
    "ChangeSetObsolete",
    "done",
  ]);
  const begun = (await events()).filter((event) => event.status === "CREATE_IN_PROGRESS");
  expect(begun.filter((event) => event.logicalId === "shop")).toHaveLength(1);
});

test("a process killed at any moment leaves an operation that the next one finishes", async () => {
  for (const life of [150, 450, 900]) {
    const { plan, execute, stack, events, clock, file } = shared();
    await execute(await plan(TEMPLATE));
    const child = start(OBSERVE, file);
    await clock.sleep(life);
    await child.kill();
    while (isMoving((await stack()).status)) await clock.sleep(100);
    expect((await stack()).status).toBe("CREATE_COMPLETE");
    const made = (await events()).filter((event) => event.reason === "Resource creation Initiated");
    expect(made.map((event) => event.logicalId).sort()).toEqual(["Index", "News", "Work"]);
  }
}, 60_000);
