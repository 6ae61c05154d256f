import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { InputError } from "../../core/artifacts/parse.ts";

/** No goal a person writes comes near this; a larger file is another file. */
const LARGEST_BYTES = 1024 * 1024;

const EXAMPLE = "examples/goals/photo-archive.json";

/**
 * A JSON file that somebody named on the command line, or standard input for "-".
 * @throws InputError in one sentence
 */
export async function readJsonInput(file: string): Promise<unknown> {
  const text = decode(file, await readBytes(file));
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it is something else";
    throw new InputError(
      "InvalidInput",
      `${file} is not JSON: ${reason.replaceAll(/\s+/g, " ")}: correct it, ${EXAMPLE} shows how a goal is written`,
    );
  }
}

/** What a file may have, and what it is called in the sentence that refuses a larger one. */
interface Limit {
  readonly bytes: number;
  readonly what: string;
}

const GOAL: Limit = { bytes: LARGEST_BYTES, what: "a goal" };

/**
 * A text that somebody named on the command line, or standard input for "-".
 * @throws InputError in one sentence
 */
export async function readTextInput(file: string, limit: Limit): Promise<string> {
  return decode(file, await readBytes(file, limit), "text in UTF-8: give a text file");
}

function decode(file: string, bytes: Uint8Array, what = "text in UTF-8, so it is not JSON either"): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError("InvalidInput", `${file} is not ${what}`);
  }
}

async function readBytes(file: string, limit: Limit = GOAL): Promise<Uint8Array> {
  try {
    return file === "-" ? await readStandardInput(limit) : readFile(file, limit);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function readFile(file: string, limit: Limit): Uint8Array {
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    if (size > limit.bytes) throw tooLarge(file, `has ${(size / 1024 / 1024).toFixed(1)} MiB`, limit);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** As a stream: whoever writes the other end of a pipe may take their time, and may never stop. */
async function readStandardInput(limit: Limit): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Uint8Array);
    size += (chunk as Uint8Array).length;
    if (size > limit.bytes) throw tooLarge("-", "goes on", limit);
  }
  return Buffer.concat(chunks);
}

function tooLarge(file: string, how: string, { bytes, what }: Limit): InputError {
  return new InputError(
    "InvalidInput",
    `${file} ${how} and ${what} may have ${bytes / 1024 / 1024} MiB: name ${what.replace(/^a /, "the ")} itself`,
  );
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "you may not read it",
  EPERM: "you may not read it",
};

function unreadable(file: string, error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (typeof code !== "string") return error;
  return new InputError("InvalidInput", `${file} cannot be read: ${WHY[code] ?? code}`);
}
