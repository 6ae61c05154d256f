import { join } from "node:path";
import type { StatementResultingChanges } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { asStorageError, type StorageError } from "../../adapters/embedded/storage-error.ts";
import { restOf } from "../../bin/home/at-rest.ts";
import { Driver } from "../../bin/home/driver.ts";
import type { Home } from "../../bin/home/home.ts";
import type { ExecutionReport } from "../../bin/output/execution-report.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { find, list } from "../../core/execution/executions.ts";
import { startChange } from "../../core/execution/start.ts";
import { castVote, ofExecution } from "../../core/gate/gates.ts";
import { parseGoal } from "../../core/plan/goal.ts";
import { faultsAfter } from "../support/aftermath.ts";
import { A_WHOLE_CHANGE_MS, commandLine, type ErrorAnswer, example } from "../support/command-line.ts";
import { example as goalOf } from "../support/pipeline.ts";
import { person, testHome } from "../support/workspace.ts";

/** A disk that gives out again and again, and is mended each time just enough for a little more. */
interface Disk {
  /** What Conductor calls its failing. */
  readonly failing: StorageError["name"];
  mend(): void;
}

/** Full; each time there is room for one more page. */
function fullDisk({ directory: { database } }: Home): Disk {
  let pages = Number(database.prepare("PRAGMA page_count").get()?.["page_count"]);
  const limit = () => database.exec(`PRAGMA max_page_count = ${pages}`);
  limit();
  const mend = () => {
    pages++;
    limit();
  };
  return { failing: "DiskFull", mend };
}

/** Reports an error instead of a commit; each time one commit more comes before it. */
function faultyDisk({ directory: { database } }: Home): Disk {
  let [good, left] = [0, 0];
  const { exec, prepare } = database;
  const commit = <Result>(sql: string, work: () => Result): Result => {
    if (sql === "COMMIT" && left-- === 0)
      throw Object.assign(new Error("disk I/O error"), { errcode: 10, code: "ERR_SQLITE_ERROR" });
    return work();
  };
  database.exec = (sql) => commit(sql, () => exec.call(database, sql));
  database.prepare = (sql) => {
    const statement = prepare.call(database, sql);
    const { run } = statement;
    statement.run = ((...values: unknown[]) =>
      commit(sql, () => Reflect.apply(run, statement, values) as StatementResultingChanges)) as typeof run;
    return statement;
  };
  const mend = () => {
    left = ++good;
  };
  return { failing: "DataDirectoryUnusable", mend };
}

/** Does something until it succeeds, and says how often the disk failed it. */
async function untilItWorks(disk: Disk, work: () => Promise<unknown>): Promise<number> {
  for (let failures = 0; ; failures++) {
    try {
      await work();
      return failures;
    } catch (error) {
      if (asStorageError(error, "")?.name !== disk.failing) throw error;
      disk.mend();
    }
  }
}

/** Whether the engine still has something to do for an execution whose record may have ended already. */
function isRunning({ directory: { database } }: Home, id: string): boolean {
  const sql = "SELECT 1 FROM engine_executions WHERE name = ? AND status = 'RUNNING'";
  return database.prepare(sql).get(id) !== undefined;
}

/** Drives until nothing goes on by itself, and everybody was told. @throws StorageError when the disk gives out */
async function driveToRest(home: Home, id: string): Promise<void> {
  const errors: unknown[] = [];
  const driver = await Driver.begin(home, "test", (error) => errors.push(error));
  if (!driver) throw new Error("somebody else drives");
  try {
    for (;;) {
      const rest = await restOf(home.world, await find(home.world.table, id));
      if (rest === "gate" || (rest === "ended" && !isRunning(home, id))) break;
      if (driver.failure) throw driver.failure;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  } finally {
    await driver.stop();
  }
  // The disk may also give out while a driver takes its leave: the next one tells what is left to tell.
  if (driver.failure) throw driver.failure;
  expect(errors).toEqual([]);
}

test.each([
  ["is full again after every page", fullDisk],
  ["reports errors again and again", faultyDisk],
])(
  "a disk that %s delays a change and its decision, and loses nothing of them",
  async (_what, diskOf) => {
    const home = testHome();
    const disk = diskOf(home);
    const goal = parseGoal(goalOf("photo-archive"), "the goal");
    let failures = await untilItWorks(disk, () => startChange(home.world, goal, person("ada")));
    const [{ id }] = (await list(home.world.table, { limit: 2 })).executions as [Execution];
    failures += await untilItWorks(disk, () => driveToRest(home, id));
    const [gate] = await ofExecution(home.world.table, id);
    const { id: gateId, digest } = gate!;
    const vote = { gateId, decision: "approve", caller: person("grace"), digest } as const;
    failures += await untilItWorks(disk, () => castVote(home.world.table, vote, home.world.clock.now()));
    failures += await untilItWorks(disk, () => driveToRest(home, id));

    expect(failures).toBeGreaterThan(7);
    expect(await find(home.world.table, id)).toMatchObject({ changeStatus: "DONE", outcome: "applied" });
    expect((await list(home.world.table, { limit: 2 })).executions).toHaveLength(1);
    expect(await ofExecution(home.world.table, id)).toMatchObject([
      { status: "approved", votes: [{ by: "grace" }] },
    ]);
    expect(await faultsAfter(home)).toEqual([]);
  },
  A_WHOLE_CHANGE_MS,
);

const SHORT = `--import=${pathToFileURL(join(import.meta.dirname, "../support/short-disk.ts"))}`;
const FULL = /^the data directory \S+: the disk is full; free some space, then `conductor resume` carries on/;

const roomy = commandLine();
/** The same directory, with room for this and no more in the life of each process. */
const withRoom = (room: NodeJS.ProcessEnv) =>
  commandLine({ NODE_OPTIONS: SHORT, CONDUCTOR_DATA: roomy.data, ...room });
const noPage = withRoom({ ROOM_PAGES: "0" });
/** A step takes up to some dozens of pages at once, so the room grows from one process to the next. */
const morePages = ["5", "10", "20", "40", "80", "160"].map((pages) => withRoom({ ROOM_PAGES: pages }));
const someBytes = withRoom({ ROOM_BYTES: "20000" });

type Resumed = Partial<ErrorAnswer> & { readonly executions?: readonly ExecutionReport[] };

test(
  "every process that finds the disk full says so in a sentence and exits 2, and the next one carries on",
  async () => {
    const full: string[] = [];
    const run = await someBytes.ask<ErrorAnswer>("run", "change", "--input", example("photo-archive"));
    expect(run).toMatchObject({ code: 2, answer: { error: { name: "DiskFull" } } });
    full.push(run.answer.error.message);

    const carryOn = async (): Promise<readonly ExecutionReport[]> => {
      for (const line of morePages) {
        const { code, answer } = await line.ask<Resumed>("resume");
        if (answer.executions) return answer.executions;
        expect([code, answer.error?.name]).toEqual([2, "DiskFull"]);
        full.push(answer.error?.message ?? "");
      }
      throw new Error("there is never room enough");
    };
    const [waiting] = await carryOn();
    const gate = waiting?.gates[0]?.id ?? "";
    const approve = ["approve", gate, "--as", "grace"];
    const refused = await noPage.ask<Partial<ErrorAnswer>>(...approve);
    if (refused.code !== 0) {
      expect(refused).toMatchObject({ code: 2, answer: { error: { name: "DiskFull" } } });
      expect((await roomy.ask<Partial<ErrorAnswer>>(...approve)).answer.error?.name).toBeUndefined();
    }
    const [ended] = await carryOn();
    expect(ended).toMatchObject({ outcome: "applied", gates: [{ approvals: 1, approvedBy: ["grace"] }] });

    expect(full.length).toBeGreaterThan(2);
    for (const sentence of full) expect(sentence).toMatch(FULL);
    expect((await roomy.type("audit", "verify")).code).toBe(0);
  },
  A_WHOLE_CHANGE_MS,
);
