import type { Unit } from "./atomically.ts";
import type { Key } from "./table.ts";

/** Something to be written together with what it tells of. */
export interface DeferredWrite {
  /** What it is about, to be read ahead. */
  readonly keys: readonly Key[];
  write(unit: Unit): Promise<void>;
}
