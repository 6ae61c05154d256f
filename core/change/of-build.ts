import type { Build } from "../artifacts/build.ts";
import type { ChangeSet } from "../artifacts/change-set.ts";

/**
 * In what a change set differs from the build it is said to be of: judged by one template and executed by another, it
 * would not be what was approved (law 2).
 */
export function differencesFromBuild(made: Build, proposed: ChangeSet): string[] {
  const fields = ["stack", "environment", "account", "region"] as const;
  return [
    ...fields
      .filter((field) => made[field] !== proposed[field])
      .map((field) => `the change set is for ${field} ${proposed[field]}, the build for ${made[field]}`),
    ...(made.buildDigest === proposed.buildDigest ? [] : ["the change set was made of another build"]),
  ];
}
