import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { sha256Hex } from "../../core/artifacts/vocabulary.ts";
import type { AnchorStore } from "../../core/ports.ts";
import type { Anchor } from "../../core/timeline/verify.ts";

const line = z.object({ chain: z.string(), seq: z.int().positive(), hash: sha256Hex });

/** Chain heads in a file of their own that is only ever appended to; keep it on another disk to be safe from both. */
export class FileAnchorStore implements AnchorStore {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  append(anchor: Anchor & { readonly at: string }): Promise<void> {
    mkdirSync(dirname(this.#file), { recursive: true });
    const descriptor = openSync(this.#file, "a");
    try {
      // A line torn by a crash must not swallow this one.
      const torn = existsSync(this.#file) && !endsWithNewline(this.#file);
      appendFileSync(descriptor, `${torn ? "\n" : ""}${JSON.stringify(anchor)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return Promise.resolve();
  }

  /** A line torn by a crash is passed over: its anchor was never acknowledged and is delivered again. */
  all(): Promise<readonly Anchor[]> {
    // What is no file of its own, such as a device, holds no anchors and may never end.
    if (!statSync(this.#file, { throwIfNoEntry: false })?.isFile()) return Promise.resolve([]);
    const lines = readFileSync(this.#file, "utf8").split("\n");
    return Promise.resolve(
      lines.flatMap((text) => {
        const parsed = line.safeParse(parse(text));
        return parsed.success ? [parsed.data] : [];
      }),
    );
  }
}

function endsWithNewline(file: string): boolean {
  const { size } = statSync(file);
  if (size === 0) return true;
  const descriptor = openSync(file, "r");
  try {
    const last = Buffer.alloc(1);
    readSync(descriptor, last, 0, 1, size - 1);
    return last.toString() === "\n";
  } finally {
    closeSync(descriptor);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
