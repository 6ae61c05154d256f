import { type Charge, charge, free, HOURS_PER_MONTH, unpriced, whenKnown } from "../charge.ts";
import { type Fact, isKnown, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";

/** https://aws.amazon.com/certificate-manager/pricing: public certificates are free unless they can be exported. */
export const certificate = service({
  type: "AWS::CertificateManager::Certificate",
  read: (properties) => ({
    paid:
      properties.has("CertificateAuthorityArn") ||
      mapFact(properties.text("CertificateExport", "DISABLED"), (exported) => exported === "ENABLED"),
  }),
  charges: ({ paid }) =>
    whenKnown("certificate", { paid }, (known) => [
      known.paid
        ? unpriced("certificate: the price sheet has no price of exported or privately issued ones")
        : free("public certificates used with AWS services are free"),
    ]),
});

/** https://aws.amazon.com/private-ca/pricing: by authority and by certificate. */
export const certificateAuthority = service({
  type: "AWS::ACMPCA::CertificateAuthority",
  read: (properties) => ({
    shortLived: mapFact(
      properties.text("UsageMode", "GENERAL_PURPOSE"),
      (mode) => mode === "SHORT_LIVED_CERTIFICATE",
    ),
  }),
  charges: ({ shortLived }, use) =>
    whenKnown("authority", { shortLived }, (known) => [
      charge("authority", known.shortLived ? "acm.short-lived-authority" : "acm.authority", 1),
      charge(
        "certificates issued",
        known.shortLived ? "acm.short-lived-issued" : "acm.issued",
        use("certificatesPerMonth"),
      ),
    ]),
});

export interface WebAclFacts {
  readonly rules: Fact<number>;
  /** A managed rule group with a price of its own: bot control, fraud control, a marketplace vendor's. */
  readonly paidGroup: Fact<boolean>;
}

/** https://aws.amazon.com/waf/pricing: by list, by rule in it, and by request, up to 1,500 capacity units. */
export function webAclCharges(
  { rules, paidGroup }: WebAclFacts,
  use: Use<"AWS::WAFv2::WebACL">,
): readonly Charge[] {
  return [
    charge("web access control list", "waf.acl", 1),
    ...whenKnown("rules", { rules }, (known) => [charge("rules", "waf.rule", known.rules)]),
    charge("requests", "waf.request", use("requestsPerMonth")),
    ...whenKnown("managed rule groups", { paidGroup }, (known) =>
      known.paidGroup ? [unpriced("managed rule groups: one of them has a price of its own")] : [],
    ),
  ];
}

const PAID_GROUP = /BotControl|ATPRuleSet|ACFPRuleSet|AntiDDoS/;

function hasPaidGroup(properties: Properties): Fact<boolean> {
  return mapFact(properties.children("Rules"), (rules) =>
    rules.some((rule) => {
      const group = "Statement.ManagedRuleGroupStatement";
      if (!rule.has(group)) return false;
      const name = rule.text(`${group}.Name`);
      return rule.text(`${group}.VendorName`) !== "AWS" || !isKnown(name) || PAID_GROUP.test(name);
    }),
  );
}

export const webAcl = service({
  type: "AWS::WAFv2::WebACL",
  read: (properties) => ({ rules: properties.count("Rules", 0), paidGroup: hasPaidGroup(properties) }),
  charges: webAclCharges,
});

/** https://aws.amazon.com/rds/proxy/pricing: by vCPU of the database behind it, two at least. */
export const databaseProxy = service({
  type: "AWS::RDS::DBProxy",
  read: () => ({}),
  charges: (_facts, use) => [
    charge("proxy", "rds.proxy", Math.max(LEAST_PROXY_VCPUS, use("databaseVcpus")) * HOURS_PER_MONTH),
  ],
});

const LEAST_PROXY_VCPUS = 2;
