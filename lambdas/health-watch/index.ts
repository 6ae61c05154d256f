import { watchHealth } from "../../core/watch/health.ts";
import { watchEntry } from "../watch.ts";

/** Looks every morning whether the workspace does its work. */
export const handler = watchEntry("health-watch", "health", process.env, ({ world, environment }) =>
  watchHealth(world, environment.environment),
);
