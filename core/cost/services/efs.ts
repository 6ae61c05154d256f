import { type Charge, charge, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import { service, type Use } from "../service.ts";

export interface FileSystemFacts {
  readonly oneZone: boolean;
  readonly throughputMode: Fact<string>;
  readonly provisionedMiBps: Fact<number>;
  readonly backups: Fact<boolean>;
}

/**
 * https://aws.amazon.com/efs/pricing: by GB kept, and by how throughput is bought. What provisioned throughput is
 * included with the storage (1 MiB/s for 20 GB) is not taken off, so a full file system comes out a little dear.
 */
export function fileSystemCharges(
  facts: FileSystemFacts,
  use: Use<"AWS::EFS::FileSystem">,
): readonly Charge[] {
  const { oneZone } = facts;
  return [
    charge("storage", oneZone ? "efs.one-zone" : "efs.stored", use("storedGb")),
    charge(
      "infrequent access storage",
      oneZone ? "efs.one-zone-infrequent" : "efs.infrequent",
      use("infrequentGb"),
    ),
    ...whenKnown("throughput", { mode: facts.throughputMode }, ({ mode }) => throughput(mode, facts, use)),
    ...whenKnown("backups", { backups: facts.backups }, ({ backups }) =>
      backups ? [charge("backups", "backup.efs", use("storedGb"))] : [],
    ),
  ];
}

function throughput(
  mode: string,
  facts: FileSystemFacts,
  use: Use<"AWS::EFS::FileSystem">,
): readonly Charge[] {
  if (mode === "elastic") {
    return [
      charge("reads", "efs.elastic-read", use("readGbPerMonth")),
      charge("writes", "efs.elastic-write", use("writtenGbPerMonth")),
    ];
  }
  if (mode !== "provisioned") return [];
  return whenKnown("provisioned throughput", { mibps: facts.provisionedMiBps }, ({ mibps }) => [
    charge("provisioned throughput", "efs.throughput", mibps),
  ]);
}

export const fileSystem = service({
  type: "AWS::EFS::FileSystem",
  read: (properties) => ({
    oneZone: properties.has("AvailabilityZoneName"),
    throughputMode: properties.text("ThroughputMode", "bursting"),
    provisionedMiBps: properties.number("ProvisionedThroughputInMibps"),
    backups: mapFact(properties.text("BackupPolicy.Status", "DISABLED"), (status) => status === "ENABLED"),
  }),
  charges: fileSystemCharges,
});
