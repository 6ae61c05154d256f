import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Who drives the executions of a data directory. */
export interface Holder {
  readonly pid: number;
  readonly command: string;
  readonly since: string;
}

const SQLITE_BUSY = 5;

/**
 * Lets one process at a time drive a data directory. It rests on SQLite's file lock, which the operating system
 * takes back however the process ends; the file beside it only tells people who holds it.
 */
export class DriverLock {
  readonly #database: DatabaseSync;
  readonly #note: string;

  private constructor(database: DatabaseSync, note: string) {
    this.#database = database;
    this.#note = note;
  }

  /** Undefined when another process drives. */
  static take(directory: string, holder: Holder): DriverLock | undefined {
    const database = new DatabaseSync(join(directory, "driver.lock"), { timeout: 0 });
    try {
      database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      if ((error as { errcode?: unknown }).errcode === SQLITE_BUSY) return undefined;
      throw error;
    }
    const note = join(directory, "driver.json");
    writeFileSync(note, JSON.stringify(holder));
    return new DriverLock(database, note);
  }

  release(): void {
    rmSync(this.#note, { force: true });
    this.#database.close();
  }
}

/** Who drives, as far as they wrote it down and are still there. */
export function holderOf(directory: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(join(directory, "driver.json"), "utf8")) as Holder;
    return isRunning(holder.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** A process that was killed could not take its note away. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: unknown }).code === "EPERM";
  }
}
