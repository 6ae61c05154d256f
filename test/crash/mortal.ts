import { Delivery } from "../../bin/home/delivery.ts";
import { inProcess } from "../../bin/home/functions.ts";
import type { Cloud } from "../../core/cloud/cloud.ts";
import type { World } from "../../core/ports.ts";
import type { Json } from "../../engine/json.ts";
import type { Pipeline, Step } from "../support/pipeline.ts";

/** What changes something outside the process: between any two of these a process may die. */
const EFFECTS = new Set([
  "transact",
  "put",
  "createChangeSet",
  "deleteChangeSet",
  "setStackPolicy",
  "executeChangeSet",
  "cancelUpdate",
  "deleteStack",
  "continueRollback",
]);

const killed = () => Promise.reject(new Error("the process is gone"));
const GONE = {
  orchestrator: { start: killed, sendTaskSuccess: killed, sendTaskFailure: killed },
  anchors: { append: killed, all: async () => [] },
};

/**
 * Takes a step as processes do that die on the way: the first before it has done anything, each one after it an effect
 * later, and the last when all is done and nobody has heard the answer. Says how many effects there were.
 */
export async function dieInEveryMoment(step: Step, { world }: Pipeline): Promise<number> {
  for (let effects = 0; ; effects++) if (!(await diesAfter(effects, step, world))) return effects;
}

async function diesAfter(effects: number, { name, payload }: Step, world: World): Promise<boolean> {
  const death = Promise.withResolvers<boolean>();
  let left = effects;
  // Nothing goes on in a process that is dead: whoever waits for this call waits for ever.
  const effect = () => {
    if (left-- > 0) return undefined;
    death.resolve(true);
    return new Promise<never>(() => {});
  };
  const functions = inProcess(
    mortal(world, effect),
    () => new Delivery(world.table, GONE),
    () => false,
  );
  const call = { functionName: name, payload: payload as Json, idempotencyKey: "", executionArn: "" };
  const answer = functions.invoke({ ...call, stateName: "", signal: new AbortController().signal });
  const done = answer.then(
    () => false,
    () => false,
  );
  return await Promise.race([done, death.promise]);
}

type Effect = () => Promise<never> | undefined;

function mortal(world: World, effect: Effect): World {
  const cloudOf = (cloud: Cloud): Cloud => ({
    ...cloud,
    planner: () => guarded(cloud.planner(), effect),
    applier: (session) => guarded(cloud.applier(session), effect),
  });
  return {
    ...world,
    table: guarded(world.table, effect),
    artifacts: guarded(world.artifacts, effect),
    cloud: (environment) => cloudOf(world.cloud(environment)),
  };
}

function guarded<Port extends object>(port: Port, effect: Effect): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        const act = () => (member as (...values: unknown[]) => unknown).apply(target, given);
        return (EFFECTS.has(String(name)) ? effect() : undefined) ?? act();
      };
    },
  });
}
