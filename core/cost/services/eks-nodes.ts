import { unpriced, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service } from "../service.ts";
import {
  launchTemplateLayers,
  type MachineFacts,
  machineCharges,
  readMachine,
  subnetsArePublic,
} from "./ec2-machine.ts";

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html: what EKS takes where nothing is said. */
const DEFAULT_TYPE = "t3.medium";
const DEFAULT_DISK_GB = 20;
const DEFAULT_SIZE = 2;

/** A managed group of a cluster's machines, at the size it is set to. */
export const nodegroup = service({
  type: "AWS::EKS::Nodegroup",
  read: (properties) => ({
    machine: readNode(properties),
    size: readSize(properties),
    types: typesOf(properties),
  }),
  charges: ({ machine, size, types }, use) =>
    whenKnown("machines", { size, types }, (known) =>
      known.types.length > 1
        ? [unpriced("machines: which of its instance types it will take is not known")]
        : machineCharges(machine, known.size, {
            hoursPerMonth: use("hoursPerMonth"),
            rootVolumeGb: DEFAULT_DISK_GB,
            internetEgressGb: use("internetEgressGb"),
          }),
    ),
});

function readSize(properties: Properties): Fact<number> {
  const desired = "ScalingConfig.DesiredSize";
  return properties.has(desired)
    ? properties.number(desired)
    : properties.number("ScalingConfig.MinSize", DEFAULT_SIZE);
}

function typesOf(properties: Properties): Fact<readonly string[]> {
  return properties.texts("InstanceTypes");
}

function readNode(properties: Properties): MachineFacts {
  const layers = launchTemplateLayers(properties, "LaunchTemplate");
  const fromTemplate = readMachine(layers, subnetsArePublic(properties, "Subnets"));
  const own = mapFact(typesOf(properties), ([type]) => type ?? DEFAULT_TYPE);
  const hasTemplate = properties.has("LaunchTemplate");
  const disk = properties.number("DiskSize", DEFAULT_DISK_GB);
  return {
    ...fromTemplate,
    instanceType: properties.has("InstanceTypes")
      ? own
      : hasTemplate
        ? fromTemplate.instanceType
        : DEFAULT_TYPE,
    spot: mapFact(fromTemplate.spot, (spot) =>
      mapFact(properties.text("CapacityType", "ON_DEMAND"), (capacity) => spot || capacity === "SPOT"),
    ),
    disks: hasTemplate
      ? fromTemplate.disks
      : { volumes: [{ type: "gp3", gb: disk, iops: 0, throughputMiBps: 0 }], describesRoot: true },
  };
}
