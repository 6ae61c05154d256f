import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { InputError } from "../../core/artifacts/parse.ts";

/** @throws InputError in one sentence when the file somebody named with --out cannot be written */
export function writeFile(file: string, content: string | Uint8Array): void {
  naming(file, () => writeFileSync(file, content));
}

/** Files by their path below a directory. @throws InputError in one sentence when the directory somebody named with --out cannot be written */
export function writeFiles(directory: string, contents: ReadonlyMap<string, string | Uint8Array>): void {
  naming(directory, () => mkdirSync(directory, { recursive: true }));
  for (const [name, content] of contents) {
    const file = join(directory, name);
    naming(directory, () => mkdirSync(dirname(file), { recursive: true }));
    writeFile(file, content);
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "there is no such directory",
  ENOTDIR: "a file stands where a directory is needed",
  EEXIST: "a file stands where a directory is needed",
  EISDIR: "it is a directory",
  EACCES: "you may not write it",
  EPERM: "you may not write it",
  EROFS: "its disk is read-only",
  ENOSPC: "the disk is full",
};

function naming(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== "string") throw error;
    throw new InputError("InvalidInput", `--out ${file} cannot be written: ${WHY[code] ?? code}`, {
      cause: error,
    });
  }
}
