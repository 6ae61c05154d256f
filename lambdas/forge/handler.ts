import { agentEvent } from "../../core/agent/agent-event.ts";
import { runAgent } from "../../core/agent/run-agent.ts";
import type { World } from "../../core/ports.ts";
import { forge } from "./agent.ts";

export async function handler(input: unknown, world: World): Promise<object> {
  return await runAgent(forge, agentEvent.parse(input), world);
}
