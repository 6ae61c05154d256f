import { attach, attachedTo } from "../../core/artifacts/attached.ts";
import type { ArtifactRef } from "../../core/artifacts/vocabulary.ts";
import { canonicalJson } from "../../core/digest.ts";
import type { Execution } from "../../core/execution/execution.ts";
import type { World } from "../../core/ports.ts";
import { atomically } from "../../core/table/atomically.ts";
import { homeWith, type Workplace } from "./executions.ts";
import { AT, anExecution } from "./records.ts";

type Handler = (input: unknown, world: World) => Promise<object>;

/** Where an agent finds what others have left for it, and is called as a state machine calls it. */
export interface AgentDesk extends Workplace {
  /** Stores an artifact and lists it under the execution. */
  lay(name: string, kind: string, content: object | string): Promise<ArtifactRef>;
  /** Each call has an idempotency key of its own, unless it names its visit. */
  call<Output>(handler: Handler, input: object, visit?: string): Promise<Output>;
  attached(): Promise<ArtifactRef[]>;
  text(name: string): Promise<string>;
  json(name: string): Promise<unknown>;
}

export async function agentDesk(execution: Execution = anExecution()): Promise<AgentDesk> {
  const home = await homeWith(execution);
  const { table, artifacts } = home.world;
  let calls = 0;
  const attached = () => attachedTo(table, execution.id);
  const text = async (name: string) => {
    const ref = (await attached()).find((one) => one.name === name);
    if (!ref) throw new Error(`nobody attached ${name}`);
    return new TextDecoder().decode(await artifacts.get(ref.sha256));
  };
  return {
    ...home,
    lay: async (name, kind, content) => {
      const stored = await artifacts.put(typeof content === "string" ? content : canonicalJson(content));
      const ref = { name, kind, ...stored };
      await atomically(table, (unit) => attach(unit, execution.id, ref, AT));
      return ref;
    },
    call: async <Output>(handler: Handler, input: object, visit = `call ${calls++}`) => {
      const call = { executionId: execution.id, idempotencyKey: `${execution.id}/Step/${visit}` };
      return (await handler({ ...call, ...input }, home.world)) as Output;
    },
    attached,
    text,
    json: async (name) => JSON.parse(await text(name)) as unknown,
  };
}
