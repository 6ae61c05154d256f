import { describe, expect, test } from "vitest";
import { find } from "../../core/execution/executions.ts";
import { requestRollback } from "../../core/execution/request-rollback.ts";
import { cancel } from "../../core/execution/signal.ts";
import { faultsAfter } from "../support/aftermath.ts";
import { A_WHOLE_CHANGE_MS } from "../support/command-line.ts";
import { example, Pipeline, type PipelineOptions } from "../support/pipeline.ts";
import { person } from "../support/workspace.ts";
import { dieInEveryMoment } from "./mortal.ts";

type Before = NonNullable<PipelineOptions["before"]>;

/** What becomes of an execution, and what happens just before one of its steps. */
interface Tale {
  readonly goes: (pipeline: Pipeline) => Promise<string>;
  readonly meanwhile?: () => Before;
  readonly pace?: "demo";
}

/** Does something before the step with this name and action is taken for the nth time in the last of so many changes. */
function beforeStep(
  [name, action, nth]: readonly [string, string, number],
  changes: number,
  act: (pipeline: Pipeline, id: string) => unknown,
) {
  return (): Before => {
    const begun = new Set<string>();
    let seen = 0;
    return async (step, pipeline) => {
      const id = String(step.payload["executionId"]);
      begun.add(id);
      if (begun.size < changes || step.name !== name || step.payload["action"] !== action) return;
      if (++seen === nth) await act(pipeline, id);
    };
  };
}

const wayBack = ({ world }: Pipeline, id: string) => requestRollback(world, id, person("ada"));

async function archived(pipeline: Pipeline): Promise<string> {
  return (await pipeline.carryOut(example("photo-archive"))).id;
}

async function updated(pipeline: Pipeline): Promise<string> {
  await archived(pipeline);
  return (await pipeline.carryOut(example("photo-archive-v2"))).id;
}

async function applyOf(pipeline: Pipeline, name: string): Promise<string> {
  return (await pipeline.carryOut(example(name))).id;
}

const TALES: Record<string, Tale> = {
  "a creation": { goes: archived },
  "an update that replaces, adds and removes": { goes: updated },
  "a creation that fails": { goes: (pipeline) => applyOf(pipeline, "fails-halfway") },
  "a creation that is undone": {
    goes: async (pipeline) => (await pipeline.rollBack(await archived(pipeline))).id,
  },
  "an update that is undone": {
    goes: async (pipeline) => (await pipeline.rollBack(await updated(pipeline))).id,
  },
  "a creation that is stopped while it runs": {
    goes: archived,
    meanwhile: beforeStep(["Broker", "observe", 3], 1, wayBack),
    pace: "demo",
  },
  "an update that is stopped while it runs": {
    goes: updated,
    meanwhile: beforeStep(["Broker", "observe", 3], 2, wayBack),
    pace: "demo",
  },
  "an approval that is void when its change begins": {
    goes: async (pipeline) => {
      const id = await updated(pipeline);
      return (await pipeline.approve(id)).id;
    },
    meanwhile: beforeStep(["Broker", "apply", 1], 2, ({ controls }) =>
      controls.drift({ environment: "dev", stack: "photo-archive", resource: "apiFunction314C000C" }),
    ),
  },
  "an update whose way back fails, and is led out": {
    goes: async (pipeline) => {
      const id = await updated(pipeline);
      return (await pipeline.approve(id)).id;
    },
    meanwhile: beforeStep(["Broker", "apply", 1], 2, ({ controls }) =>
      controls.failNext({ environment: "dev", resource: "AWS::Lambda::Function", rollbackToo: true }),
    ),
  },
  "a way back that is asked for in the last moment": {
    goes: async (pipeline) => {
      const id = await archived(pipeline);
      return (await pipeline.rest(id)).id;
    },
    meanwhile: beforeStep(["Broker", "observe", 1], 1, wayBack),
  },
  "a change that is cancelled while it waits for its approval": {
    goes: async (pipeline) => {
      const id = await pipeline.start(example("photo-archive"));
      await pipeline.rest(id);
      await cancel(pipeline.world, id, person("ada"));
      await pipeline.deliver();
      return (await pipeline.rest(id)).id;
    },
  },
  "a change that is rejected": {
    goes: async (pipeline) => {
      const id = await pipeline.start(example("photo-archive"));
      await pipeline.rest(id);
      return (await pipeline.reject(id)).id;
    },
  },
  "a design that is relaxed": {
    goes: async (pipeline) => {
      const id = await pipeline.start(example("too-cheap"));
      await pipeline.rest(id);
      await pipeline.approve(id);
      return (await pipeline.approve(id)).id;
    },
  },
  "a change that is against the law": { goes: (pipeline) => applyOf(pipeline, "drop-prod-database") },
};

/**
 * Who did what, in its order, without what differs from one run to the next: while a step is repeated the account goes
 * on, and an agent that fails has failed as often as it was asked.
 */
async function outlineOf(pipeline: Pipeline, id: string): Promise<string[]> {
  const told = await pipeline.told(id);
  return told
    .filter(({ actor, type }) => actor !== "cloudformation" && type !== "agent.failed")
    .map(({ type, actor, data }) => {
      const { stage = "", status = "", decision = "", standing = "", outcome = "" } = data;
      return [actor, type, stage, status, decision, standing, outcome].filter(Boolean).join(" ");
    });
}

async function ended(pipeline: Pipeline, id: string) {
  const { changeStatus, outcome, rollback } = await find(pipeline.world.table, id);
  return { changeStatus, outcome, cause: rollback?.cause, finished: rollback?.finishedAt !== undefined };
}

describe.each(Object.entries(TALES))("%s", (_name, { goes, meanwhile = () => () => {}, ...settings }) => {
  test(
    "ends and is told the same when a process dies between any two of its effects",
    async () => {
      const undisturbed = new Pipeline({ ...settings, before: meanwhile() });
      const act = meanwhile();
      let effects = 0;
      const mortal = new Pipeline({
        ...settings,
        before: async (step, pipeline) => {
          await act(step, pipeline);
          effects += await dieInEveryMoment(step, pipeline);
        },
      });
      const [expected, id] = [await goes(undisturbed), await goes(mortal)];
      expect(await ended(mortal, id)).toEqual(await ended(undisturbed, expected));
      expect(await outlineOf(mortal, id)).toEqual(await outlineOf(undisturbed, expected));
      expect(effects).toBeGreaterThan(10);
      for (const { home } of [undisturbed, mortal]) expect(await faultsAfter(home)).toEqual([]);
    },
    A_WHOLE_CHANGE_MS,
  );
});
