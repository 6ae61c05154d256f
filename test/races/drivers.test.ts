import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ExecutionReport } from "../../bin/output/execution-report.ts";
import type { ChangeSet } from "../../core/artifacts/change-set.ts";
import { codeNow, enrol } from "../support/codes.ts";
import { A_WHOLE_CHANGE_MS, type CommandLine, commandLine, example } from "../support/command-line.ts";
import { waitingChanges } from "../support/waiting-changes.ts";
import { faultsOf, serve, statusOnce } from "./race.ts";

const applied = ({ outcome }: ExecutionReport) => outcome === "applied";

/** The goal of an example, for another stack. */
function goalFor({ folder }: CommandLine, name: string, stack: string): string {
  const file = join(folder, `${name}-${stack}.json`);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(example(name), "utf8")), stack }));
  return file;
}

const two = commandLine();

test(
  "of two servers on one data directory the second is refused by the first's name, and takes over when that one dies",
  async () => {
    const [change] = await waitingChanges(two.data, ["served"], 1);
    const first = await serve(two);
    const refused = await two.ask<{ error: { name: string; message: string } }>("serve");
    expect([refused.code, refused.answer.error.name]).toEqual([2, "DataDirectoryBusy"]);
    expect(refused.answer.error.message).toContain(`process ${first.pid} (conductor serve`);

    await first.kill();
    const second = await serve(two);
    expect(second.pid).not.toBe(first.pid);
    await two.ask("approve", change!.gate.id, "--as", "grace");
    const { drivenBy } = await statusOnce(two, change!.id, ({ gates }) => gates[0]?.status === "approved");
    expect(drivenBy?.pid ?? second.pid).toBe(second.pid);
    await statusOnce(two, change!.id, applied);
    expect((await second.kill("SIGTERM")).code).toBe(0);
    expect(await faultsOf(two)).toEqual([]);
  },
  A_WHOLE_CHANGE_MS,
);

const beside = commandLine();

test(
  "a run beside a server watches it work, and carries on by itself when the server dies",
  async () => {
    const server = await serve(beside, "--pace", "demo");
    const run = beside.begin("run", "change", "--input", example("photo-archive"), "--approve-as", "grace");
    await run.says(/Applying exactly what was approved/);
    const { answer } = await beside.ask<{ executions: ExecutionReport[] }>("list");
    const { executionId } = answer.executions[0]!;
    expect((await beside.ask("status", executionId)).answer.drivenBy?.pid).toBe(server.pid);
    await server.kill();
    const { code, out, complaint } = await run.ended;
    expect([code, complaint]).toEqual([0, ""]);
    expect(out).toMatch(/DONE \(applied\)/);
    expect(await faultsOf(beside)).toEqual([]);
  },
  A_WHOLE_CHANGE_MS,
);

const both = commandLine();

test(
  "two changes of one stack started at once: one holds the lock, the other waits its turn and is built afresh",
  async () => {
    const goals = [example("photo-archive"), goalFor(both, "photo-archive-v2", "photo-archive")];
    const starts = await Promise.all(goals.map((input) => both.ask("run", "change", "--input", input)));
    expect(starts.map(({ code }) => code).sort()).toEqual([3, 4]);
    const first = starts.find(({ code }) => code === 3)!.answer;
    const second = starts.find(({ code }) => code === 4)!.answer;
    expect(second.lock).toMatchObject({ place: 1, holder: first.executionId });
    expect(second.artifacts.map(({ name }) => name)).not.toContain("change-set.json");

    expect(await endedWith(first.executionId)).toMatchObject({ outcome: "applied" });
    const turn = (await both.ask("status", second.executionId)).answer;
    const built = await changeSetOf(second.executionId);
    const stack = await standing("photo-archive");
    expect(built).toMatchObject({ type: "UPDATE", stackId: stack.stackId });
    expect(built.baseline.stackStatus).toBe("CREATE_COMPLETE");
    expect(turn.lock).toMatchObject({ place: 0 });

    expect(await endedWith(second.executionId)).toMatchObject({ outcome: "applied", lock: null });
    expect((await standing("photo-archive")).status).toBe("UPDATE_COMPLETE");
    expect(await faultsOf(both)).toEqual([]);
  },
  A_WHOLE_CHANGE_MS,
);

async function endedWith(id: string): Promise<ExecutionReport> {
  const { gates } = (await both.ask("status", id)).answer;
  for (const { id: gate, requiredApprovals } of gates)
    for (const person of ["grace", "linus", "joan"].slice(0, requiredApprovals)) {
      enrol(both.data, person);
      expect((await both.ask("approve", gate, "--as", person, "--code", codeNow())).code).toBe(0);
    }
  await both.ask("resume");
  return (await both.ask("status", id)).answer;
}

async function changeSetOf(id: string): Promise<ChangeSet> {
  return JSON.parse((await both.type("artifacts", id, "change-set.json")).stdout) as ChangeSet;
}

async function standing(stack: string): Promise<{ readonly stackId: string; readonly status: string }> {
  const shown = await both.ask<{
    accounts: { stacks: { name: string; stackId: string; status: string }[] }[];
  }>("sandbox", "show");
  return shown.answer.accounts.flatMap(({ stacks }) => stacks).find(({ name }) => name === stack)!;
}

const fresh = commandLine();

test(
  "two runs that make one data directory at once both come to their ends",
  async () => {
    const stacks = ["twin-a", "twin-b"];
    const ends = await Promise.all(
      stacks.map((stack) => {
        const goal = goalFor(fresh, "photo-archive", stack);
        return fresh.ask("run", "change", "--input", goal, "--approve-as", "grace");
      }),
    );
    for (const { code, answer } of ends) expect([code, answer.outcome]).toEqual([0, "applied"]);
    expect(await faultsOf(fresh)).toEqual([]);
  },
  A_WHOLE_CHANGE_MS,
);
