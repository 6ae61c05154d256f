import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { ShownAccount } from "../../adapters/embedded/sandbox/show.ts";
import type { ExecutionReport } from "../../bin/output/execution-report.ts";
import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { A_WHOLE_CHANGE_MS, commandLine, example } from "../support/command-line.ts";

const STOPPING = "stopping as soon as the step under way is journalled; Ctrl-C once more stops at once\n";
const STOPPED = "stopped; nothing is lost: `npx conductor resume` carries on\n";

describe("Ctrl-C", { timeout: A_WHOLE_CHANGE_MS }, () => {
  const { ask, begin } = commandLine();
  let id = "";

  test("in the middle of an apply leaves with a sentence, and resume carries on to DONE", async () => {
    const input = ["--input", example("photo-archive"), "--approve-as", "grace"];
    // At this pace it takes minutes, so that it is in the middle however slow this machine is.
    const running = begin("run", "change", ...input, "--pace", "real");
    await running.says(/Applying exactly what was approved/);
    const { code, signal, out, complaint } = await running.kill("SIGINT");
    expect([code, signal, complaint]).toEqual([3, null, STOPPING]);
    expect(out.endsWith(STOPPED)).toBe(true);
    expect(out).toMatch(/photo-archive in dev, asked for by ada {2}APPLYING\n/);

    const resumed = await ask<{ executions: ExecutionReport[] }>("resume");
    expect(resumed.code).toBe(0);
    const [report] = resumed.answer.executions;
    expect(report).toMatchObject({ changeStatus: "DONE", outcome: "applied" });
    id = report?.executionId ?? "";
    const timeline = await ask<{ events: TimelineEvent[] }>("timeline", id, "--verify");
    expect(timeline).toMatchObject({ code: 0, answer: { verified: true } });
    const created = timeline.answer.events.filter(({ data }) => data["status"] === "CREATE_COMPLETE");
    expect(new Set(created.map(({ data }) => data["logicalId"])).size).toBe(created.length);
    const { answer } = await ask<{ accounts: ShownAccount[] }>("sandbox", "show", "--environment", "dev");
    expect(answer.accounts[0]?.stacks).toMatchObject([{ name: "photo-archive", status: "CREATE_COMPLETE" }]);
    // The stack's own completion is told beside those of its resources.
    expect(created).toHaveLength((answer.accounts[0]?.stacks[0]?.resources.length ?? 0) + 1);
  });

  test("in the middle of an undoing leaves it to resume too, which exits 0 when it is undone", async () => {
    const undoing = begin("rollback", id, "--pace", "real");
    await undoing.says(/Undoing/);
    const { code, out, complaint } = await undoing.kill("SIGINT");
    expect([code, complaint]).toEqual([3, STOPPING]);
    expect(out.endsWith(STOPPED)).toBe(true);
    const resumed = await ask<{ executions: ExecutionReport[] }>("resume");
    expect(resumed).toMatchObject({ code: 0, answer: { executions: [{ outcome: "rolled_back" }] } });
  });

  test("beside --json still leaves one document", async () => {
    const { ask: askAgain, begin: beginAnother, data } = commandLine();
    const running = beginAnother("run", "change", "--input", example("too-cheap"), "--json");
    while (running.running && !existsSync(join(data, "driver.json"))) await setTimeout(5);
    const { code, out, complaint } = await running.kill("SIGINT");
    expect([code, complaint]).toEqual([3, STOPPING]);
    expect(JSON.parse(out)).toMatchObject({ outcome: null, requestedBy: "ada" });
    const resumed = await askAgain<{ executions: ExecutionReport[] }>("resume");
    expect(resumed).toMatchObject({ code: 3, answer: { executions: [{ gates: [{ status: "open" }] }] } });
  });
});

test(
  "serve carries on what was left and stops with a sentence when it is told to",
  async () => {
    const { ask, begin, type } = commandLine();
    const { answer } = await ask("run", "change", "--input", example("too-cheap"));
    const server = begin("serve");
    await server.says(/^serving \S+ as process \d+; Ctrl-C drains and stops\n/);
    const waiting = await type("status", answer.executionId);
    expect(waiting.stdout).toMatch(`process ${server.pid} (conductor serve) carries it on\n`);
    await type("reject", answer.gates[0]?.id ?? "", "--as", "grace", "--notes", "no");
    let changeStatus = "";
    while (changeStatus !== "REJECTED") ({ changeStatus } = (await ask("status", answer.executionId)).answer);
    const { code, out, complaint } = await server.kill("SIGINT");
    expect([code, complaint]).toEqual([0, STOPPING]);
    expect(out).toMatch(/stopped; everything that was under way is journalled\n$/);
  },
  A_WHOLE_CHANGE_MS,
);
