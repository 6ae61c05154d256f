import type { RiskReason } from "../artifacts/validation-report.ts";
import type { ChangedResource } from "../change/infrastructure-change.ts";
import type { Json } from "../template/template.ts";
import { at, type RiskRule, reason } from "./subject.ts";

const RULE = "repointed";

interface Pointer {
  readonly types: RegExp;
  /** Properties that say where clients go. */
  readonly paths: readonly string[];
  readonly what: string;
}

/** What decides where clients go, whom they trust on the way, and what answers them. */
const POINTERS: readonly Pointer[] = [
  {
    types: /^AWS::Route53::RecordSet(Group)?$/,
    paths: ["ResourceRecords", "AliasTarget.DNSName", "RecordSets", "Name", "Type"],
    what: "a name",
  },
  {
    types: /^AWS::CloudFront::Distribution$/,
    paths: ["DistributionConfig.Origins", "DistributionConfig.Aliases"],
    what: "a distribution",
  },
  {
    types: /^AWS::CloudFront::Distribution$/,
    paths: [
      "DistributionConfig.ViewerCertificate.AcmCertificateArn",
      "DistributionConfig.ViewerCertificate.IamCertificateId",
    ],
    what: "a certificate",
  },
  {
    types: /^AWS::ElasticLoadBalancingV2::Listener$/,
    paths: ["Certificates"],
    what: "a certificate",
  },
  {
    types: /^AWS::CertificateManager::Certificate$/,
    paths: ["DomainName", "SubjectAlternativeNames"],
    what: "a certificate",
  },
  {
    types: /^AWS::ApiGateway(V2)?::(DomainName|BasePathMapping|ApiMapping)$/,
    paths: [
      "CertificateArn",
      "RegionalCertificateArn",
      "RestApiId",
      "ApiId",
      "DomainNameConfigurations",
      "DomainName",
    ],
    what: "a name",
  },
  {
    types: /^AWS::GlobalAccelerator::EndpointGroup$/,
    paths: ["EndpointConfigurations", "EndpointConfiguration"],
    what: "an accelerator",
  },
  { types: /^AWS::Route53Domains::/, paths: ["NameServer", "NameServers"], what: "a domain" },
  {
    types: /^AWS::Route53Resolver::ResolverRule$/,
    paths: ["TargetIp", "TargetIps", "DomainName"],
    what: "a name",
  },
  {
    types:
      /^(google_dns_record_set|cloudflare_(dns_)?record|azurerm_dns_.*_record|dns_.*_record(_set)?|digitalocean_record)$/,
    paths: ["Rrdatas", "Content", "Value", "Records", "Addresses", "Name", "Type", "TargetResourceId"],
    what: "a name",
  },
];

const REMOVABLE =
  /^(AWS::(Route53::RecordSet|Route53::RecordSetGroup|CloudFront::Distribution|CertificateManager::Certificate|GlobalAccelerator::Accelerator|ApiGateway::DomainName|ApiGatewayV2::DomainName)|google_dns_record_set|cloudflare_(dns_)?record|azurerm_dns_.*_record)$/;

/** Where clients go, whom they trust. */
export const repointed: RiskRule = ({ change }) => change.changes.flatMap(reasonsOf);

function reasonsOf(one: ChangedResource): RiskReason[] {
  const { address, type, action } = one;
  if (action === "move" || action === "read") return [];
  const pointers = POINTERS.filter(({ types }) => types.test(type));
  if (action === "add")
    return pointers.length > 0 ? [reason(RULE, address, "clients may be sent to it", 8)] : [];
  if (action === "remove")
    return REMOVABLE.test(type)
      ? [reason(RULE, address, "clients would no longer find it", isProof(one) ? 5 : 45)]
      : [];
  return pointers.flatMap((pointer) => altering(one, pointer)).slice(0, 1);
}

function altering(one: ChangedResource, { paths, what }: Pointer): RiskReason[] {
  const { address, before, after, changed, action } = one;
  if (isProof(one)) return [];
  if (before === undefined || after === undefined) return byName(one, paths, what);
  const differing = paths.filter((path) => !isSame(at(before, path), at(after, path)));
  const moved = differing.filter((path) => !isAdded(at(before, path), at(after, path)));
  if (differing.length > 0 && moved.length === 0)
    return [reason(RULE, address, `${what} would lead to more places as well`, 10)];
  if (moved.length === 0) {
    const replaces = action === "replace" && REMOVABLE.test(one.type);
    const points = one.type.startsWith("AWS::CertificateManager::") ? 24 : 45;
    return replaces ? [reason(RULE, address, `${what} would be taken away and made anew`, points)] : [];
  }
  // Texts tell something about a name, and lead nobody anywhere.
  const points = at(after, "Type") === "TXT" && at(before, "Type") === "TXT" ? 20 : 45;
  return changed.length === 0 ? [] : [reason(RULE, address, `${what} would lead elsewhere`, points)];
}

/** Without values, the names of what changes have to do. */
function byName(one: ChangedResource, paths: readonly string[], what: string): RiskReason[] {
  const names = new Set(paths.map((path) => path.split(".")[0]));
  const touches = one.changed.filter(({ path }) =>
    names.has(path.replace(/^Properties\./, "").split(".")[0] ?? ""),
  );
  if (touches.length > 0 && !one.type.endsWith("Distribution"))
    return [reason(RULE, one.address, `${what} would lead elsewhere`, 45)];
  if (one.changed.length > 0 && touches.length === 0) return [];
  return [reason(RULE, one.address, `${what} may lead elsewhere`, 24)];
}

/** Records that prove the possession of a domain lead nobody anywhere. */
function isProof({ before, after, address }: ChangedResource): boolean {
  const name = String(at(after ?? before, "Name") ?? "");
  const values = JSON.stringify(at(after ?? before, "ResourceRecords") ?? "");
  return (
    /acm-validations\.aws/.test(values) || /(^|\.)_[0-9a-f]{32}\./.test(name) || /validation/i.test(address)
  );
}

/** Everything that was there still is, and more. */
function isAdded(before: Json | undefined, after: Json | undefined): boolean {
  if (!Array.isArray(before) || !Array.isArray(after) || before.length === 0) return false;
  const is = new Set((after as readonly Json[]).map(normal));
  return (before as readonly Json[]).every((item) => is.has(normal(item)));
}

/** The same in another order, or in other letters and with or without the last dot, is the same. */
function isSame(one: Json | undefined, other: Json | undefined): boolean {
  return normal(one) === normal(other);
}

function normal(value: Json | undefined): string {
  if (Array.isArray(value)) return (value as readonly Json[]).map(normal).sort().join("\n");
  if (typeof value === "string") return value.toLowerCase().replace(/\.$/, "");
  return JSON.stringify(value ?? null);
}
