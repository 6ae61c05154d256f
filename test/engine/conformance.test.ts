import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Harness, named } from "./harness.ts";

const CASES = join(import.meta.dirname, "..", "..", "..", "shared", "asl-conformance", "cases.json");

type Behaviour =
  | { kind: "echo" }
  | { kind: "return"; value: unknown }
  | { kind: "throw"; error: string; message: string };

interface RecordedCase {
  name: string;
  definition: object;
  input: unknown;
  functions: Record<string, Behaviour>;
  expect: { status: string; output?: unknown; error?: string | null };
  events: string[];
}

const cases: RecordedCase[] = existsSync(CASES) ? JSON.parse(readFileSync(CASES, "utf8")) : [];

describe("executions recorded from the real service", () => {
  if (cases.length === 0) it.skip("the recorded cases are not beside this repository");

  it.each(cases)("$name", async (recorded) => {
    const behaviours = Object.entries(recorded.functions).map(([name, behaviour]) => [
      name,
      acting(behaviour),
    ]);
    const harness = new Harness(Object.fromEntries(behaviours));
    harness.engine.loadStateMachine({ name: "recorded", definition: recorded.definition });
    const { executionArn } = await harness.engine.startExecution({
      stateMachine: "recorded",
      input: JSON.stringify(recorded.input),
    });

    await harness.fastForward(executionArn);

    const { status, output, error, types } = harness.outcome(executionArn);
    expect(status).toBe(recorded.expect.status);
    expect(types).toEqual(recorded.events);
    if ("output" in recorded.expect) expect(JSON.parse(output ?? "")).toEqual(recorded.expect.output);
    if ("error" in recorded.expect) expect(error ?? null).toBe(recorded.expect.error);
    expect(harness.errors).toEqual([]);
  });
});

function acting(behaviour: Behaviour): (call: { payload: unknown }) => unknown {
  return ({ payload }) => {
    if (behaviour.kind === "echo") return payload;
    if (behaviour.kind === "return") return behaviour.value;
    throw named(behaviour.error, behaviour.message);
  };
}
