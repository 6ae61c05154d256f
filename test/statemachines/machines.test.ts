import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FUNCTION_NAMES } from "../../bin/home/functions.ts";
import { definitionOf, MACHINES } from "../../bin/home/machines.ts";
import { loadDefinition } from "../../engine/definition/load.ts";

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: { readonly FunctionName?: string; readonly Payload?: Record<string, unknown> };
  readonly TimeoutSeconds?: unknown;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly JitterStrategy?: string }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string; readonly Assign?: Record<string, unknown> }[];
  readonly Assign?: Record<string, unknown>;
  readonly ItemProcessor?: { readonly States: Record<string, State> };
}

const LARGEST_PAYLOAD_FIELDS = 10;
/** A sentence of JSONata is readable; a program belongs into a function (house rule). */
const LONGEST_EXPRESSION = 130;

function textOf(machine: string): string {
  return readFileSync(join(import.meta.dirname, `../../statemachines/${machine}.asl.json`), "utf8");
}

function statesOf(machine: string): [string, State][] {
  const { States } = JSON.parse(textOf(machine)) as { States: Record<string, State> };
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...Object.entries(state.ItemProcessor?.States ?? {}),
  ]);
}

/** States that can be entered again: those on a cycle of transitions. */
function onCycles(states: ReadonlyMap<string, State>): Set<string> {
  const nextOf = ({ Next, Default, Choices = [], Catch = [] }: State) =>
    [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((caught) => caught.Next)].filter(
      (name) => name !== undefined,
    );
  const reaches = (from: string, goal: string): boolean => {
    const seen = new Set<string>();
    const stack = nextOf(states.get(from)!);
    for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
      if (name === goal) return true;
      if (seen.has(name)) continue;
      seen.add(name);
      stack.push(...nextOf(states.get(name)!));
    }
    return false;
  };
  return new Set([...states.keys()].filter((name) => reaches(name, name)));
}

describe.each(MACHINES)("the %s machine", (machine) => {
  const tasks = statesOf(machine).filter(([, { Type }]) => Type === "Task");

  test("is one the engine runs faithfully", () => {
    expect(loadDefinition(definitionOf(machine)).machine.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("calls only functions of lambdas/, each by its placeholder", () => {
    const named = [...textOf(machine).matchAll(/\$\{(\w+)FunctionArn\}/g)].map(([, name]) => name);
    expect(new Set(named).size).toBeGreaterThan(3);
    for (const name of named) expect(FUNCTION_NAMES).toContain(name);
    for (const [, { Arguments }] of tasks) expect(Arguments?.FunctionName).toMatch(/^\$\{\w+FunctionArn\}$/);
  });

  test.each(tasks)("%s has a timeout, a retry with jitter and a catch to a named state", (_name, state) => {
    expect(state.TimeoutSeconds).toBeDefined();
    expect(state.Retry?.every(({ JitterStrategy }) => JitterStrategy === "FULL")).toBe(true);
    expect(state.Retry?.length).toBeGreaterThan(0);
    expect(state.Catch?.length).toBeGreaterThan(0);
  });

  test.each(tasks)("%s passes the idempotency key of its visit (law 10)", (_name, { Arguments }) => {
    const { executionId, idempotencyKey } = Arguments?.Payload ?? {};
    expect(executionId).toBe("{% $executionId %}");
    expect(idempotencyKey).toMatch(
      /\$executionId & '\/' & \$states\.context\.State\.Name & '\/' & .*\$(visit|round)/,
    );
  });

  test("every way round a loop changes what the idempotency keys are made of", () => {
    const states = new Map(statesOf(machine));
    const cyclic = onCycles(states);
    expect(cyclic.size).toBeGreaterThan(1);
    // Without the transitions that count, no cycle may be left.
    const counts = (assign: Record<string, unknown> | undefined) =>
      Object.keys(assign ?? {}).some((key) => key === "visit" || key === "round");
    const uncounted = new Map(
      [...states].map(([name, state]) => {
        if (counts(state.Assign)) return [name, { Type: state.Type }];
        const Choices = state.Choices?.filter(({ Assign }) => !counts(Assign)) ?? [];
        const Catch =
          state.Catch?.filter((caught) => !counts((caught as { Assign?: Record<string, unknown> }).Assign)) ??
          [];
        return [name, { ...state, Choices, Catch }];
      }) as [string, State][],
    );
    expect([...onCycles(uncounted)]).toEqual([]);
  });

  test("payloads carry references, never content", () => {
    for (const [, { Arguments }] of tasks) {
      expect(Object.keys(Arguments?.Payload ?? {}).length).toBeLessThanOrEqual(LARGEST_PAYLOAD_FIELDS);
    }
  });

  test("no JSONata is longer than a line", () => {
    for (const [expression] of textOf(machine).matchAll(/\{%.*?%\}/g)) {
      expect(expression.length).toBeLessThanOrEqual(LONGEST_EXPRESSION);
    }
  });

  test("state names are PascalCase", () => {
    for (const [name] of statesOf(machine)) expect(name).toMatch(/^([A-Z][a-z]+)+$/);
  });
});

test("in the change machine a checkpoint stands before every agent that costs something", () => {
  const states = new Map(statesOf("change"));
  for (const agent of [
    "DrawPlan",
    "SynthesizeBuild",
    "CreateChangeSet",
    "ValidateChange",
    "AssembleDossier",
    "BeginApply",
  ]) {
    const before = [...states]
      .filter(([, { Next }]) => Next === agent)
      .map(([, { Arguments }]) => Arguments?.FunctionName);
    expect(before).toContainEqual(expect.stringContaining("CheckpointFunctionArn"));
  }
});
