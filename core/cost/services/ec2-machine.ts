import { type Charge, charge, HOURS_PER_MONTH, unpriced, whenKnown } from "../charge.ts";
import { type Fact, firstKnown, isKnown, mapFact, Unknown } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { readVolume, type VolumeFacts, volumeCharges } from "./ebs.ts";

/** A virtual machine, wherever it is described: an instance, a launch template, a launch configuration. */
export interface MachineFacts {
  readonly instanceType: Fact<string>;
  /** What the image says of its licence; Linux where it says nothing. */
  readonly linux: Fact<boolean>;
  readonly tenancy: Fact<string>;
  readonly spot: Fact<boolean>;
  readonly disks: Fact<Disks>;
  readonly publicAddress: Fact<boolean>;
  readonly detailedMonitoring: Fact<boolean>;
}

/** The volumes that a machine describes; where its root is not among them, the image decides on that one. */
export interface Disks {
  readonly volumes: readonly VolumeFacts[];
  readonly describesRoot: boolean;
}

/** How a machine is used, from whichever type describes it. */
export interface MachineUse {
  readonly hoursPerMonth: number;
  /** The size of the root volume when only the image knows it. */
  readonly rootVolumeGb: number;
  /** Of all the machines together. */
  readonly internetEgressGb: number;
}

/** Metrics that detailed monitoring of an instance adds. */
const DETAILED_METRICS = 7;

/** https://aws.amazon.com/ec2/pricing/on-demand: Linux, shared tenancy, with its disks and public address. */
export function machineCharges(machine: MachineFacts, many: number, use: MachineUse): readonly Charge[] {
  const { instanceType, linux, tenancy, spot, detailedMonitoring } = machine;
  return [
    ...whenKnown("instance", { instanceType, linux, tenancy, spot }, (known) => {
      if (known.spot) return [unpriced("instance: spot prices change by the hour")];
      if (!known.linux) return [unpriced("instance: the price sheet has only Linux without a licence fee")];
      if (known.tenancy !== "default") return [unpriced("instance: the price sheet has only shared tenancy")];
      const hours = use.hoursPerMonth * many;
      return [charge(`${known.instanceType}, Linux`, `ec2.linux#${known.instanceType}`, hours)];
    }),
    ...whenKnown("volumes", { disks: machine.disks }, ({ disks }) =>
      [...(disks.describesRoot ? [] : [rootVolume(use.rootVolumeGb)]), ...disks.volumes].flatMap(
        (volume, index) =>
          volumeCharges(volume, index === 0 ? "root volume" : `volume ${index + 1}`, many, 0),
      ),
    ),
    ...whenKnown("public address", { has: machine.publicAddress }, ({ has }) =>
      has ? [charge("public IPv4 address", "vpc.public-ipv4", HOURS_PER_MONTH * many)] : [],
    ),
    ...whenKnown("detailed monitoring", { on: detailedMonitoring }, ({ on }) =>
      on ? [charge("detailed monitoring", "cloudwatch.metric", DETAILED_METRICS * many)] : [],
    ),
    charge("sent to the internet", "transfer.internet", use.internetEgressGb),
  ];
}

function rootVolume(gb: number): VolumeFacts {
  return { type: "gp3", gb, iops: 0, throughputMiBps: 0 };
}

/** One place where a machine is described: properties of a resource, below a prefix ("LaunchTemplateData."). */
export interface Layer {
  readonly properties: Properties;
  readonly prefix: string;
}

/** Reads a machine from the first layer that says something: an instance overrides its launch template. */
export function readMachine(layers: readonly Layer[], subnetsPublic: Fact<boolean>): MachineFacts {
  return {
    instanceType: first(layers, "InstanceType", (at, path) => at.text(path)),
    linux: imageIsLinux(layers),
    tenancy: first(
      layers,
      "Placement.Tenancy",
      (at, path) => at.text(path),
      () => plainTenancy(layers),
    ),
    spot: layers.some(({ properties, prefix }) => isSpot(properties, prefix)),
    disks: first(layers, "BlockDeviceMappings", readDisks, () => ({ volumes: [], describesRoot: false })),
    publicAddress: publicAddress(layers, subnetsPublic),
    detailedMonitoring: first(
      layers,
      "Monitoring",
      (at, path) => firstKnown(at.flag(path, false), at.flag(`${path}.Enabled`, false)),
      () => false,
    ),
  };
}

function first<T>(
  layers: readonly Layer[],
  path: string,
  read: (properties: Properties, path: string) => Fact<T>,
  otherwise?: () => Fact<T>,
): Fact<T> {
  const layer = layers.find(({ properties, prefix }) => properties.has(`${prefix}${path}`));
  if (layer) return read(layer.properties, `${layer.prefix}${path}`);
  return otherwise ? otherwise() : new Unknown(`${path} is not given`);
}

/** Instances and launch configurations name their tenancy at the top. */
function plainTenancy(layers: readonly Layer[]): Fact<string> {
  const read = (at: Properties, path: string) => at.text(path);
  return first(layers, "Tenancy", read, () => first(layers, "PlacementTenancy", read, () => "default"));
}

function isSpot(properties: Properties, prefix: string): boolean {
  return properties.has(`${prefix}InstanceMarketOptions`) || properties.has(`${prefix}SpotPrice`);
}

const LICENSED = /windows|rhel|red-?hat|suse|sles/i;

/** An image's id says nothing, but a public parameter's name does ("/aws/service/ami-windows-latest/…"). */
function imageIsLinux(layers: readonly Layer[]): Fact<boolean> {
  const image = first(layers, "ImageId", (at, path) => at.text(path));
  return isKnown(image) ? !LICENSED.test(image) : true;
}

/** The names under which images of Linux attach their root. */
const ROOT = /^\/dev\/(xvda|sda1?|nvme0n1)$/;

function readDisks(properties: Properties, path: string): Fact<Disks> {
  return mapFact(properties.children(path), (devices) => {
    const volumes = devices.filter((device) => device.has("Ebs"));
    const names = volumes.map((device) => device.text("DeviceName"));
    return {
      volumes: volumes.map((device) => readVolume(device, "Ebs.", "VolumeSize")),
      describesRoot: names.some((name) => !isKnown(name) || ROOT.test(name)),
    };
  });
}

function publicAddress(layers: readonly Layer[], subnetsPublic: Fact<boolean>): Fact<boolean> {
  const readInterfaces = (at: Properties, path: string): Fact<boolean> =>
    mapFact(at.children(path), ([primary]) =>
      primary?.has("AssociatePublicIpAddress")
        ? primary.flag("AssociatePublicIpAddress", false)
        : subnetsPublic,
    );
  const readFlag = (at: Properties, path: string) => at.flag(path, false);
  return first(layers, "NetworkInterfaces", readInterfaces, () =>
    first(layers, "AssociatePublicIpAddress", readFlag, () => subnetsPublic),
  );
}

/** Whether a subnet gives out public addresses: those of the default VPC do, where no subnet is named. */
export function subnetIsPublic(properties: Properties, path: string): Fact<boolean> {
  if (!properties.has(path)) return true;
  const subnet = properties.resource(path);
  return isKnown(subnet)
    ? subnet.properties.flag("MapPublicIpOnLaunch", false)
    : new Unknown("its subnet is not known");
}

/** The same for a list of subnets, of which the first stands for all. */
export function subnetsArePublic(properties: Properties, path: string): Fact<boolean> {
  if (!properties.has(path)) return true;
  return mapFact(properties.children(path), ([subnet]) =>
    subnet ? subnetIsPublic(subnet, "") : new Unknown("its subnets are not known"),
  );
}

/** The layers below a reference to a launch template, none when it is not in this template. */
export function launchTemplateLayers(properties: Properties, path: string): readonly Layer[] {
  const byId = properties.resource(`${path}.LaunchTemplateId`);
  const found = isKnown(byId) ? byId : properties.resource(`${path}.LaunchTemplateName`);
  return isKnown(found) ? [{ properties: found.properties, prefix: "LaunchTemplateData." }] : [];
}
