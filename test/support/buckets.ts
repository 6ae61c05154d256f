import { randomUUID } from "node:crypto";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { type AwsPlace, clientOf } from "../../adapters/aws/clients.ts";

/** An S3 client that the adapters' own does not stand in the way of. */
export function s3(place: AwsPlace): S3Client {
  return clientOf({ ...place }, S3Client);
}

/** Makes an empty bucket with Object Lock at the server and gives its name. */
export async function createBucket(place: AwsPlace): Promise<string> {
  const name = `agent-mesh-test-${randomUUID()}`;
  const command = new CreateBucketCommand({
    Bucket: name,
    ObjectLockEnabledForBucket: true,
    CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
  });
  await s3(place).send(command);
  return name;
}
