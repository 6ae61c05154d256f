import { type Charge, charge, free, HOURS_PER_MONTH, unpriced, whenKnown } from "../charge.ts";
import { type Fact, isKnown } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";

/** https://aws.amazon.com/vpc/pricing: by the hour it exists, and by the GB that passes. */
export const natGateway = service({
  type: "AWS::EC2::NatGateway",
  read: () => ({}),
  charges: (_facts, use) => [
    charge("NAT gateway", "nat.hour", HOURS_PER_MONTH),
    charge("data processed", "nat.data", use("processedGbPerMonth")),
  ],
});

/** A public IPv4 address costs the same in use and idle, since February 2024. */
export const elasticIp = service({
  type: "AWS::EC2::EIP",
  read: () => ({}),
  charges: () => [charge("public IPv4 address", "vpc.public-ipv4", HOURS_PER_MONTH)],
});

export interface EndpointFacts {
  readonly kind: Fact<string>;
  readonly zones: Fact<number>;
}

const KINDS = {
  Interface: { hour: "vpc.endpoint", data: "vpc.endpoint-data" },
  GatewayLoadBalancer: { hour: "vpc.gateway-endpoint", data: "vpc.gateway-endpoint-data" },
} as const;

/** https://aws.amazon.com/privatelink/pricing: by zone and hour, and by GB; gateway endpoints are free. */
export function endpointCharges(facts: EndpointFacts, use: Use<"AWS::EC2::VPCEndpoint">): readonly Charge[] {
  return whenKnown("endpoint", { kind: facts.kind }, ({ kind }) => {
    if (kind === "Gateway") return [free("gateway endpoints are free")];
    const price = kind === "Interface" || kind === "GatewayLoadBalancer" ? KINDS[kind] : undefined;
    if (!price) return [unpriced(`endpoint: the price sheet has no prices of the type ${kind}`)];
    return [
      ...zoneCharges(facts.zones, 1, (zones) => [
        charge(
          `endpoint in ${zones === 1 ? "one zone" : `${zones} zones`}`,
          price.hour,
          zones * HOURS_PER_MONTH,
        ),
      ]),
      charge("data processed", price.data, use("processedGbPerMonth")),
    ];
  });
}

/** Charges by zone; where the number of zones is unknown the least there can be, and a word that it may be more. */
export function zoneCharges(
  zones: Fact<number>,
  least: number,
  charges: (zones: number) => readonly Charge[],
): readonly Charge[] {
  if (isKnown(zones)) return charges(zones);
  return [...charges(least), unpriced(`zones: ${zones.why}; ${least} counted`)];
}

export const vpcEndpoint = service({
  type: "AWS::EC2::VPCEndpoint",
  read: (properties) => ({
    kind: properties.text("VpcEndpointType", "Gateway"),
    zones: properties.count("SubnetIds"),
  }),
  charges: endpointCharges,
});

const attachmentCharges = (use: (key: "processedGbPerMonth") => number) => [
  charge("attachment", "transit.attachment", HOURS_PER_MONTH),
  charge("data processed", "transit.data", use("processedGbPerMonth")),
];

export const transitGatewayAttachment = service({
  type: "AWS::EC2::TransitGatewayAttachment",
  read: () => ({}),
  charges: (_facts, use) => attachmentCharges(use),
});

export const transitGatewayVpcAttachment = service({
  type: "AWS::EC2::TransitGatewayVpcAttachment",
  read: () => ({}),
  charges: (_facts, use) => attachmentCharges(use),
});

export const vpnConnection = service({
  type: "AWS::EC2::VPNConnection",
  read: (properties) => ({ accelerated: properties.flag("EnableAcceleration", false) }),
  charges: ({ accelerated }) => [
    charge("VPN connection", "vpc.vpn", HOURS_PER_MONTH),
    ...whenKnown("acceleration", { accelerated }, (known) =>
      known.accelerated ? [unpriced("acceleration: the price sheet has no price for it")] : [],
    ),
  ],
});

export const clientVpnEndpoint = service({
  type: "AWS::EC2::ClientVpnEndpoint",
  read: () => ({}),
  charges: (_facts, use) => [
    charge("client connections", "vpc.client-vpn-connection", use("connectionHoursPerMonth")),
  ],
});

export const clientVpnAssociation = service({
  type: "AWS::EC2::ClientVpnTargetNetworkAssociation",
  read: () => ({}),
  charges: () => [charge("subnet association", "vpc.client-vpn", HOURS_PER_MONTH)],
});

export interface FlowLogFacts {
  readonly destination: Fact<string>;
}

/** Flow logs are vended logs: one price into CloudWatch, about half of it to S3 or Firehose. */
export function flowLogCharges(facts: FlowLogFacts, use: Use<"AWS::EC2::FlowLog">): readonly Charge[] {
  return whenKnown("flow log", { destination: facts.destination }, ({ destination }) => [
    charge(
      "logs delivered",
      destination === "cloud-watch-logs" ? "logs.vended" : "logs.delivered",
      use("loggedGbPerMonth"),
    ),
  ]);
}

export const flowLog = service({
  type: "AWS::EC2::FlowLog",
  read: (properties: Properties) => ({
    destination: properties.text("LogDestinationType", "cloud-watch-logs"),
  }),
  charges: flowLogCharges,
});
