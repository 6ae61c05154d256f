import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { agentName, type Described, describeEvent as describe } from "../../core/timeline/describe-event.ts";
import { printable } from "../cli/print.ts";

/** An event in one line for a terminal; undefined for those that say nothing new. */
export function describeEvent(event: TimelineEvent): Described | undefined {
  const said = describe(event);
  return said && { ...said, text: printable(said.text) };
}

/** Describes events one after the other: an agent that fails again in the same way is not quoted again. */
export function describer(): typeof describeEvent {
  const failures = new Map<string, string>();
  return (event) => {
    const described = describeEvent(event);
    if (event.type !== "agent.failed" || !described) return described;
    const repeated = failures.get(event.chain) === described.text;
    failures.set(event.chain, described.text);
    return repeated
      ? { text: printable(`${agentName(event.actor)}: the same once more`), tone: "bad" }
      : described;
  };
}
