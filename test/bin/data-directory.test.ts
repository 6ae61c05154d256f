import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, describe, expect, test } from "vitest";
import type { ExecutionReport } from "../../bin/output/execution-report.ts";
import { A_WHOLE_CHANGE_MS, commandLine, type ErrorAnswer, example } from "../support/command-line.ts";
import { Process } from "../support/processes.ts";

const { ask, begin, data, folder, type } = commandLine();
const RUN = ["run", "change", "--input", example("too-cheap")];

let gate = "";

beforeAll(async () => {
  gate = (await ask(...RUN)).answer.gates[0]?.id ?? "";
}, A_WHOLE_CHANGE_MS);

let copies = 0;

/** A copy of the data directory, and its path. */
function copy(): string {
  const path = join(folder, `copy-${copies++}`);
  cpSync(data, path, { recursive: true });
  return path;
}

function edit(directory: string, sql: string): void {
  const database = new DatabaseSync(join(directory, "conductor.db"));
  database.exec(sql);
  database.close();
}

describe("an id that does not exist", () => {
  test.each([
    ["status", "list"],
    ["timeline", "list"],
    ["artifacts", "list"],
    ["pause", "list"],
    ["unpause", "list"],
    ["cancel", "list"],
    ["rollback", "list"],
    ["budget", "list"],
    ["approve", "gates"],
  ])("makes %s name the command that shows those that do, and exit 2", async (verb, shows) => {
    const { code, stdout, stderr } = await type(verb, "exec_000000000000");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(new RegExp(`^there is no (execution|gate) exec_0+; \`conductor ${shows}\` shows`));
  });
});

describe("a data directory", () => {
  test.skipIf(process.platform === "win32")("that is made is its owner's alone", () => {
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });

  test.each([
    ["of a newer layout", "UPDATE workspace SET layout = 99"],
    ["with a newer engine's tables", "UPDATE engine_schema SET version = 99"],
  ])("%s is left as it is, by every command, and exits 2", async (_what, sql) => {
    const directory = copy();
    edit(directory, sql);
    const before = readFileSync(join(directory, "conductor.db"));
    for (const args of [["list"], RUN, ["serve"]]) {
      const { code, answer } = await ask<ErrorAnswer>(...args, "--data", directory);
      expect([code, answer.error.name]).toEqual([2, "DataDirectoryNewer"]);
      expect(answer.error.message).toMatch(
        /written by a newer Conductor .*: update Conductor or name another/,
      );
    }
    expect(readFileSync(join(directory, "conductor.db")).equals(before)).toBe(true);
  });

  test("whose place a file has taken is refused, and the file stays", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "mine");
    for (const path of [file, join(file, "below")]) {
      const { code, stdout, stderr } = await type(...RUN, "--data", path);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toBe(`${file} is a file and a directory is needed; choose another with --data\n`);
    }
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test("whose database is something else is refused, and nothing is added to it", async () => {
    const directory = join(folder, "other");
    mkdirSync(directory);
    writeFileSync(join(directory, "conductor.db"), "the diary of an orchestra leader");
    const { code, answer } = await ask<ErrorAnswer>(...RUN, "--data", directory);
    expect([code, answer.error.name]).toEqual([2, "DataDirectoryDamaged"]);
    expect(answer.error.message).toMatch(/is not a database; move it away or choose another/);
    expect(readdirSync(directory)).toEqual(["conductor.db"]);
  });

  test("where none can be made is refused", async () => {
    // Nobody makes directories in the kernel's own file system, root no more than others.
    const { code, stderr } = await type(...RUN, "--data", "/sys/conductor/data");
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^.*\/sys\/conductor.*choose another with --data.*\n$/),
    ]);
    expect(existsSync("/sys/conductor")).toBe(false);
  });
});

describe("a data directory that another process", () => {
  test("drives is refused to a second server, which names the first", async () => {
    const directory = copy();
    const first = begin("serve", "--json", "--data", directory);
    await first.says(/"pid": \d+/);
    const second = await ask<ErrorAnswer>("serve", "--data", directory);
    expect([second.code, second.answer.error.name]).toEqual([2, "DataDirectoryBusy"]);
    expect(second.answer.error.message).toMatch(`process ${first.pid} (conductor serve, since`);
    // Deciding needs no driver, and the one there is takes it from here.
    const rejected = await type("reject", gate, "--as", "grace", "--notes", "no", "--data", directory);
    expect(rejected.stdout).toMatch(`process ${first.pid} (conductor serve) carries on\n`);
    const resumed = await ask<{ executions: ExecutionReport[] }>("resume", "--data", directory);
    expect(resumed.answer.executions.map(({ outcome }) => outcome)).not.toContain(null);
    const ended = await first.kill("SIGTERM");
    expect([ended.code, JSON.parse(ended.out)]).toEqual([0, { serving: directory, pid: first.pid }]);
  });

  test("keeps locked is refused in a sentence once that has gone on for long", async () => {
    const directory = copy();
    const database = new DatabaseSync(join(directory, "conductor.db"));
    database.exec("BEGIN EXCLUSIVE");
    const { code, answer } = await ask<ErrorAnswer>("approve", gate, "--as", "grace", "--data", directory);
    database.close();
    expect([code, answer.error.name]).toEqual([2, "Unavailable"]);
    expect(answer.error.message).toMatch(/^the workspace is locked by another process; try again$/);
  });
});

/** A file system of its own for one command: no other process sees it, and nothing of it stays. */
function onDisk(mount: string, directory: string, args: readonly string[], keep: string): Process {
  const script = `${mount} && { "$@"; code=$?; cp -a "$disk/data" "$keep" 2>/dev/null; exit $code; }`;
  const command = ["node", "bin/conductor.ts", ...args, "--data", join(directory, "data")];
  const env = { disk: directory, keep, CONDUCTOR_USER: "ada", CONDUCTOR_PACE: "none" };
  return new Process(["-e", SHELL, script, ...command], env);
}

/** Node's own arguments are all that a Process takes. */
const SHELL = `
  const { spawnSync } = require("node:child_process");
  const [script, , ...command] = process.argv.slice(1);
  const args = ["-m", "sh", "-c", script, "sh", process.execPath, ...command];
  process.exitCode = spawnSync("unshare", args, { stdio: "inherit" }).status;
`;

const mountable =
  spawnSync("unshare", ["-m", "sh", "-c", "mount -t tmpfs none /mnt"], { stdio: "ignore" }).status === 0;

describe.skipIf(!mountable)("a disk (where file systems may be mounted) that is", () => {
  test.each(["40k", "200k", "400k"])(
    "full after %s loses nothing that had begun, and exits 2",
    async (size) => {
      const disk = join(folder, `disk-${size}`);
      const kept = join(folder, `kept-${size}`);
      mkdirSync(disk);
      const mount = `mount -t tmpfs -o size=${size} none "$disk"`;
      const { code, complaint } = await onDisk(mount, disk, RUN, kept).ended;
      expect([code, complaint]).toEqual([
        2,
        expect.stringMatching(/^[^\n]*the disk is full; free some space[^\n]*\n$/),
      ]);
      const resumed = await ask<{ executions: ExecutionReport[] }>("resume", "--data", kept);
      for (const { gates } of resumed.answer.executions) expect(gates).toMatchObject([{ status: "open" }]);
      expect((await type("audit", "verify", "--data", kept)).code).toBe(0);
    },
  );

  test("read-only is refused, and says so", async () => {
    const disk = join(folder, "read-only");
    mkdirSync(disk);
    const mount = 'mount --bind "$disk" "$disk" && mount -o remount,ro,bind "$disk"';
    const { code, out, complaint } = await onDisk(mount, disk, RUN, join(folder, "nothing")).ended;
    expect([code, out]).toEqual([2, ""]);
    expect(complaint).toMatch(
      /^the data directory \S+: its disk is read-only; choose another with --data\n$/,
    );
    expect(readdirSync(disk)).toEqual([]);
  });
});

/** Where every write finds the disk full. */
const FULL = "/dev/full";

test.skipIf(!existsSync(FULL))(
  "anchors on a full disk stop the work in a sentence, and resume carries it on",
  async () => {
    const full = commandLine({ CONDUCTOR_ANCHORS: FULL });
    const { code, answer } = await full.ask<ErrorAnswer>(...RUN);
    expect([code, answer.error.name]).toEqual([2, "DiskFull"]);
    const resumed = await ask<{ executions: ExecutionReport[] }>("resume", "--data", full.data);
    expect(resumed.code).toBe(3);
    expect(resumed.answer.executions).toMatchObject([{ gates: [{ status: "open" }] }]);
  },
);

test.skipIf(!existsSync(FULL))(
  "a server whose disk gives out says so beside its one document, and leaves",
  async () => {
    const { ask: askFull, begin: beginFull, data: full } = commandLine({ CONDUCTOR_ANCHORS: FULL });
    await askFull("doctor");
    const server = beginFull("serve", "--json");
    await server.says(/"pid"/);
    const input = ["--input", example("too-cheap")];
    const { answer } = await ask<ExecutionReport>("run", "change", ...input, "--data", full);
    expect(answer.executionId).toMatch(/^exec_/);
    const { code, out, complaint } = await server.ended;
    expect([code, JSON.parse(out)]).toEqual([2, { serving: full, pid: server.pid }]);
    expect(complaint).toMatch(/^[^\n]*the disk is full; free some space[^\n]*\n$/);
  },
);

test.skipIf(!existsSync(FULL))("output that goes to a full disk is complained of in a sentence", () => {
  const command = 'node bin/conductor.ts list "$@" > "$full"';
  for (const json of [[], ["--json"]]) {
    const { status, stderr } = spawnSync("sh", ["-c", command, "sh", ...json], {
      env: {
        ...process.env,
        PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
        CONDUCTOR_DATA: data,
        full: FULL,
      },
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([
      2,
      "standard output cannot be written: the disk is full; nothing else is lost\n",
    ]);
  }
});
