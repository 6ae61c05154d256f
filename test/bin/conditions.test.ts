import { expect, test } from "vitest";
import type { ExecutionReport } from "../../bin/output/execution-report.ts";
import { A_WHOLE_CHANGE_MS, commandLine, type ErrorAnswer, example } from "../support/command-line.ts";

const { ask, type } = commandLine();

test(
  "an approval can be given under conditions: each is checked, and the change waits for its time",
  async () => {
    const { answer } = await ask("run", "change", "--input", example("photo-archive"));
    const [gate] = answer.gates;
    const approve = (...options: readonly string[]) =>
      ask<ErrorAnswer>("approve", gate?.id ?? "", "--as", "grace", ...options);
    const vague = await approve("--condition", "at night");
    expect([vague.code, vague.answer.error.name]).toEqual([2, "InvalidInput"]);
    expect(vague.answer.error.message).toMatch(/^--condition: \[0\]\.kind: must be one that is checked/);
    const narrow = await approve("--condition", "max_resources=0");
    expect([narrow.code, narrow.answer.error.name]).toEqual([4, "ConditionUnmet"]);
    const late = await approve("--condition", "not_before=2099-01-01T00:00:00Z");
    expect([late.code, late.answer.error.name]).toEqual([4, "ConditionImpossible"]);

    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const only = ["--condition", "no_replacement", "--condition", `not_before=${inAnHour}`];
    expect((await approve(...only)).code).toBe(0);
    const resumed = await ask<{ executions: ExecutionReport[] }>("resume");
    expect(resumed.code).toBe(3);
    expect(resumed.answer.executions).toMatchObject([
      { paused: { why: "window", until: inAnHour }, changeStatus: "WAIT_FOR_APPROVE" },
    ]);
    const status = await type("status", answer.executionId);
    expect(status.stdout).toContain(
      `if it is applied from ${inAnHour.replace("T", " ").replace("Z", " UTC")} on and nothing is replaced`,
    );
    const minute = inAnHour.slice(0, 16).replace("T", " ");
    expect(status.stdout).toMatch(new RegExp(`next +from ${minute} UTC on: npx conductor resume\n`));
    const timeline = await type("timeline", answer.executionId);
    expect(timeline.stdout).toContain(`approved, and not to be applied before ${inAnHour}`);
    await type("cancel", answer.executionId, "--as", "ada");
    const ended = await ask<{ executions: ExecutionReport[] }>("resume");
    expect(ended.answer.executions).toMatchObject([{ outcome: "cancelled" }]);
  },
  A_WHOLE_CHANGE_MS,
);
