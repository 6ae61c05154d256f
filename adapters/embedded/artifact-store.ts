import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../core/digest.ts";
import { ArtifactError, type ArtifactStore } from "../../core/ports.ts";
import { syncDirectory } from "./data-directory.ts";

/** Content-addressed files: `artifacts/ab/abcdef…`, each written beside its place and moved there whole. */
export class FileArtifactStore implements ArtifactStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  put(content: string | Uint8Array): Promise<{ sha256: string; bytes: number }> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const hash = sha256(bytes);
    const file = this.pathOf(hash);
    if (!existsSync(file)) this.#write(file, bytes);
    return Promise.resolve({ sha256: hash, bytes: bytes.byteLength });
  }

  // async, so that a hash that is none is a rejection too.
  async get(hash: string): Promise<Uint8Array> {
    const file = this.pathOf(hash);
    if (!existsSync(file)) {
      throw new ArtifactError("ArtifactNotFound", `the artifact ${hash} is gone from ${this.#root}`);
    }
    const bytes = readFileSync(file);
    if (sha256(bytes) === hash) return bytes;
    throw new ArtifactError("ArtifactCorrupted", `${file} is no longer what was stored under its name`);
  }

  /** Where the content of a hash lies, for people who want to open it. */
  pathOf(hash: string): string {
    if (!/^[0-9a-f]{64}$/.test(hash)) {
      throw new ArtifactError("ArtifactNotFound", `${JSON.stringify(hash.slice(0, 80))} is not a SHA-256`);
    }
    return join(this.#root, hash.slice(0, 2), hash);
  }

  #write(file: string, bytes: Uint8Array): void {
    const folder = join(file, "..");
    mkdirSync(folder, { recursive: true });
    const draft = join(folder, `.${randomUUID()}`);
    try {
      const descriptor = openSync(draft, "wx");
      try {
        for (let written = 0; written < bytes.byteLength; ) written += writeSync(descriptor, bytes, written);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(draft, file);
      syncDirectory(folder);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }
}
