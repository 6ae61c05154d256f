import { describe, expect, test } from "vitest";
import { inProcess } from "../../bin/home/functions.ts";
import { find } from "../../core/execution/executions.ts";
import { cancel } from "../../core/execution/signal.ts";
import { requestRollback } from "../../core/execution/request-rollback.ts";
import type { Json } from "../../engine/json.ts";
import { faultsAfter } from "../support/aftermath.ts";
import { example, Pipeline, type PipelineOptions, type Step } from "../support/pipeline.ts";
import { person } from "../support/workspace.ts";

const killed = () => Promise.reject(new Error("the process is gone"));
const GONE = {
  orchestrator: { start: killed, sendTaskSuccess: killed, sendTaskFailure: killed },
  anchors: { append: killed, all: async () => [] },
};

/** Does what a step does, and dies before anybody hears of it. */
async function answerLost({ name: functionName, payload }: Step, { world }: Pipeline): Promise<void> {
  const functions = inProcess(
    world,
    () => GONE,
    () => false,
  );
  const call = {
    functionName,
    payload: payload as Json,
    idempotencyKey: "",
    executionArn: "",
    stateName: "",
  };
  await functions.invoke({ ...call, signal: new AbortController().signal }).catch(() => {});
}

type Before = NonNullable<PipelineOptions["before"]>;

/** What becomes of an execution, and what happens just before one of its steps. */
interface Tale {
  readonly goes: (pipeline: Pipeline) => Promise<string>;
  readonly meanwhile?: () => Before;
  readonly pace?: "demo";
}

/** Does something before the step with this name and action is taken for the nth time. */
function beforeStep(
  name: string,
  action: string,
  nth: number,
  act: (pipeline: Pipeline, id: string) => unknown,
) {
  return (): Before => {
    let seen = 0;
    return async (step, pipeline) => {
      if (step.name !== name || step.payload["action"] !== action || ++seen !== nth) return;
      await act(pipeline, String(step.payload["executionId"]));
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
    meanwhile: beforeStep("Broker", "observe", 3, wayBack),
    pace: "demo",
  },
  "a way back that is asked for in the last moment": {
    goes: async (pipeline) => {
      const id = await archived(pipeline);
      return (await pipeline.rest(id)).id;
    },
    meanwhile: beforeStep("Broker", "observe", 1, wayBack),
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
  test("is told the same when every answer is lost once and every step taken again", async () => {
    const undisturbed = new Pipeline({ ...settings, before: meanwhile() });
    const act = meanwhile();
    const forgetful = new Pipeline({
      ...settings,
      before: async (step, pipeline) => {
        await act(step, pipeline);
        await answerLost(step, pipeline);
      },
    });
    const [expected, id] = [await goes(undisturbed), await goes(forgetful)];
    expect(await ended(forgetful, id)).toEqual(await ended(undisturbed, expected));
    expect(await outlineOf(forgetful, id)).toEqual(await outlineOf(undisturbed, expected));
    for (const { home } of [undisturbed, forgetful]) expect(await faultsAfter(home)).toEqual([]);
  });
});
