import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * A secret that is made once and kept in a file for its owner alone: whole or not at all, whoever is killed meanwhile;
 * of two processes that make it at once the first one's stays.
 */
export async function madeOnce(file: string, make: () => string | Promise<string>): Promise<string> {
  if (!existsSync(file)) keep(file, await make());
  return readFileSync(file, "utf8");
}

/** Written aside, then linked to its name unless that is taken. */
function keep(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, content, { mode: 0o600 });
  try {
    linkSync(aside, file);
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
