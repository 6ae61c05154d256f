import type { Json, JsonObject } from "../../template/template.ts";
import { block, blocks, documentIn, pascalProperties, present, type Shape, texts } from "./shape.ts";
import { without, withoutEmpty } from "./shapes-data.ts";

/** One rule of CloudFormation's for each source that Terraform lists in one. */
export function rulesOf(rule: JsonObject): JsonObject[] {
  const ports = present({
    IpProtocol: rule["protocol"] ?? rule["ip_protocol"],
    FromPort: rule["from_port"],
    ToPort: rule["to_port"],
    Description: rule["description"],
  });
  const sources = [
    ...sourcesIn(rule["cidr_blocks"] ?? rule["cidr_ipv4"], "CidrIp"),
    ...sourcesIn(rule["ipv6_cidr_blocks"] ?? rule["cidr_ipv6"], "CidrIpv6"),
    ...sourcesIn(rule["prefix_list_ids"] ?? rule["prefix_list_id"], "SourcePrefixListId"),
    ...sourcesIn(rule["security_groups"], "SourceSecurityGroupId"),
    ...sourcesIn(rule["source_security_group_id"], "SourceSecurityGroupId"),
    ...sourcesIn(rule["referenced_security_group_id"], "SourceSecurityGroupId"),
    ...(rule["self"] === true ? [{ SourceSecurityGroupId: "self" }] : []),
  ];
  return sources.map((source) => ({ ...ports, ...source }));
}

function sourcesIn(value: Json | undefined, name: string): JsonObject[] {
  if (value === undefined || value === null || value === "") return [];
  return (Array.isArray(value) ? (value as readonly Json[]) : [value]).map((one) => ({ [name]: one }));
}

const GROUP: Shape = {
  finish: (properties, attributes) => ({
    ...without(properties, ["Ingress", "Egress"]),
    ...listedRules(attributes["ingress"], "SecurityGroupIngress"),
    ...listedRules(attributes["egress"], "SecurityGroupEgress"),
  }),
};

/** What only the deployment knows stays unknown, and is not read as no rule at all. */
function listedRules(value: Json | undefined, name: string): JsonObject {
  if (value === undefined || value === null) return {};
  return { [name]: Array.isArray(value) ? blocks(value).flatMap(rulesOf) : value };
}

/** A rule of its own; its several sources stand in `Rules`, and the first of them beside the ports. */
const RULE: Shape = {
  finish: (_properties, attributes) => {
    const rules = rulesOf(attributes);
    return present({
      ...(rules[0] ?? pascalProperties(attributes, { names: { protocol: "IpProtocol" } })),
      GroupId: attributes["security_group_id"],
      Direction: attributes["type"],
      Rules: rules.length > 1 ? rules : undefined,
    });
  },
};

const BALANCER: Shape = {
  names: { load_balancer_type: "Type", subnet_mapping: "SubnetMappings" },
  finish: (properties, attributes) => {
    const { internal } = attributes;
    const logs = block(attributes["access_logs"]);
    const mappings = blocks(attributes["subnet_mapping"]).filter(
      (one) => (one["allocation_id"] ?? "") !== "",
    );
    return {
      ...without(withoutEmpty(properties), ["SubnetMappings"]),
      ...(typeof internal === "boolean" ? { Scheme: internal ? "internal" : "internet-facing" } : {}),
      ...(mappings.length > 0 ? { SubnetMappings: mappings.map((one) => pascalProperties(one, {})) } : {}),
      LoadBalancerAttributes: [
        { Key: "access_logs.s3.enabled", Value: String(logs?.["enabled"] ?? false) },
        {
          Key: "deletion_protection.enabled",
          Value: String(attributes["enable_deletion_protection"] ?? false),
        },
      ],
    };
  },
};

const LISTENER: Shape = {
  names: { default_action: "DefaultActions", ssl_policy: "SslPolicy" },
  finish: (properties, attributes) => ({
    ...properties,
    ...present({
      Certificates: attributes["certificate_arn"]
        ? [{ CertificateArn: attributes["certificate_arn"] }]
        : undefined,
    }),
  }),
};

const DISTRIBUTION: Shape = {
  finish: (properties, attributes) => ({
    DistributionConfig: {
      ...withoutEmpty(
        pascalProperties(attributes, {
          names: {
            web_acl_id: "WebACLId",
            logging_config: "Logging",
            origin: "Origins",
            ordered_cache_behavior: "CacheBehaviors",
            lambda_function_association: "LambdaFunctionAssociations",
            function_association: "FunctionAssociations",
          },
          single: ["default_cache_behavior", "viewer_certificate", "logging_config", "restrictions"],
        }),
      ),
    },
    ...present({ Tags: properties["Tags"] }),
  }),
};

const RECORD: Shape = {
  names: { records: "ResourceRecords", ttl: "TTL" },
  finish: (properties, attributes) => {
    const alias = block(attributes["alias"]);
    return {
      ...without(withoutEmpty(properties), ["Alias"]),
      ...(alias ? { AliasTarget: present({ DNSName: alias["name"], HostedZoneId: alias["zone_id"] }) } : {}),
    };
  },
};

const ZONE: Shape = {
  names: { vpc: "VPCs" },
  finish: (properties) => withoutEmpty(properties),
};

const ROLE: Shape = {
  names: { assume_role_policy: "AssumeRolePolicyDocument" },
  finish: (properties, attributes) => ({
    ...without(properties, ["InlinePolicy"]),
    Policies: blocks(attributes["inline_policy"])
      .filter((one) => one["policy"] !== undefined && one["policy"] !== null)
      .map((one) => ({
        PolicyName: one["name"] ?? "",
        PolicyDocument:
          typeof one["policy"] === "string" ? documentIn(one["policy"]) : (one["policy"] as Json),
      })),
  }),
};

const POLICY: Shape = { names: { policy: "PolicyDocument" } };

const HEALTH: Shape = {
  finish: (_properties, attributes) => ({
    HealthCheckConfig: present({
      Type: attributes["type"],
      RequestInterval: attributes["request_interval"],
      MeasureLatency: attributes["measure_latency"],
    }),
  }),
};

const ACL_ENTRY: Shape = {
  finish: (properties, attributes) => ({
    ...properties,
    RuleAction: attributes["rule_action"] ?? null,
    Ipv6CidrBlock: attributes["ipv6_cidr_block"] ?? null,
  }),
};

/** Networks, names, certificates and who may do what. */
export const networkShapes: Readonly<Record<string, Shape>> = {
  aws_security_group: GROUP,
  aws_default_security_group: GROUP,
  aws_security_group_rule: RULE,
  aws_vpc_security_group_ingress_rule: RULE,
  aws_vpc_security_group_egress_rule: RULE,
  aws_network_acl_rule: ACL_ENTRY,
  aws_lb: BALANCER,
  aws_alb: BALANCER,
  aws_lb_listener: LISTENER,
  aws_alb_listener: LISTENER,
  aws_cloudfront_distribution: DISTRIBUTION,
  aws_route53_record: RECORD,
  aws_route53_zone: ZONE,
  aws_route53_health_check: HEALTH,
  aws_route53_resolver_endpoint: { names: { ip_address: "IpAddresses" } },
  aws_iam_role: ROLE,
  aws_iam_policy: POLICY,
  aws_iam_role_policy: POLICY,
  aws_iam_user_policy: POLICY,
  aws_iam_group_policy: POLICY,
  aws_vpc_endpoint: {
    names: { policy: "PolicyDocument" },
    finish: (properties) =>
      isEmptyList(properties["SubnetIds"]) ? without(properties, ["SubnetIds"]) : properties,
  },
  aws_api_gateway_method: { names: { authorization: "AuthorizationType" } },
  aws_api_gateway_rest_api: POLICY,
  aws_api_gateway_stage: {
    names: { xray_tracing_enabled: "TracingEnabled", access_log_settings: "AccessLogSetting" },
    single: ["access_log_settings"],
  },
  aws_apigatewayv2_stage: { single: ["access_log_settings", "default_route_settings"] },
  aws_acm_certificate: {
    finish: (properties, attributes) => ({
      ...without(properties, ["CertificateAuthorityArn"]),
      ...present({ CertificateAuthorityArn: attributes["certificate_authority_arn"] }),
    }),
  },
  aws_wafv2_web_acl: {
    names: { rule: "Rules" },
    single: ["default_action", "statement", "override_action", "action"],
  },
};

function isEmptyList(value: Json | undefined): boolean {
  return value !== undefined && texts(value).length === 0 && Array.isArray(value);
}
