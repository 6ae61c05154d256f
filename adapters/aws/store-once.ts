import { PutObjectCommand, type PutObjectCommandInput } from "@aws-sdk/client-s3";
import { sha256 } from "../../core/digest.ts";
import type { Bucket } from "./bucket.ts";
import { AwsError } from "./errors.ts";

export type NewObject = Omit<PutObjectCommandInput, "Bucket" | "ExpectedBucketOwner" | "Body"> & {
  readonly Body: Uint8Array;
};

/** Times a write that met another one of the same key is sent. */
const SENDINGS = 5;

/**
 * Stores an object whose key is told by what is in it: whoever finds it there already, an earlier sending of its own
 * whose answer was lost included, has nothing left to do. S3 refuses content that arrives damaged.
 */
export async function storeOnce(bucket: Bucket, object: NewObject): Promise<void> {
  const command = new PutObjectCommand({
    ...object,
    ...(await bucket.address()),
    IfNoneMatch: "*",
    ChecksumAlgorithm: "SHA256",
    ChecksumSHA256: Buffer.from(sha256(object.Body), "hex").toString("base64"),
  });
  for (let sending = 1; sending <= SENDINGS; sending++) {
    try {
      await bucket.call(`storing ${object.Key}`, () => bucket.client.send(command), EXPECTED);
      return;
    } catch (error) {
      if (error instanceof Error && error.name === "PreconditionFailed") return;
      if (error instanceof AwsError) throw error;
    }
  }
  throw new AwsError(
    "Unavailable",
    `the bucket ${bucket.name}: ${object.Key} is being written by others; try again`,
  );
}

/** It is there; or somebody was writing it at the same moment, and S3 asks to try again. */
const EXPECTED = ["PreconditionFailed", "ConditionalRequestConflict"];
