import type { Lane } from "../artifacts/vocabulary.ts";
import type { Cloud } from "../cloud/cloud.ts";
import { LaneError, requireLane } from "./lane.ts";

/** The account as far as a function's lane reaches into it. @throws LaneError WrongLane beyond it, when asked */
export function cloudInLane(name: string, lane: Lane | "none", cloud: Cloud): Cloud {
  const within = <Part>(tool: string, part: () => Part): Part => {
    if (lane === "none")
      throw new LaneError(
        "WrongLane",
        `${name} works in no lane and may not use ${tool}; no account is its concern`,
      );
    requireLane(name, lane, tool);
    return part();
  };
  return {
    ...cloud,
    reader: () => within("cloud.read", () => cloud.reader()),
    planner: () => within("cloud.plan", () => cloud.planner()),
    applier: (session) => within("cloud.apply", () => cloud.applier(session)),
  };
}
