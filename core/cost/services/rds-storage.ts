import { type Charge, charge, unpriced, whenKnown } from "../charge.ts";
import type { Fact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import type { Use } from "../service.ts";

/** The disk of a database that is not Aurora. */
export interface DatabaseStorage {
  readonly type: Fact<string>;
  readonly gb: Fact<number>;
  readonly iops: Fact<number>;
  readonly throughputMBps: Fact<number>;
}

type Zones = "single" | "multi";
const TYPES = ["gp2", "gp3", "io1", "io2", "standard"] as const;
type StorageType = (typeof TYPES)[number];

/**
 * What gp3 includes without extra charge: more from 400 GB on, where RDS stripes over several volumes
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html).
 */
function includedInGp3(gb: number): { iops: number; throughputMBps: number } {
  return gb < 400 ? { iops: 3000, throughputMBps: 125 } : { iops: 12_000, throughputMBps: 500 };
}

/** Storage, its speed, and backups beyond the size of the database: up to that they are included. */
export function databaseStorageCharges(
  storage: DatabaseStorage,
  multiAz: Fact<boolean>,
  use: Use<"AWS::RDS::DBInstance">,
): readonly Charge[] {
  return [
    ...whenKnown("storage", { type: storage.type, gb: storage.gb, multiAz }, (known) => {
      const type = TYPES.find((name) => name === known.type);
      if (!type) return [unpriced(`storage: the price sheet has no prices of the type ${known.type}`)];
      const zones = known.multiAz ? "multi" : "single";
      return [
        charge(`storage, ${type}`, `rds.${zones}.${type}`, known.gb),
        ...speed(type, known.gb, zones, storage, use),
      ];
    }),
    charge("backups beyond the size of the database", "rds.backup", use("backupGbBeyondStorage")),
  ];
}

function speed(
  type: StorageType,
  gb: number,
  zones: Zones,
  { iops, throughputMBps }: DatabaseStorage,
  use: Use<"AWS::RDS::DBInstance">,
): readonly Charge[] {
  if (type === "gp2") return [];
  if (type === "standard") return [charge("I/O requests", "rds.standard-request", use("requestsPerMonth"))];
  if (type === "gp3") return gp3Speed(gb, zones, iops, throughputMBps);
  return whenKnown("provisioned IOPS", { iops }, (known) => [
    charge("provisioned IOPS", `rds.${zones}.${type}-iops`, known.iops),
  ]);
}

function gp3Speed(
  gb: number,
  zones: Zones,
  iops: Fact<number>,
  throughputMBps: Fact<number>,
): readonly Charge[] {
  const included = includedInGp3(gb);
  return [
    ...whenKnown("IOPS", { iops }, (known) =>
      known.iops > included.iops
        ? [charge("IOPS beyond the included", `rds.${zones}.gp3-iops`, known.iops - included.iops)]
        : [],
    ),
    ...whenKnown("throughput", { throughputMBps }, (known) => {
      const paid = known.throughputMBps - included.throughputMBps;
      return paid > 0 ? [charge("throughput beyond the included", `rds.${zones}.gp3-throughput`, paid)] : [];
    }),
  ];
}

/** `original` is the instance itself, or for a read replica the one whose size it takes over. */
export function readDatabaseStorage(properties: Properties, original: Properties): DatabaseStorage {
  const given = properties.has("AllocatedStorage") ? properties : original;
  const type = given.text("StorageType", given.has("Iops") ? "io1" : "gp3");
  const asked = (path: string) => given.number(path, type === "gp3" ? 0 : undefined);
  return {
    type,
    gb: given.number("AllocatedStorage"),
    iops: asked("Iops"),
    throughputMBps: asked("StorageThroughput"),
  };
}
