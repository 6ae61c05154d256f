import { noting } from "../../core/outbox.ts";
import type { World } from "../../core/ports.ts";
import {
  type FunctionCall,
  type FunctionInvoker,
  FunctionNotFound,
} from "../../engine/integrations/ports.ts";
import type { Delivery } from "./delivery.ts";

type Handler = (input: unknown, world: World) => Promise<object>;

/** The functions of lambdas/, by the name state machines call them; each is loaded when it is first called. */
const FUNCTIONS: Readonly<Record<string, () => Promise<Handler>>> = {
  Atlas: async () => (await import("../../lambdas/atlas/handler.ts")).handler,
  Forge: async () => (await import("../../lambdas/forge/handler.ts")).handler,
  ChangeSet: async () => (await import("../../lambdas/change-set/handler.ts")).changeSets,
  Sentinel: async () => (await import("../../lambdas/sentinel/handler.ts")).handler,
  Critic: async () => (await import("../../lambdas/critic/handler.ts")).handler,
  Sweeper: async () => (await import("../../lambdas/sweeper/handler.ts")).handler,
  Broker: async () => (await import("../../lambdas/broker/handler.ts")).broker,
  Checkpoint: async () => (await import("../../lambdas/checkpoint/handler.ts")).checkpoint,
  Gatekeeper: async () => (await import("../../lambdas/gatekeeper/handler.ts")).gatekeeper,
  StackLock: async () => (await import("../../lambdas/stack-lock/handler.ts")).queueForStack,
  Registrar: async () => (await import("../../lambdas/registrar/handler.ts")).conclude,
};

export const FUNCTION_NAMES = Object.keys(FUNCTIONS);

/** Starts what takes long to start and every change needs, beside the steps that come before it. */
export async function warmUp(): Promise<void> {
  const { warmUp: startValidator } = await import("../../lambdas/sentinel/validity.ts");
  startValidator();
}

/** Calls one of the functions. @throws FunctionNotFound, whatever the function throws */
export async function callFunction(
  { functionName, payload }: Pick<FunctionCall, "functionName" | "payload">,
  world: World,
): Promise<object> {
  const load = FUNCTIONS[functionName];
  if (!load) throw new FunctionNotFound(`there is no function ${functionName}`);
  return await (await load())(payload, world);
}

/**
 * Calls the functions in process, and delivers what they put into the outbox before their answer counts, or their
 * failure does. An error that `stopsHere` is no answer of theirs: the call stays open, and is made anew by whoever drives next.
 */
export function inProcess(
  world: World,
  delivery: () => Delivery,
  stopsHere: (error: unknown) => boolean,
): FunctionInvoker {
  return {
    invoke: async (call: FunctionCall) => {
      const { table, deliverOwn } = noting(world.table);
      try {
        try {
          return await callFunction(call, { ...world, table });
        } finally {
          await delivery().own(deliverOwn);
        }
      } catch (error) {
        if (stopsHere(error)) return await new Promise(() => {});
        throw error;
      }
    },
  };
}
