import { expect, test } from "vitest";
import { FUNCTIONS } from "../../lib/stacks/pipelines/functions.ts";
import { LANES } from "../../worker/lanes.ts";

test("a worker has the functions that are deployed in its lane, and no other", () => {
  const deployed = Object.entries(Object.groupBy(FUNCTIONS, ({ lane }) => lane))
    .filter(([lane]) => lane !== "none")
    .map(([lane, specs]) => [lane, specs?.map(({ name }) => name).toSorted()]);
  const carried = Object.entries(LANES).map(([lane, functions]) => [lane, Object.keys(functions).toSorted()]);
  expect(Object.fromEntries(carried)).toEqual(Object.fromEntries(deployed));
});
