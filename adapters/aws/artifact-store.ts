import { GetObjectCommand, type GetObjectCommandOutput, NoSuchKey } from "@aws-sdk/client-s3";
import { sha256 } from "../../core/digest.ts";
import { ArtifactError, type ArtifactStore } from "../../core/ports.ts";
import { Bucket } from "./bucket.ts";
import type { AwsPlace } from "./clients.ts";
import { storeOnce } from "./store-once.ts";

/** Times an artifact is asked for when the connection breaks while its content comes in: the SDK's tries end before. */
const READINGS = 3;

/** Content-addressed objects in S3: `artifacts/<sha256>`, each written once. */
export class S3ArtifactStore implements ArtifactStore {
  readonly #bucket: Bucket;

  constructor(place: AwsPlace, bucket: string) {
    this.#bucket = new Bucket(place, bucket);
  }

  async put(content: string | Uint8Array): Promise<{ sha256: string; bytes: number }> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const hash = sha256(bytes);
    await storeOnce(this.#bucket, { Key: keyOf(hash), Body: bytes });
    return { sha256: hash, bytes: bytes.byteLength };
  }

  async get(hash: string): Promise<Uint8Array> {
    const bytes = await this.#read(keyOf(hash));
    if (sha256(bytes) === hash) return bytes;
    throw new ArtifactError(
      "ArtifactCorrupted",
      `${keyOf(hash)} in the bucket ${this.#bucket.name} is no longer what was stored under its name`,
    );
  }

  /** Where it is, for people. */
  pathOf(hash: string): string {
    return `s3://${this.#bucket.name}/${keyOf(hash)}`;
  }

  async #read(key: string): Promise<Uint8Array> {
    for (let reading = 1; ; reading++) {
      const { Body } = await this.#find(key);
      try {
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        if (reading === READINGS) throw this.#bucket.fault(`reading ${key}`, error);
      }
    }
  }

  async #find(key: string): Promise<GetObjectCommandOutput> {
    const command = new GetObjectCommand({ ...(await this.#bucket.address()), Key: key });
    try {
      return await this.#bucket.call(`reading ${key}`, () => this.#bucket.client.send(command), [
        "NoSuchKey",
      ]);
    } catch (error) {
      throw error instanceof NoSuchKey ? this.#gone(key, error) : error;
    }
  }

  #gone(key: string, cause: Error): ArtifactError {
    return new ArtifactError("ArtifactNotFound", `${key} is not in the bucket ${this.#bucket.name}`, {
      cause,
    });
  }
}

function keyOf(hash: string): string {
  if (/^[0-9a-f]{64}$/.test(hash)) return `artifacts/${hash}`;
  throw new ArtifactError("ArtifactNotFound", `${JSON.stringify(hash.slice(0, 80))} is not a SHA-256`);
}
