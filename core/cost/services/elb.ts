import { type Charge, charge, HOURS_PER_MONTH, unpriced, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";
import { zoneCharges } from "./vpc.ts";

export interface LoadBalancerFacts {
  readonly kind: Fact<string>;
  readonly internetFacing: Fact<boolean>;
  /** Zones in which AWS gives it a public address of its own. */
  readonly publicZones: Fact<number>;
}

/** An application load balancer stands in two zones at least. */
const LEAST_ZONES = { application: 2, network: 1, gateway: 0 } as const;

/** https://aws.amazon.com/elasticloadbalancing/pricing: by hour, by capacity units, and by public address. */
export function loadBalancerCharges(
  facts: LoadBalancerFacts,
  use: Use<"AWS::ElasticLoadBalancingV2::LoadBalancer">,
): readonly Charge[] {
  return whenKnown("load balancer", { kind: facts.kind }, ({ kind }) => {
    if (kind !== "application" && kind !== "network" && kind !== "gateway") {
      return [unpriced(`load balancer: the price sheet has no prices of the type ${kind}`)];
    }
    return [
      charge(`${kind} load balancer`, `elb.${kind}`, HOURS_PER_MONTH),
      charge("capacity units", `elb.${kind}-capacity`, use("averageCapacityUnits") * HOURS_PER_MONTH),
      ...(kind === "gateway" ? [] : publicAddresses(facts, LEAST_ZONES[kind])),
      charge("sent to the internet", "transfer.internet", use("internetEgressGb")),
    ];
  });
}

function publicAddresses(
  { internetFacing, publicZones }: LoadBalancerFacts,
  least: number,
): readonly Charge[] {
  return whenKnown("public addresses", { internetFacing }, (known) => {
    if (!known.internetFacing) return [];
    return zoneCharges(publicZones, least, (zones) => [
      charge("public IPv4 addresses", "vpc.public-ipv4", zones * HOURS_PER_MONTH),
    ]);
  });
}

export const loadBalancer = service({
  type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
  read: (properties) => ({
    kind: properties.text("Type", "application"),
    internetFacing: mapFact(
      properties.text("Scheme", "internet-facing"),
      (scheme) => scheme === "internet-facing",
    ),
    publicZones: mapFact(properties.text("IpAddressType", "ipv4"), (addresses) =>
      addresses === "dualstack-without-public-ipv4" ? 0 : publicZones(properties),
    ),
  }),
  charges: loadBalancerCharges,
});

/** A zone with an address of the template's own is left out: that address is a resource, and charged there. */
function publicZones(properties: Properties): Fact<number> {
  if (!properties.has("SubnetMappings")) return properties.count("Subnets");
  return mapFact(
    properties.children("SubnetMappings"),
    (mappings) => mappings.filter((mapping) => !mapping.has("AllocationId")).length,
  );
}

export const classicLoadBalancer = service({
  type: "AWS::ElasticLoadBalancing::LoadBalancer",
  read: () => ({}),
  charges: (_facts, use) => [
    charge("classic load balancer", "elb.classic", HOURS_PER_MONTH),
    charge("data processed", "elb.classic-data", use("processedGbPerMonth")),
    charge("sent to the internet", "transfer.internet", use("internetEgressGb")),
  ],
});
