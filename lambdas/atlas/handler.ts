import { agentEvent } from "../../core/agent/agent-event.ts";
import { runAgent } from "../../core/agent/run-agent.ts";
import type { World } from "../../core/ports.ts";
import { atlas } from "./agent.ts";

export async function handler(input: unknown, world: World): Promise<object> {
  return await runAgent(atlas, agentEvent.parse(input), world);
}
