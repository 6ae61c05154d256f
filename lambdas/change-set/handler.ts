import * as z from "zod";
import { agentEvent } from "../../core/agent/agent-event.ts";
import { runAgent } from "../../core/agent/run-agent.ts";
import type { World } from "../../core/ports.ts";
import { changeSetAgent } from "./agent.ts";
import { discardAgent } from "./discard.ts";
import { undoAgent } from "./undo.ts";

const event = agentEvent.extend({ action: z.enum(["propose", "discard", "undo"]) });

/** The dry_run lane: change sets are made and taken away here, and never executed. */
export async function changeSets(input: unknown, world: World): Promise<object> {
  const { action, ...asked } = event.parse(input);
  switch (action) {
    case "propose":
      return await runAgent(changeSetAgent, asked, world);
    case "discard":
      return await runAgent(discardAgent, asked, world);
    case "undo":
      return await runAgent(undoAgent, asked, world);
  }
}
