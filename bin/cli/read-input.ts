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

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError("InvalidInput", `${file} is not text in UTF-8, so it is not JSON either`);
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return file === "-" ? await readStandardInput() : readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function readFile(file: string): Uint8Array {
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    if (size > LARGEST_BYTES) throw tooLarge(file, `has ${(size / 1024 / 1024).toFixed(1)} MiB`);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** As a stream: whoever writes the other end of a pipe may take their time, and may never stop. */
async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Uint8Array);
    size += (chunk as Uint8Array).length;
    if (size > LARGEST_BYTES) throw tooLarge("-", "goes on");
  }
  return Buffer.concat(chunks);
}

function tooLarge(file: string, how: string): InputError {
  return new InputError(
    "InvalidInput",
    `${file} ${how} and a goal may have ${LARGEST_BYTES / 1024 / 1024} MiB: name the goal itself`,
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
