import { AGENT_NAMES } from "../agent/agent-names.ts";
import { InputError } from "../artifacts/parse.ts";
import { requireOptional } from "../policy/skipping.ts";
import type { World } from "../ports.ts";
import type { Caller } from "../principal.ts";
import type { Execution } from "./execution.ts";
import { find } from "./executions.ts";
import { signal } from "./signal.ts";

/**
 * Has an execution do without an agent that it does not need, from its next call on.
 * @throws InputError for a name that is none; SkipError AgentRequired; ExecutionError ExecutionEnded
 */
export async function skipAgent(
  world: World,
  id: string,
  caller: Caller,
  agent: string,
  notes?: string,
): Promise<Execution> {
  if (!(AGENT_NAMES as readonly string[]).includes(agent)) {
    throw new InputError(
      "InvalidInput",
      `skipAgent: there is no agent ${JSON.stringify(agent.slice(0, 80))}: the pipeline has ${AGENT_NAMES.join(", ")}`,
    );
  }
  requireOptional((await find(world.table, id)).environment, agent);
  const skip = (execution: Execution) => ({
    ...execution,
    skips: [...new Set([...(execution.skips ?? []), agent])],
  });
  return await signal(world, id, caller, "execution.agent-skipped", notes, skip, { agent });
}
