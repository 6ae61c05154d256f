import { beforeAll, describe, expect, test } from "vitest";
import type { ExecutionReport } from "../../bin/output/execution-report.ts";
import { A_WHOLE_CHANGE_MS, commandLine, type ErrorAnswer, example } from "../support/command-line.ts";

const { ask, type } = commandLine();

let id = "";
let gate = "";

beforeAll(async () => {
  const { answer } = await ask("run", "change", "--input", example("too-cheap"));
  id = answer.executionId;
  gate = answer.gates[0]?.id ?? "";
}, A_WHOLE_CHANGE_MS);

const resume = () => ask<{ executions: ExecutionReport[] }>("resume");
const by = (user: string) => ({ user, authenticated: false, note: "declared with --as, not authenticated" });

describe("an execution that waits", () => {
  test("can be paused and let go again, and says by whom", async () => {
    const paused = await ask("pause", id, "--as", "joan", "--notes", "not on a friday");
    expect(paused.code).toBe(0);
    expect(paused.answer).toMatchObject({
      executionId: id,
      signals: { pause: { by: "joan", notes: "not on a friday" } },
      identity: by("joan"),
    });
    expect((await type("status", id)).stdout).toMatch("pause asked for by joan: not on a friday\n");
    const released = await type("unpause", id, "--as", "joan");
    expect(released.code).toBe(0);
    expect(released.stdout).not.toContain("pause");
    expect(released.stdout).toMatch(/identities are declared with --as, not authenticated/);
  });

  test("that was paused stops at its next checkpoint, and exits 3", async () => {
    await type("pause", id, "--as", "joan");
    await type("approve", gate, "--as", "grace");
    const { code, answer } = await resume();
    expect(code).toBe(3);
    expect(answer.executions).toMatchObject([
      { executionId: id, status: "paused", paused: { why: "paused" } },
    ]);
    const status = await type("status", id);
    expect(status.stdout).toMatch("paused by joan\n");
    expect(status.stdout).toMatch(`next     npx conductor unpause ${id}\n`);
    expect(
      (await ask<{ executions: object[] }>("list", "--status", "paused")).answer.executions,
    ).toHaveLength(1);
    expect((await ask("unpause", id)).answer.status).toBe("running");
  });

  test("tells what it may still spend, and is granted more by somebody else only", async () => {
    const before = await type("budget", id);
    expect(before.code).toBe(0);
    expect(before.stdout).toMatch(
      /^tokens +\d+ of 250000 left\nminutes .*\ndollars +50\.00 of 50\.00 left\nident/,
    );
    const self = await ask<ErrorAnswer>("budget", id, "--usd", "5", "--as", "ada");
    expect([self.code, self.answer.error.name]).toEqual([4, "SelfApproval"]);
    const granted = await ask("budget", id, "--usd", "5", "--tokens", "1000", "--as", "grace");
    expect(granted).toMatchObject({
      code: 0,
      answer: { executionId: id, cap: { tokens: 251_000, microUsd: 55_000_000 }, identity: by("grace") },
    });
    const wrong = await type("budget", id, "--usd", "-5");
    expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toMatch(/--usd.*above 0/);
  });

  test("ends when it is cancelled, and exits 1", async () => {
    const asked = await ask("cancel", id, "--as", "ada", "--notes", "changed my mind");
    expect([asked.code, asked.answer.signals]).toEqual([
      0,
      { cancel: expect.objectContaining({ by: "ada" }) },
    ]);
    const { code, answer } = await resume();
    expect(code).toBe(1);
    expect(answer.executions).toMatchObject([{ changeStatus: "CANCELLED", outcome: "cancelled" }]);
    expect((await type("status", id)).stdout).toMatch("cancelled by ada: changed my mind\n");
  });
});

test("what has ended heeds no signal, and exits 1", async () => {
  for (const verb of ["pause", "unpause", "cancel"]) {
    const { code, answer } = await ask<ErrorAnswer>(verb, id);
    expect([verb, code, answer.error]).toEqual([
      verb,
      1,
      { name: "ExecutionEnded", message: `execution ${id} has ended: CANCELLED`, exitCode: 1 },
    ]);
  }
  const undone = await type("rollback", id);
  expect([undone.code, undone.stdout]).toEqual([1, ""]);
  expect(undone.stderr).toMatch(/is CANCELLED, so there is nothing to roll back\n$/);
});

test("list pages through executions, newest first", async () => {
  const { answer } = await ask("run", "change", "--input", example("too-cheap"), "--as", "linus");
  const first = await ask<{ executions: object[]; cursor: string }>("list", "--limit", "1");
  expect(first.answer.executions).toMatchObject([{ executionId: answer.executionId, requestedBy: "linus" }]);
  const rest = await ask<object>("list", "--limit", "1", "--cursor", first.answer.cursor);
  expect(rest).toMatchObject({
    code: 0,
    answer: { executions: [{ executionId: id, outcome: "cancelled" }], cursor: null },
  });
  const all = await type("list");
  expect(all.stdout).toMatch(new RegExp(` UTC {2}${id} {2}dev {2}shop-database +CANCELLED +ada\nident`));
  expect(await type("list", "--cursor", "nonsense")).toMatchObject({ code: 2, stdout: "" });
});
