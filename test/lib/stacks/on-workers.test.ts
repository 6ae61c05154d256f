import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadDefinition } from "../../../engine/definition/load.ts";
import { FUNCTIONS } from "../../../lib/stacks/pipelines/functions.ts";
import { onWorkers } from "../../../lib/stacks/pipelines/on-workers.ts";
import { ROOT } from "../../support/processes.ts";

const queues = new Map(
  FUNCTIONS.filter(({ lane }) => lane !== "none").map(({ name, substitution }) => [
    substitution,
    { urlName: "LaneQueueUrl", functionName: name },
  ]),
);

test.each(["change", "rollback"])(
  "the %s machine sends its agents' tasks to the queue, and is a machine still",
  (name) => {
    const text = readFileSync(join(ROOT, `statemachines/${name}.asl.json`), "utf8");
    const sent = onWorkers(text, queues);
    expect(loadDefinition(sent.replace(/\$\{(\w+)\}/g, "$1")).warnings).toEqual([]);
    const calls = (from: string, key: string) => from.split(`\${${key}}`).length - 1;
    for (const { lane, substitution } of FUNCTIONS)
      expect([substitution, calls(sent, substitution)]).toEqual([
        substitution,
        lane === "none" ? calls(text, substitution) : 0,
      ]);
    const agents = [...queues.keys()].reduce((sum, key) => sum + calls(text, key), 0);
    expect(calls(sent, "LaneQueueUrl")).toBe(agents);
    expect(agents).toBeGreaterThan(3);
  },
);
