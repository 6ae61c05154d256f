import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { InputError } from "../../core/artifacts/parse.ts";

/** No goal a person writes comes near this; a larger file is another file. */
const LARGEST_BYTES = 1024 * 1024;

/**
 * A JSON file that somebody named on the command line, or standard input for "-".
 * @throws InputError in one sentence
 */
export function readJsonInput(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it is something else";
    throw new InputError("InvalidInput", `${file} is not JSON: ${reason}`);
  }
}

function readText(file: string): string {
  try {
    const descriptor = file === "-" ? 0 : openSync(file, "r");
    try {
      const { size } = fstatSync(descriptor);
      if (size > LARGEST_BYTES) {
        throw new InputError(
          "InvalidInput",
          `${file} has ${(size / 1024 / 1024).toFixed(1)} MiB and a goal may have ${LARGEST_BYTES / 1024 / 1024}: name the goal file itself`,
        );
      }
      return readFileSync(descriptor, "utf8");
    } finally {
      if (file !== "-") closeSync(descriptor);
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "you may not read it",
  EPERM: "you may not read it",
};

function unreadable(file: string, error: unknown): unknown {
  const { code } = error as { code?: unknown };
  const why = typeof code === "string" ? WHY[code] : undefined;
  return why ? new InputError("InvalidInput", `${file} cannot be read: ${why}`) : error;
}
