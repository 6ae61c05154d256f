import type { Lane } from "../artifacts/vocabulary.ts";
import { NamedError } from "../errors.ts";

export class LaneError extends NamedError<"WrongLane"> {}

const RANK: Readonly<Record<Lane, number>> = { read_only: 0, dry_run: 1, execute: 2 };

/**
 * What using a tool amounts to. `read_only` holds what looks and what appends the agent's own evidence;
 * `dry_run` what prepares a change that somebody else must execute.
 */
const TOOL_LANES: ReadonlyMap<string, Lane> = new Map([
  ["artifacts.read", "read_only"],
  ["artifacts.append", "read_only"],
  ["artifacts.list", "read_only"],
  ["execution.read", "read_only"],
  ["timeline.read", "read_only"],
  ["memory.recall", "read_only"],
  ["memory.append", "read_only"],
  ["memory.facts", "read_only"],
  ["memory.similar", "read_only"],
  // What an execution has shown and what can be found of it: evidence, that nothing is decided by.
  ["memory.learn", "read_only"],
  ["memory.index", "read_only"],
  ["model.answer", "read_only"],
  ["cloud.read", "read_only"],
  ["cloud.plan", "dry_run"],
  ["cloud.apply", "execute"],
]);

/** The lane a tool needs; one that nobody classified counts as mutating. */
export function laneOf(tool: string): Lane {
  return TOOL_LANES.get(tool) ?? "execute";
}

/** Roles of functions are called `agent-mesh-<env>-<lane>-<function>`, with hyphens. */
const ASSUMED_ROLE = /^arn:[\w-]+:sts::\d{12}:assumed-role\/([^/]+)\/./;

/**
 * Holds a function to the role it really runs in, whatever its variables say (law 1).
 * @param arn its caller's identity as STS tells it
 * @throws LaneError WrongLane in a role of another lane, or in none
 */
export function requireLaneRole(name: string, lane: Lane | "none", arn: string): void {
  const role = ASSUMED_ROLE.exec(arn)?.[1];
  const prefix = lane.replace("_", "-");
  if (role !== undefined && new RegExp(`^agent-mesh-[a-z]+-${prefix}(-|$)`).test(role)) return;
  throw new LaneError(
    "WrongLane",
    `${name} works in the ${lane} lane, but runs as ${role === undefined ? arn : `the role ${role}`}: deploy it again with a role agent-mesh-<env>-${prefix}-${name}. Nothing was done`,
  );
}

/** @throws LaneError WrongLane when the tool needs more than the agent's lane gives */
export function requireLane(agent: string, lane: Lane, tool: string): void {
  const needed = laneOf(tool);
  // Asked this way round, a lane that is none allows nothing.
  if (RANK[needed] <= RANK[lane]) return;
  throw new LaneError(
    "WrongLane",
    `${agent} works in the ${lane} lane and may not use ${tool}, which needs ${needed}`,
  );
}
