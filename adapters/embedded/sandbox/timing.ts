import { kindOf } from "./kinds/kinds.ts";

/**
 * How fast the sandbox works. `real`: as long as AWS typically takes. `demo`: a few seconds for a small stack.
 * `none`: at once; things happen in the order of `demo`, each a millisecond after the one before. A type that
 * is slower than another in one pace is slower in each.
 */
export type Pace = "none" | "demo" | "real";

export type Action = "create" | "update" | "delete";

const UNKNOWN_TYPE_SECONDS = 5;

/** Milliseconds from the first event of an action to its last. */
export function duration(type: string, action: Action, pace: Pace): number {
  const seconds = kindOf(type).seconds ?? { create: UNKNOWN_TYPE_SECONDS };
  const real = seconds[action] ?? seconds.create;
  if (pace === "real") return real * 1_000;
  // The root keeps the order and brings minutes and seconds close together.
  return 400 + Math.round(150 * Math.sqrt(real));
}

/** Creating a resource has its physical id after a part of the time ("Resource creation Initiated"). */
export function untilInitiated(milliseconds: number): number {
  return Math.max(1, Math.floor(milliseconds / 4));
}

const SNAPSHOT_MS = { real: 240_000, demo: 1_000 };

/** Until when a snapshot is "creating"; without a pace it is there as soon as anybody looks. */
export function snapshotReadyAt(at: number, pace: Pace): number {
  return pace === "none" ? 0 : at + SNAPSHOT_MS[pace];
}
