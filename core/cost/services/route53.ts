import { type Charge, charge, HOURS_PER_MONTH, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";

/** https://aws.amazon.com/route53/pricing: by zone, and by query; queries in a private zone are free. */
export const hostedZone = service({
  type: "AWS::Route53::HostedZone",
  read: (properties) => ({ isPrivate: properties.has("VPCs") }),
  charges: ({ isPrivate }, use) => [
    charge("hosted zone", "route53.zone", 1),
    ...(isPrivate ? [] : [charge("queries", "route53.query", use("queriesPerMonth"))]),
  ],
});

/** A namespace that answers by DNS keeps a hosted zone. */
export const privateDnsNamespace = service({
  type: "AWS::ServiceDiscovery::PrivateDnsNamespace",
  read: () => ({}),
  charges: () => [charge("hosted zone", "route53.zone", 1)],
});

export interface HealthCheckFacts {
  /** HTTPS, a string to look for, a fast interval, latency graphs: each costs extra. */
  readonly options: Fact<number>;
}

export function healthCheckCharges(
  facts: HealthCheckFacts,
  use: Use<"AWS::Route53::HealthCheck">,
): readonly Charge[] {
  const outside = use("endpointOutsideAws") > 0;
  return [
    charge("health check", outside ? "route53.health-check-outside" : "route53.health-check", 1),
    ...whenKnown("options", { options: facts.options }, ({ options }) => [
      charge("options", outside ? "route53.health-option-outside" : "route53.health-option", options),
    ]),
  ];
}

const FAST_SECONDS = 10;

export const healthCheck = service({
  type: "AWS::Route53::HealthCheck",
  read: (properties) => ({ options: optionsOf(properties) }),
  charges: healthCheckCharges,
});

function optionsOf(properties: Properties): Fact<number> {
  const config = "HealthCheckConfig";
  const kind = properties.text(`${config}.Type`, "HTTP");
  const interval = properties.number(`${config}.RequestInterval`, 30);
  const latency = properties.flag(`${config}.MeasureLatency`, false);
  return mapFact(kind, (type) =>
    mapFact(interval, (seconds) =>
      mapFact(latency, (measured) => {
        const chosen = [
          type.startsWith("HTTPS"),
          type.endsWith("STR_MATCH"),
          seconds <= FAST_SECONDS,
          measured,
        ];
        return chosen.filter(Boolean).length;
      }),
    ),
  );
}

export const resolverEndpoint = service({
  type: "AWS::Route53Resolver::ResolverEndpoint",
  read: (properties) => ({ interfaces: properties.count("IpAddresses") }),
  charges: ({ interfaces }, use) => [
    ...whenKnown("interfaces", { interfaces }, (known) => [
      charge("network interfaces", "route53.resolver-interface", known.interfaces * HOURS_PER_MONTH),
    ]),
    charge("queries", "route53.resolver-query", use("queriesPerMonth")),
  ],
});
