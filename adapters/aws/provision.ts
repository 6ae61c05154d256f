import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  CreateEventBusCommand,
  DescribeEventBusCommand,
  EventBridgeClient,
} from "@aws-sdk/client-eventbridge";
import { type BucketLocationConstraint, CreateBucketCommand, HeadBucketCommand } from "@aws-sdk/client-s3";
import { Bucket } from "./bucket.ts";
import { type AwsPlace, clientOf } from "./clients.ts";
import { AwsError, mapped } from "./errors.ts";
import { EXPIRY_ATTRIBUTE, tableDefinition } from "./table-definition.ts";

/** What a workspace needs to be there, by its names. */
export interface Needed {
  readonly table: string;
  readonly artifacts: string;
  readonly anchors: string;
  readonly bus: string;
}

/** One of them: how it is looked for, and how it is made where it may be. */
interface Part {
  readonly what: string;
  readonly absent: readonly string[];
  look(): Promise<unknown>;
  make(): Promise<unknown>;
}

/** Makes whatever of it an emulator does not have yet; two who do so at once are no trouble. */
export async function provision(place: AwsPlace, needed: Needed): Promise<void> {
  await Promise.all(
    partsOf(place, needed).map(async (part) => {
      if (!(await isThere(part)))
        await mapped(() => part.make(), `making ${part.what}`, MADE_MEANWHILE).catch(pass);
    }),
  );
}

/** @throws AwsError ResourceMissing that names all that is not there */
export async function requireProvisioned(place: AwsPlace, needed: Needed): Promise<void> {
  const parts = partsOf(place, needed);
  const there = await Promise.all(parts.map(isThere));
  const missing = parts.filter((_, at) => !there[at]).map(({ what }) => what);
  if (missing.length === 0) return;
  throw new AwsError(
    "ResourceMissing",
    `${place.endpoint ?? place.region} has no ${missing.join(", no ")}; deploy the stack agent-mesh-dev-small there, or name what is there in the AGENT_MESH_ variables`,
  );
}

const MADE_MEANWHILE = [
  "ResourceInUseException",
  "ResourceAlreadyExistsException",
  "BucketAlreadyOwnedByYou",
];

function pass(error: unknown): void {
  if (error instanceof Error && MADE_MEANWHILE.includes(error.name)) return;
  throw error;
}

async function isThere({ what, absent, look }: Part): Promise<boolean> {
  try {
    await mapped(look, `looking for ${what}`, absent);
    return true;
  } catch (error) {
    if (error instanceof Error && absent.includes(error.name)) return false;
    throw error;
  }
}

function partsOf(place: AwsPlace, { table, artifacts, anchors, bus }: Needed): Part[] {
  return [
    tablePart(place, table),
    bucketPart(place, artifacts, false),
    bucketPart(place, anchors, true),
    busPart(place, bus),
  ];
}

function tablePart(place: AwsPlace, TableName: string): Part {
  const client = clientOf(place, DynamoDBClient);
  return {
    what: `table ${TableName}`,
    absent: ["ResourceNotFoundException"],
    look: () => client.send(new DescribeTableCommand({ TableName })),
    make: async () => {
      await client.send(new CreateTableCommand(tableDefinition(TableName)));
      await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName });
      const TimeToLiveSpecification = { AttributeName: EXPIRY_ATTRIBUTE, Enabled: true };
      await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    },
  };
}

function bucketPart(place: AwsPlace, name: string, ObjectLockEnabledForBucket: boolean): Part {
  const bucket = new Bucket(place, name);
  const { client } = bucket;
  const LocationConstraint = place.region as BucketLocationConstraint;
  // The oldest region is the one that must not be named.
  const where = place.region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint } };
  return {
    what: `bucket ${name}`,
    absent: ["NotFound", "NoSuchBucket"],
    look: async () => client.send(new HeadBucketCommand(await bucket.address())),
    make: () => client.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket, ...where })),
  };
}

function busPart(place: AwsPlace, Name: string): Part {
  const client = clientOf(place, EventBridgeClient);
  return {
    what: `event bus ${Name}`,
    absent: ["ResourceNotFoundException"],
    look: () => client.send(new DescribeEventBusCommand({ Name })),
    make: () => client.send(new CreateEventBusCommand({ Name })),
  };
}
