import { ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import type { Clock } from "../../core/clock.ts";
import { canonicalJson } from "../../core/digest.ts";
import type { AnchorStore } from "../../core/ports.ts";
import type { Anchor } from "../../core/timeline/verify.ts";
import { Bucket } from "./bucket.ts";
import type { AwsPlace } from "./clients.ts";
import { storeOnce } from "./store-once.ts";

const PREFIX = "anchors/";
const SEQUENCE_DIGITS = 12;
const DAY_MS = 86_400_000;

/**
 * Chain heads in S3 under Object Lock, one object each, its name saying all: `anchors/<chain>/<seq>-<hash>`. In
 * governance mode nobody removes or replaces one before its time without the permission to bypass, which no role of
 * ours has.
 */
export class S3AnchorStore implements AnchorStore {
  readonly #bucket: Bucket;
  readonly #retentionDays: number;
  readonly #clock: Pick<Clock, "now">;

  /** @param bucket one with Object Lock */
  constructor(place: AwsPlace, bucket: string, retentionDays: number, clock: Pick<Clock, "now">) {
    this.#bucket = new Bucket(place, bucket);
    this.#retentionDays = retentionDays;
    this.#clock = clock;
  }

  async append(anchor: Anchor & { readonly at: string }): Promise<void> {
    await storeOnce(this.#bucket, {
      Key: keyOf(anchor),
      Body: new TextEncoder().encode(canonicalJson(anchor)),
      ContentType: "application/json",
      ObjectLockMode: "GOVERNANCE",
      ObjectLockRetainUntilDate: new Date(this.#clock.now().getTime() + this.#retentionDays * DAY_MS),
    });
  }

  /**
   * Every version counts, and no delete marker does: anybody who may delete can hide an object from a plain list,
   * but cannot take its locked version away.
   */
  async all(): Promise<readonly Anchor[]> {
    const found = new Map<string, Anchor>();
    const address = await this.#bucket.address();
    let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
    while (next) {
      const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({
        ...address,
        Prefix: PREFIX,
        ...next,
      });
      const page = await this.#bucket.call("listing anchors", () => this.#bucket.client.send(command));
      for (const { Key = "" } of page.Versions ?? []) {
        const anchor = anchorIn(Key);
        if (anchor) found.set(Key, anchor);
      }
      next = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
    return [...found.values()];
  }
}

function keyOf({ chain, seq, hash }: Anchor): string {
  return `${PREFIX}${encodeURIComponent(chain)}/${String(seq).padStart(SEQUENCE_DIGITS, "0")}-${hash}`;
}

function anchorIn(key: string): Anchor | undefined {
  const [, chain, seq, hash] = /^anchors\/([^/]+)\/(\d{12})-([0-9a-f]{64})$/.exec(key) ?? [];
  return chain && seq && hash ? { chain: decodeURIComponent(chain), seq: Number(seq), hash } : undefined;
}
