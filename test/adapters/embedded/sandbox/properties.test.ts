import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isMoving } from "../../../../core/cloud/stack.ts";
import { perform, type Step, scenario, template, undisturbed } from "./scenario.ts";
import { type SteeredClock, steeredClock, type Workbench, workbench } from "./workbench.ts";

const LONG = 600_000;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sandbox-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything there is to see: each event, each physical resource, each answer. */
function outcome({ database }: Workbench, answers: readonly string[]) {
  const read = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((row) => ("body" in row ? { ...row, body: JSON.parse(row["body"] as string) } : row));
  return {
    answers,
    stacks: read(
      "SELECT stack_id, status, status_reason, live, outputs FROM sandbox_stack ORDER BY stack_id",
    ),
    events: read("SELECT stack_id, event_id, body FROM sandbox_event ORDER BY stack_id, sequence"),
    resources: read(
      "SELECT stack_id, logical_id, generation, held, present, body FROM sandbox_resource ORDER BY 1, 2, 3",
    ),
    faults: read("SELECT environment, stack, resource, stage FROM sandbox_fault ORDER BY id"),
    changeSets: read("SELECT arn, execution_status FROM sandbox_change_set ORDER BY arn"),
  };
}

/** Looks only when it acts. */
async function patiently(steps: readonly Step[]) {
  const bench = workbench({ pace: "demo" });
  const answers: string[] = [];
  for (const { wait, action } of steps) {
    bench.clock.pass(wait);
    answers.push(await perform(bench, action));
  }
  bench.clock.pass(LONG);
  await bench.cloud.reader().callerIdentity();
  return outcome(bench, answers);
}

/** Looks all the time, and each time as a new process that finds the file as the last one left it. */
async function restlessly(steps: readonly Step[], interval: number, serial: number) {
  const file = join(folder, `restless-${serial}.sqlite`);
  const clock = steeredClock();
  const reopen = (old?: DatabaseSync): Workbench => {
    old?.close();
    const database = new DatabaseSync(file);
    database.exec("PRAGMA synchronous = OFF");
    return workbench({ database, clock, pace: "demo" });
  };
  let bench = reopen();
  const answers: string[] = [];
  const pass = async (milliseconds: number) => {
    for (let left = milliseconds; left > 0; left -= interval) {
      clock.pass(Math.min(left, interval));
      bench = reopen(bench.database);
      await bench.cloud.reader().callerIdentity();
    }
  };
  for (const { wait, action } of steps) {
    await pass(Math.min(wait, 3_000));
    clock.pass(wait - Math.min(wait, 3_000));
    answers.push(await perform(bench, action));
  }
  await pass(3_000);
  clock.pass(LONG - 3_000);
  await bench.cloud.reader().callerIdentity();
  const result = outcome(bench, answers);
  bench.database.close();
  return result;
}

test("looking often, from ever new processes, changes nothing", async () => {
  let serial = 0;
  await fc.assert(
    fc.asyncProperty(scenario, fc.integer({ min: 37, max: 400 }), async (steps, interval) => {
      serial += 1;
      expect(await restlessly(steps, interval, serial)).toEqual(await patiently(steps));
    }),
    { numRuns: 60 },
  );
}, 120_000);

interface Physical {
  readonly stack_id: string;
  readonly logical_id: string;
  readonly held: number;
  readonly present: number;
  readonly body: string;
}

function physical({ database }: Workbench): readonly Physical[] {
  return database.prepare("SELECT * FROM sandbox_resource").all() as unknown as Physical[];
}

test("no resource is created twice or left behind, and every stack ends at rest", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (steps) => {
      const bench = workbench({ pace: "demo" });
      for (const { wait, action } of steps) {
        bench.clock.pass(wait);
        await perform(bench, action);
      }
      bench.clock.pass(LONG);
      await bench.cloud.reader().callerIdentity();

      const stacks = bench.database.prepare("SELECT stack_id, status FROM sandbox_stack").all() as {
        stack_id: string;
        status: never;
      }[];
      for (const { stack_id, status } of stacks) {
        expect(isMoving(status)).toBe(false);
        const events = await bench.cloud.reader().stackEvents(stack_id);
        const made = events.filter((event) => event.reason === "Resource creation Initiated");
        const ids = made.map((event) => `${event.logicalId} ${event.physicalId}`);
        const deleted = events.filter((event) => event.status === "DELETE_COMPLETE");
        for (const id of new Set(ids)) {
          const times = ids.filter((one) => one === id).length;
          const ends = deleted.filter((event) => `${event.logicalId} ${event.physicalId}` === id).length;
          expect(times - ends).toBeLessThanOrEqual(1);
        }
        const released = new Set(
          events
            .filter((event) => event.status === "DELETE_SKIPPED" || event.status === "DELETE_FAILED")
            .map((event) => event.logicalId),
        );
        for (const one of physical(bench))
          if (one.stack_id === stack_id && one.present === 1 && one.held === 0)
            expect(released).toContain(one.logical_id);
      }
    }),
    { numRuns: 300 },
  );
}, 120_000);

test("after a rollback the resources are those before, with the properties they had", async () => {
  const rest = (clock: SteeredClock) => clock.pass(LONG);
  await fc.assert(
    fc.asyncProperty(template, undisturbed, async (first, steps) => {
      const bench = workbench({ pace: "demo" });
      const { cloud, clock } = bench;
      await perform(bench, { do: "submit", template: first });
      rest(clock);
      const at = async () => ({
        resources: (await cloud.reader().stackResources("shop")).map((one) => [
          one.logicalId,
          one.physicalId,
        ]),
        template: await cloud.reader().stackTemplate("shop"),
        outputs: (await bench.stack()).outputs,
      });
      for (const { action } of steps) {
        if ((await cloud.reader().describeStack("shop")) === undefined) return;
        const before = await at();
        const properties = heldProperties(bench);
        await perform(bench, action);
        clock.pass(action.do === "submit" ? 300 : LONG);
        await perform(bench, { do: "cancel" });
        rest(clock);
        if ((await cloud.reader().describeStack("shop"))?.status !== "UPDATE_ROLLBACK_COMPLETE") continue;
        expect(await at()).toEqual(before);
        expect(heldProperties(bench)).toEqual(properties);
      }
    }),
    { numRuns: 200 },
  );
}, 120_000);

/** What the stack holds and what each of it has. */
function heldProperties(bench: Workbench): Readonly<Record<string, unknown>> {
  const held = physical(bench).filter((one) => one.held === 1);
  return Object.fromEntries(
    held.map((one) => {
      const { logicalId, generation, expected, actual, attributes } = JSON.parse(one.body);
      return [logicalId, { generation, expected, actual, attributes }];
    }),
  );
}

test("a stack that is complete has exactly what its template says", async () => {
  await fc.assert(
    fc.asyncProperty(template, template, async (first, second) => {
      const bench = workbench({ pace: "none" });
      await perform(bench, { do: "submit", template: first });
      await perform(bench, { do: "submit", template: second });
      const { status } = await bench.stack();
      if (status !== "CREATE_COMPLETE" && status !== "UPDATE_COMPLETE") return;
      const text = (await bench.cloud.reader().stackTemplate("shop")) as string;
      const ids = Object.keys((JSON.parse(text) as { Resources: object }).Resources);
      expect(Object.keys(await bench.resources())).toEqual(ids.sort());
      const drift = await bench.cloud.reader().resourceDrift("shop", ids);
      for (const one of drift) expect(["IN_SYNC", "NOT_CHECKED"]).toContain(one.status);
    }),
    { numRuns: 200 },
  );
}, 120_000);
