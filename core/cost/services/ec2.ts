import { unpriced, whenKnown } from "../charge.ts";
import { type Fact, isKnown, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service } from "../service.ts";
import {
  type Layer,
  launchTemplateLayers,
  type MachineUse,
  machineCharges,
  readMachine,
  subnetIsPublic,
  subnetsArePublic,
} from "./ec2-machine.ts";

export const instance = service({
  type: "AWS::EC2::Instance",
  read: (properties) =>
    readMachine(
      [{ properties, prefix: "" }, ...launchTemplateLayers(properties, "LaunchTemplate")],
      subnetIsPublic(properties, "SubnetId"),
    ),
  charges: (facts, use) => machineCharges(facts, 1, useOf(use)),
});

function useOf(use: (key: keyof MachineUse) => number): MachineUse {
  return {
    hoursPerMonth: use("hoursPerMonth"),
    rootVolumeGb: use("rootVolumeGb"),
    internetEgressGb: use("internetEgressGb"),
  };
}

const MIXED = "MixedInstancesPolicy";

/** A group of equal machines; what it is set to, not what it may grow to. */
export const autoScalingGroup = service({
  type: "AWS::AutoScaling::AutoScalingGroup",
  read: (properties) => ({
    machine: readMachine(groupLayers(properties), subnetsArePublic(properties, "VPCZoneIdentifier")),
    size: properties.has("DesiredCapacity")
      ? properties.number("DesiredCapacity")
      : properties.number("MinSize"),
    mixed: isMixed(properties),
  }),
  charges: (facts, use) =>
    whenKnown("instances", { size: facts.size, mixed: facts.mixed }, ({ size, mixed }) =>
      mixed
        ? [
            unpriced(
              "instances: which types it will mix, and how many of them on the spot market, is not known",
            ),
          ]
        : machineCharges(facts.machine, size, useOf(use)),
    ),
});

function groupLayers(properties: Properties): readonly Layer[] {
  const configuration = properties.resource("LaunchConfigurationName");
  return [
    ...launchTemplateLayers(properties, "LaunchTemplate"),
    ...launchTemplateLayers(properties, `${MIXED}.LaunchTemplate.LaunchTemplateSpecification`),
    ...(isKnown(configuration) ? [{ properties: configuration.properties, prefix: "" }] : []),
  ];
}

/** Only a policy that names one type, all on demand, can be priced. */
function isMixed(properties: Properties): Fact<boolean> {
  const onDemand = `${MIXED}.InstancesDistribution.OnDemandPercentageAboveBaseCapacity`;
  return mapFact(properties.count(`${MIXED}.LaunchTemplate.Overrides`, 0), (overrides) =>
    mapFact(properties.number(onDemand, 100), (percentage) => overrides > 0 || percentage < 100),
  );
}
