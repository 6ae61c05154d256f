import { type Charge, charge, whenKnown } from "../charge.ts";
import { type Fact, isKnown, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";

export interface DistributionFacts {
  /** A certificate on addresses of one's own, for viewers without SNI. */
  readonly dedicatedIp: Fact<boolean>;
  /** Code that runs at the edge for every request. */
  readonly functions: Fact<boolean>;
}

/** https://aws.amazon.com/cloudfront/pricing, pay as you go; viewers are taken to be on the region's continent. */
export function distributionCharges(
  { dedicatedIp, functions }: DistributionFacts,
  use: Use<"AWS::CloudFront::Distribution">,
): readonly Charge[] {
  return [
    charge("HTTPS requests", "cloudfront.request", use("requestsPerMonth")),
    charge("sent to viewers", "cloudfront.egress", use("egressGb")),
    ...whenKnown("certificate", { dedicatedIp }, (known) =>
      known.dedicatedIp ? [charge("dedicated IP certificate", "cloudfront.dedicated-ip", 1)] : [],
    ),
    ...whenKnown("functions", { functions }, (known) =>
      known.functions
        ? [charge("functions at the edge", "cloudfront.function", use("requestsPerMonth"))]
        : [],
    ),
  ];
}

export const distribution = service({
  type: "AWS::CloudFront::Distribution",
  read: (properties) => ({
    dedicatedIp: mapFact(
      properties.text("DistributionConfig.ViewerCertificate.SslSupportMethod", "sni-only"),
      (method) => method === "vip",
    ),
    functions: hasFunctions(properties),
  }),
  charges: distributionCharges,
});

function hasFunctions(properties: Properties): Fact<boolean> {
  return mapFact(properties.children("DistributionConfig.CacheBehaviors"), (behaviors) => {
    const inDefault = ["FunctionAssociations", "LambdaFunctionAssociations"].map((kind) =>
      properties.count(`DistributionConfig.DefaultCacheBehavior.${kind}`, 0),
    );
    const inOthers = behaviors.flatMap((behavior) => [
      behavior.count("FunctionAssociations", 0),
      behavior.count("LambdaFunctionAssociations", 0),
    ]);
    return [...inDefault, ...inOthers].some((count) => !isKnown(count) || count > 0);
  });
}
