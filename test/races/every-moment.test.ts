import { describe, expect, test } from "vitest";
import type { Execution } from "../../core/execution/execution.ts";
import { find } from "../../core/execution/executions.ts";
import { requestRollback } from "../../core/execution/request-rollback.ts";
import { cancel, pause, unpause } from "../../core/execution/signal.ts";
import type { World } from "../../core/ports.ts";
import type { Table } from "../../core/table/table.ts";
import { faultsAfter } from "../support/aftermath.ts";
import { A_WHOLE_CHANGE_MS } from "../support/command-line.ts";
import { GOAL } from "../support/goals.ts";
import { Pipeline } from "../support/pipeline.ts";
import { person } from "../support/workspace.ts";

const CHANGE = { ...GOAL, requires: [{ block: "task_queue", name: "jobs" }] };
const ADA = person("ada");

/** A world in which something happens just before the nth time that anything is stored. */
function beforeWrite(nth: number, act: () => Promise<void>): (world: World) => World {
  let writes = 0;
  return (world) => {
    const table: Table = {
      get: (key) => world.table.get(key),
      query: (query) => world.table.query(query),
      transact: async (rows) => {
        // What only takes away has been delivered, and decides nothing.
        if (rows.some((row) => "put" in row) && writes++ === nth) await act();
        await world.table.transact(rows);
      },
    };
    return { ...world, table };
  };
}

interface Run {
  /** False when there was no nth write. */
  readonly happened: boolean;
  /** Undefined when it was acknowledged. */
  readonly refusal: string | undefined;
  readonly pipeline: Pipeline;
  readonly ended: Execution;
  /** Gates that opened after the word was spoken. */
  readonly asked: number;
}

type Word = (pipeline: Pipeline, id: string) => Promise<unknown>;

/** A whole change in which somebody speaks up just before the nth write. */
async function interrupted(nth: number, speak: Word): Promise<Run> {
  let happened = false;
  let refusal: string | undefined;
  let id = "";
  const pipeline: Pipeline = new Pipeline({
    through: beforeWrite(nth, async () => {
      happened = true;
      await speak(pipeline, id).catch((error: Error) => {
        refusal = error.name;
      });
    }),
    before: ({ payload }) => {
      id = String(payload["executionId"]);
    },
  });
  await pipeline.start(CHANGE);
  await pipeline.rest(id);
  const ended = await pipeline.approve(id);
  const told = await pipeline.told(id);
  const spoken = told.findIndex(({ type }) => type.endsWith("-requested") && type !== "execution.requested");
  const asked = told.slice(spoken).filter(({ type }) => spoken > 0 && type === "gate.opened").length;
  return { happened, refusal, pipeline, ended, asked };
}

/** The same at every write there is; gives what the refusals were called. */
async function atEveryMoment(
  speak: Word,
  check: (run: Run) => Promise<void>,
): Promise<(string | undefined)[]> {
  const refusals: (string | undefined)[] = [];
  for (;;) {
    const run = await interrupted(refusals.length, speak);
    if (!run.happened) return refusals;
    try {
      await check(run);
      expect(await faultsAfter(run.pipeline.home)).toEqual([]);
    } catch (cause) {
      throw new Error(`said before write ${refusals.length}`, { cause });
    }
    refusals.push(run.refusal);
  }
}

const statusOf = async ({ world }: Pipeline) =>
  (await world.cloud("dev").reader().describeStack(GOAL.stack))?.status;

describe("whenever it is said, between any two writes of a change,", () => {
  test(
    "a cancellation that is acknowledged holds: nothing is applied, and nobody is asked any more",
    async () => {
      const refusals = await atEveryMoment(
        ({ world }, id) => cancel(world, id, ADA),
        async ({ refusal, ended: { changeStatus, outcome }, asked, pipeline }) => {
          const seen = [changeStatus, outcome, await statusOf(pipeline), asked];
          expect(seen).toEqual(
            refusal ? ["DONE", "applied", "CREATE_COMPLETE", 0] : ["CANCELLED", "cancelled", undefined, 0],
          );
        },
      );
      expect(new Set(refusals)).toEqual(new Set([undefined, "IllegalTransition"]));
    },
    A_WHOLE_CHANGE_MS,
  );

  test(
    "a rollback that is acknowledged is carried out, and one that is refused changes nothing",
    async () => {
      const refusals = await atEveryMoment(
        ({ world }, id) => requestRollback(world, id, ADA),
        async ({ refusal, ended: { changeStatus, outcome }, pipeline }) => {
          const seen = [changeStatus, outcome, await statusOf(pipeline)];
          expect(seen).toEqual(
            refusal ? ["DONE", "applied", "CREATE_COMPLETE"] : ["DONE", "rolled_back", undefined],
          );
        },
      );
      expect(new Set(refusals)).toEqual(new Set([undefined, "NothingToRollBack"]));
    },
    A_WHOLE_CHANGE_MS,
  );

  test(
    "a pause that is acknowledged holds the change until it is let go, or comes too late to hold it",
    async () => {
      let held = 0;
      const refusals = await atEveryMoment(
        ({ world }, id) => pause(world, id, ADA),
        async ({ ended, pipeline }) => {
          if (ended.status === "paused") {
            held++;
            await unpause(pipeline.world, ended.id, ADA);
            await pipeline.deliver();
            await pipeline.rest(ended.id);
            await pipeline.approve(ended.id);
          }
          expect((await find(pipeline.world.table, ended.id)).outcome).toBe("applied");
          expect(await statusOf(pipeline)).toBe("CREATE_COMPLETE");
        },
      );
      expect(new Set(refusals)).toEqual(new Set([undefined]));
      expect(held).toBeGreaterThan(10);
    },
    A_WHOLE_CHANGE_MS,
  );
});
