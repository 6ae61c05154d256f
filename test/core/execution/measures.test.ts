import { expect, test } from "vitest";
import type { Execution, Outcome } from "../../../core/execution/execution.ts";
import { measuresIn } from "../../../core/execution/measures.ts";
import { keys } from "../../../core/table/keys.ts";
import { AT, anExecution } from "../../support/records.ts";

const ended = (outcome: Outcome, changes: Partial<Execution> = {}) => {
  const attributes = anExecution({ outcome, endedAt: AT, ...changes });
  const write = { put: { ...keys.execution("exec_1"), attributes }, expect: "absent" } as never;
  return Object.fromEntries(measuresIn([write], new Date(AT)).map(({ name, value }) => [name, value]));
};

test.each<[Outcome, string, number, Partial<Execution>?]>([
  ["applied", "Applied", 0],
  ["no_changes", "NotApplied", 0],
  ["rejected", "NotApplied", 0],
  ["blocked", "NotApplied", 0],
  ["cancelled", "NotApplied", 0],
  ["failed", "NotApplied", 1],
  ["stuck", "NotApplied", 1],
  ["rolled_back", "Recovered", 0, { rollback: { cause: "person" } as never }],
  ["rolled_back", "Recovered", 1, { rollback: { cause: "failure" } as never }],
])("an execution that ended %s counts as %s, and as broken %i times", (outcome, name, broken, changes) => {
  expect(ended(outcome, changes)).toMatchObject({ [name]: 1, Broken: broken });
});
