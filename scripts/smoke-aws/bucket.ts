import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { S3AnchorStore } from "../../adapters/aws/anchor-store.ts";
import { S3ArtifactStore } from "../../adapters/aws/artifact-store.ts";
import { ownPlace } from "../../adapters/aws/caller.ts";
import { clientOf } from "../../adapters/aws/clients.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { sha256 } from "../../core/digest.ts";
import { away, errorOf, type Ground, type MakingStep, require } from "./step.ts";

const nameIn = ({ prefix }: Ground) => `${prefix}-bucket`;
const LOCKED_DAYS = 1;
const CONTENT = "what an agent wrote";

async function run(ground: Ground): Promise<void> {
  const { place } = ground;
  const Bucket = nameIn(ground);
  const client = clientOf(place, S3Client);
  const LocationConstraint = place.region as BucketLocationConstraint;
  const where = place.region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint } };
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true, ...where }));
  const own = ownPlace(place);
  await requireWrittenOnce(client, own, Bucket);
  const anchors = new S3AnchorStore(own, Bucket, LOCKED_DAYS, systemClock);
  await anchors.append({ chain: "smoke", seq: 1, hash: sha256("1"), at: systemClock.now().toISOString() });
  await requireLocked(client, Bucket);
  await requireOwned(client, Bucket);
}

async function requireWrittenOnce(client: S3Client, place: Ground["place"], Bucket: string): Promise<void> {
  const { sha256: hash } = await new S3ArtifactStore(place, Bucket).put(CONTENT);
  const Key = `artifacts/${hash}`;
  const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  const checksum = Buffer.from(head.ChecksumSHA256 ?? "", "base64").toString("hex");
  require(checksum === hash, `the checksum of what was stored is ${checksum || "not kept"}`);
  const again = await errorOf(
    client.send(new PutObjectCommand({ Bucket, Key, Body: "x", IfNoneMatch: "*" })),
  );
  require(again === "PreconditionFailed", `a second write of a key ends with ${again}`);
}

/** The account of nobody. */
const STRANGER = "000000000000";

async function requireOwned(client: S3Client, Bucket: string): Promise<void> {
  const command = new PutObjectCommand({ Bucket, Key: "x", Body: "x", ExpectedBucketOwner: STRANGER });
  const told = await errorOf(client.send(command));
  require(told === "AccessDenied", `a write that expects another owner ends with ${told ?? "success"}`);
}

async function requireLocked(client: S3Client, Bucket: string): Promise<void> {
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: "anchors/" }));
  require(Versions.length === 1, `an anchor has ${Versions.length} versions`);
  const [{ Key, VersionId } = {}] = Versions;
  const told = await errorOf(client.send(new DeleteObjectCommand({ Bucket, Key, VersionId })));
  require(told === "AccessDenied", `deleting a locked anchor ends with ${told ?? "success"}`);
}

/** The lock is lifted with the permission to bypass it, which whoever tries this has and no role of ours. */
async function emptied(client: S3Client, Bucket: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: true }));
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
}

export const BUCKET: MakingStep = {
  what: "an object is written once, checked, and to its owner only, and an anchor cannot be removed",
  proves: [35, 36, 38, 39],
  makes: (ground) =>
    `the bucket ${nameIn(ground)} with Object Lock, in it an object locked for a day (lifted at the end with s3:BypassGovernanceRetention)`,
  costs: "$0.0001 for a few requests",
  run,
  cleanUp: (ground) => away(emptied(clientOf(ground.place, S3Client), nameIn(ground))),
};
