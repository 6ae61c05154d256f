import { expect, test } from "vitest";
import { commandLine, type ErrorAnswer } from "../support/command-line.ts";

const { ask, type } = commandLine();

test("watch looks at once, says what it found, and what it looks at is said of anything else", async () => {
  await ask("run", "change", "--input", "examples/goals/photo-archive.json", "--as", "ada");
  const well = await type("watch", "stacks");
  expect([well.code, well.stdout]).toEqual([
    0,
    expect.stringMatching(/^stacks in dev: all well\n[\s\S]*record faults 0\n[\s\S]*stacks 0\n/),
  ]);
  const asked = await ask<{ watch: string; findings: unknown[] }>("watch", "health");
  expect(asked).toMatchObject({ code: 0, answer: { watch: "health", environment: "dev", findings: [] } });
  const wrong = await ask<ErrorAnswer>("watch", "weather");
  expect([wrong.code, wrong.answer.error.message]).toEqual([
    2,
    expect.stringMatching(/health, stacks, spending/),
  ]);
});
