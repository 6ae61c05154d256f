import { Validations } from "aws-cdk-lib/core";
import type { IConstruct } from "constructs";

/** Says of rules of cdk-nag, by their number, why a construct may do otherwise. */
export function acknowledge(scope: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [rule, reason] of Object.entries(reasons))
    Validations.of(scope).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });
}

/** The same of resources with a wildcard in what a role may do: each by itself, as it stands in the policy. */
export function acknowledgeWildcards(scope: IConstruct, reasons: Readonly<Record<string, string>>): void {
  const findings = Object.entries(reasons).map(([resource, reason]) => [
    `IAM5[Resource::${resource}]`,
    reason,
  ]);
  acknowledge(scope, Object.fromEntries(findings) as Record<string, string>);
}

/** Zones are named where a template must be made without asking the account. */
export function acknowledgeZones(vpc: IConstruct): void {
  const reason = "A template is made without credentials: which zones there are cannot be asked";
  Validations.of(vpc).acknowledge({ id: "CloudFormation-Validate::W3010", reason });
}
