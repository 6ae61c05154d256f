import { type Charge, charge, unpriced, whenKnown } from "../charge.ts";
import type { Fact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service } from "../service.ts";

/** A block volume, on its own or in an instance's list of devices. */
export interface VolumeFacts {
  readonly type: Fact<string>;
  readonly gb: Fact<number>;
  readonly iops: Fact<number>;
  readonly throughputMiBps: Fact<number>;
}

const TYPES = ["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"] as const;

/** What every gp3 volume includes. */
const GP3_IOPS = 3000;
const GP3_MIBPS = 125;

/** https://aws.amazon.com/ebs/pricing: by GB provisioned, used or not, and by speed beyond what the type includes. */
export function volumeCharges(
  volume: VolumeFacts,
  name: string,
  many: number,
  requestsPerMonth: number,
): readonly Charge[] {
  return whenKnown(name, { type: volume.type, gb: volume.gb }, (known) => {
    const type = TYPES.find((candidate) => candidate === known.type);
    if (!type) return [unpriced(`${name}: the price sheet has no prices of the type ${known.type}`)];
    const storage = charge(`${name}, ${type}`, `ebs.${type}`, known.gb * many);
    return [storage, ...speedCharges(type, volume, name, many, requestsPerMonth)];
  });
}

function speedCharges(
  type: (typeof TYPES)[number],
  { iops, throughputMiBps }: VolumeFacts,
  name: string,
  many: number,
  requestsPerMonth: number,
): readonly Charge[] {
  if (type === "gp3") return gp3Charges(name, many, iops, throughputMiBps);
  if (type === "standard")
    return [charge(`${name}, I/O requests`, "ebs.standard-request", requestsPerMonth * many)];
  if (type !== "io1" && type !== "io2") return [];
  return whenKnown(`${name}, provisioned IOPS`, { iops }, (known) => [
    charge(`${name}, provisioned IOPS`, `ebs.${type}-iops`, known.iops * many),
  ]);
}

function gp3Charges(
  name: string,
  many: number,
  iops: Fact<number>,
  throughputMiBps: Fact<number>,
): readonly Charge[] {
  return [
    ...whenKnown(`${name}, IOPS`, { iops }, (known) => {
      const paid = known.iops - GP3_IOPS;
      return paid > 0 ? [charge(`${name}, IOPS beyond 3,000`, "ebs.gp3-iops", paid * many)] : [];
    }),
    ...whenKnown(`${name}, throughput`, { throughputMiBps }, (known) => {
      const paid = known.throughputMiBps - GP3_MIBPS;
      return paid > 0 ? [charge(`${name}, MiB/s beyond 125`, "ebs.gp3-throughput", paid * many)] : [];
    }),
  ];
}

/** `size` is "Size" in a volume and "VolumeSize" in a device; the type that AWS takes where none is said is gp2. */
export function readVolume(properties: Properties, prefix: string, size: string): VolumeFacts {
  const type = properties.text(`${prefix}VolumeType`, "gp2");
  const provisioned = type === "io1" || type === "io2";
  return {
    type,
    gb: properties.number(`${prefix}${size}`),
    iops: properties.number(`${prefix}Iops`, provisioned ? undefined : 0),
    throughputMiBps: properties.number(`${prefix}Throughput`, 0),
  };
}

export const volume = service({
  type: "AWS::EC2::Volume",
  read: (properties) => readVolume(properties, "", "Size"),
  charges: (facts, use) => volumeCharges(facts, "volume", 1, use("requestsPerMonth")),
});
