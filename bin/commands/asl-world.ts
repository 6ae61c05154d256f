import { createHash } from "node:crypto";
import type { EventsPort, FunctionInvoker, QueuePort } from "../../engine/integrations/ports.ts";

/** What a function of the functions file does when it is called. */
export type Behaviour =
  | { readonly kind: "echo" }
  | { readonly kind: "return"; readonly value: unknown }
  | { readonly kind: "throw"; readonly error: string; readonly message?: string };

export function isBehaviour(value: unknown): value is Behaviour {
  const { kind, error } = (value ?? {}) as { kind?: unknown; error?: unknown };
  return kind === "echo" || kind === "return" || (kind === "throw" && typeof error === "string");
}

/** Runs functions as the functions file says. */
export async function invoker(behaviours: Record<string, Behaviour>): Promise<FunctionInvoker> {
  const { FunctionNotFound } = await import("../../engine/integrations/ports.ts");
  return {
    invoke: async ({ functionName, payload }) => {
      const behaviour = behaviourFor(behaviours, functionName);
      if (!behaviour) throw new FunctionNotFound(functionName);
      if (behaviour.kind === "echo") return payload;
      if (behaviour.kind === "return") return behaviour.value;
      throw Object.assign(new Error(behaviour.message ?? ""), { name: behaviour.error });
    },
  };
}

/** A function may be called by its name or its ARN, whichever the file has, with or without a version. */
function behaviourFor(behaviours: Record<string, Behaviour>, called: string): Behaviour | undefined {
  const name = nameOf(called);
  const known = Object.keys(behaviours);
  const key = known.find((one) => one === called) ?? known.find((one) => nameOf(one) === name);
  return key === undefined ? undefined : behaviours[key];
}

function nameOf(nameOrArn: string): string {
  const parts = nameOrArn.split(":");
  return (parts[0] === "arn" ? parts[6] : parts[0]) ?? nameOrArn;
}

/** An event bus that takes everything. */
export const acceptedEvents: EventsPort = {
  putEvents: async ({ Entries }) => ({
    FailedEntryCount: 0,
    Entries: Entries.map((_, index) => ({ EventId: `event-${index}` })),
  }),
};

/** A queue that takes everything. */
export const acceptedMessages: QueuePort = {
  sendMessage: async ({ MessageBody }, idempotencyKey) => ({
    MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex"),
    MessageId: idempotencyKey,
  }),
};
