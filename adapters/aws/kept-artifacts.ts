import type { ArtifactStore } from "../../core/ports.ts";

/** A template of the largest size, and what belongs to it, many times over. */
const MOST_BYTES = 8 * 1024 * 1024;

/** A store that tells people where a content is. */
interface PlacedStore extends ArtifactStore {
  pathOf(hash: string): string;
}

/**
 * A store whose contents are kept by whoever met them last, in a few megabytes of memory: nothing else can ever stand
 * under a content's hash, so that a container need not read twice what it has read or written itself.
 */
export class KeptArtifacts implements PlacedStore {
  readonly #store: PlacedStore;
  readonly #mostBytes: number;
  readonly #kept = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(store: PlacedStore, mostBytes = MOST_BYTES) {
    this.#store = store;
    this.#mostBytes = mostBytes;
  }

  async put(content: string | Uint8Array): Promise<{ sha256: string; bytes: number }> {
    const stored = await this.#store.put(content);
    this.#keep(stored.sha256, typeof content === "string" ? new TextEncoder().encode(content) : content);
    return stored;
  }

  async get(hash: string): Promise<Uint8Array> {
    const kept = this.#kept.get(hash);
    const content = kept ?? (await this.#store.get(hash));
    this.#keep(hash, content);
    // Whoever reads it may write on what they are given.
    return content.slice();
  }

  pathOf(hash: string): string {
    return this.#store.pathOf(hash);
  }

  /** Makes it the newest, and lets go of the oldest there is no room for. */
  #keep(hash: string, content: Uint8Array): void {
    if (!this.#kept.delete(hash)) this.#bytes += content.byteLength;
    this.#kept.set(hash, content.slice());
    for (const [oldest, { byteLength }] of this.#kept) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= byteLength;
    }
  }
}
