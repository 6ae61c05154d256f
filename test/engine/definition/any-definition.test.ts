import fc from "fast-check";
import { expect, it } from "vitest";
import { loadDefinition } from "../../../engine/definition/load.ts";
import { DefinitionRefused } from "../../../engine/definition/problems.ts";
import { invoke } from "../harness.ts";

const CATCH = [
  { ErrorEquals: ["States.ALL"], Assign: { e: 1 }, Output: "{% $states.errorOutput %}", Next: "Z" },
];
const RETRY = [
  { ErrorEquals: ["E"], IntervalSeconds: 2, BackoffRate: 1.5, MaxAttempts: 2, MaxDelaySeconds: 9 },
];
const inner = (name: string) => ({ StartAt: name, States: { [name]: { Type: "Succeed", Output: [1] } } });

/** A machine that has every kind of state and nearly every field. */
const EVERYTHING = {
  Comment: "everything",
  QueryLanguage: "JSONata",
  TimeoutSeconds: 900,
  StartAt: "Pass",
  States: {
    Pass: { Type: "Pass", Assign: { v: ["{% $states.input %}"] }, Next: "Task" },
    Task: { ...invoke("f"), HeartbeatSeconds: "{% 5 %}", Retry: RETRY, Catch: CATCH, Next: "Wait" },
    Wait: { Type: "Wait", Timestamp: "2026-01-01T00:00:00Z", Next: "Choice" },
    Choice: {
      Type: "Choice",
      Choices: [{ Condition: "{% $v = 1 %}", Output: {}, Next: "Parallel" }],
      Default: "Map",
    },
    Parallel: { Type: "Parallel", Branches: [inner("A"), inner("B")], Arguments: { a: 1 }, Next: "Map" },
    Map: {
      Type: "Map",
      Items: [1, { a: "{% $v %}" }],
      ItemSelector: { i: "{% $states.context.Map.Item.Index %}" },
      MaxConcurrency: 2,
      ToleratedFailureCount: 1,
      ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...inner("C") },
      Catch: CATCH,
      Next: "Z",
    },
    Z: { Type: "Fail", Error: "{% 'E' %}", Cause: "C" },
  },
};

/** Every way into a JSON value. */
function* pathsOf(value: unknown, path: string[] = []): Generator<string[]> {
  yield path;
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* pathsOf(child, [...path, key]);
}

/** The value with something else at the end of a path. */
function replaced(value: unknown, [step, ...rest]: string[], by: unknown): unknown {
  if (step === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[step] = replaced(copy[step], rest, by);
  return copy;
}

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    "{% %}",
    "{% $ %}",
    "{% $states.result %}",
    "constructor",
    "__proto__",
    [],
    {},
    [[]],
    [null],
  ),
);

it("a definition is loaded or refused in words, whatever stands in it", () => {
  expect(() => loadDefinition(JSON.stringify(EVERYTHING))).not.toThrow();
  const paths = fc.constantFrom(...pathsOf(EVERYTHING));
  fc.assert(
    fc.property(fc.array(fc.tuple(paths, anything), { minLength: 1, maxLength: 3 }), (changes) => {
      let definition: unknown = EVERYTHING;
      for (const [path, by] of changes) {
        const isThere = [...pathsOf(definition)].some((known) => known.join("/") === path.join("/"));
        if (isThere) definition = replaced(definition, path, by);
      }
      try {
        loadDefinition(JSON.stringify(definition));
      } catch (error) {
        if (!(error instanceof DefinitionRefused)) throw error;
        for (const problem of error.problems) expect(problem.why).toMatch(/\S \S/);
      }
    }),
    { numRuns: 3_000 },
  );
});
