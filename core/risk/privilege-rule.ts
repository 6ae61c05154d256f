import type { RiskReason } from "../artifacts/validation-report.ts";
import type { ChangedResource, InfrastructureChange } from "../change/infrastructure-change.ts";
import { managedStatements } from "../iam/managed-policies.ts";
import { type Held, newPowers } from "../iam/powers.ts";
import { type Statement, statementsOf, textsIn } from "../iam/statements.ts";
import { isObject, type Json, type JsonObject } from "../template/template.ts";
import { breadthOf } from "./privilege.ts";
import { at, type RiskRule, reason, touched } from "./subject.ts";
import { trustReasons } from "./trust.ts";

const RULE = "privilege";

/** Rights: what a role, a user, a policy or a trust may newly do, found by evaluating the statements before and after. */
export const privilege: RiskRule = ({ change }) => [
  ...touched(change).flatMap((one) => rightsOf(one)),
  ...trustReasons(change),
  ...boundaries(change),
  ...foreignRights(change),
];

export const IDENTITY = /^AWS::(IAM|SSO)::/;

function rightsOf(one: ChangedResource): RiskReason[] {
  if (!IDENTITY.test(one.type)) return credentialsOf(one);
  const [was, is] = [identityStatements(one.before), identityStatements(one.after)];
  const news = newPowers(was, is);
  if (news.length > 0) return news.map((held) => powerReason(one.address, held));
  return [...breadthReason(one, was.length > 0), ...credentialsOf(one)];
}

/** Statements that a resource gives to an identity, wherever its properties keep them. */
export function identityStatements(properties: JsonObject | undefined): Statement[] {
  if (!properties) return [];
  const { PolicyDocument, InlinePolicy, Policies, ManagedPolicyArns, PolicyArn, PermissionsBoundary } =
    properties;
  const inline = Array.isArray(Policies) ? (Policies as readonly Json[]) : [];
  const arns = [
    ...textsIn(ManagedPolicyArns),
    ...textsIn(PolicyArn),
    ...textsIn(properties["ManagedPolicyArn"]),
  ];
  const given = [
    ...statementsOf(PolicyDocument),
    ...statementsOf(InlinePolicy),
    ...inline.flatMap((policy) => statementsOf(at(policy, "PolicyDocument"))),
    ...arns.flatMap((arn) => managedStatements(arn) ?? []),
  ];
  // A boundary of AWS's own caps what is given; of another one only its name is known, which is no reason to trust it.
  const cap = typeof PermissionsBoundary === "string" ? managedStatements(PermissionsBoundary) : undefined;
  return cap?.every(({ actions = [] }) => actions.length === 0) ? [] : given;
}

/** Points under a condition: it may or may not narrow what it stands under. */
const CONDITIONED = 0.4;

function powerReason(address: string, { power, answer }: Held): RiskReason {
  const under = answer === "allowed" ? "" : ", under a condition";
  const points = answer === "allowed" ? power.points : Math.round(power.points * CONDITIONED);
  return reason(RULE, address, `it may now ${power.says}${under}`, points);
}

const BREADTH = {
  everything: { points: 70, says: "allows every action on everything" },
  "wildcard-action": { points: 20, says: "allows actions by wildcard" },
  "wildcard-resource": { points: 12, says: "allows writing to any resource" },
  narrow: { points: 3, says: "grants narrow rights" },
} as const;

const ORDER = ["narrow", "wildcard-resource", "wildcard-action", "everything"] as const;

/** How wide it is, where no power stands out; what was as wide before is no news. */
function breadthReason(
  { address, type, action, before, after }: ChangedResource,
  had: boolean,
): RiskReason[] {
  const is = breadthOf(withoutTrust(after));
  const was = before ? breadthOf(withoutTrust(before)) : "narrow";
  const isWider = action === "add" || !had || ORDER.indexOf(is) > ORDER.indexOf(was);
  if (!isWider) return [];
  const { points, says } = BREADTH[is];
  return [reason(RULE, address, `${type} ${says}`, points)];
}

/** Trust is weighed by itself. */
function withoutTrust(properties: JsonObject | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(properties ?? {}).filter(([name]) => name !== "AssumeRolePolicyDocument"),
  );
}

const CREDENTIALS: Readonly<Record<string, { readonly why: string; readonly points: number }>> = {
  "AWS::IAM::LoginProfile": { why: "a user could sign in with a password", points: 24 },
  "AWS::IAM::SAMLProvider": { why: "it decides who is let in from outside", points: 24 },
  "AWS::IAM::OIDCProvider": { why: "it decides who is let in from outside", points: 20 },
};

function credentialsOf({ address, type, action }: ChangedResource): RiskReason[] {
  // To exchange one is good practice, and to take it away better still.
  if (type === "AWS::IAM::AccessKey" && (action === "add" || action === "replace"))
    return [reason(RULE, address, "it is a credential that never ends", action === "add" ? 45 : 20)];
  const found = CREDENTIALS[type];
  return found && action !== "modify" ? [reason(RULE, address, found.why, found.points)] : [];
}

/** A boundary caps whatever else is granted; a policy of the organization does so for whole accounts. */
function boundaries({ changes }: InfrastructureChange): RiskReason[] {
  return changes.flatMap(({ address, type, action, before, after }) => {
    const was = before?.["PermissionsBoundary"];
    if (
      was !== undefined &&
      after !== undefined &&
      JSON.stringify(was) !== JSON.stringify(after["PermissionsBoundary"])
    )
      return [reason(RULE, address, "it would lose or exchange its permission boundary", 60)];
    const caps = /^AWS::Organizations::(Policy|PolicyAttachment)$/.test(type);
    if (!caps || action === "add") return [];
    if (action === "remove")
      return [reason(RULE, address, "a policy of the organization would no longer hold", 50)];
    return [reason(RULE, address, "a policy of the organization would say something else", 30)];
  });
}

const FOREIGN_ADMINISTRATORS =
  /^(.*AmazonEKSClusterAdminPolicy|roles\/(owner|editor|.*\.admin|iam\..*|resourcemanager\..*)|owner|contributor|user access administrator|cluster-admin)$/i;

/** Roles of other providers that rule over everything, by their names. */
function foreignRights(change: InfrastructureChange): RiskReason[] {
  return touched(change).flatMap(({ address, type, after, before }) => {
    if (
      !/^(google_.*_iam_|azurerm_role_assignment|kubernetes_cluster_role_binding|AWS::EKS::Access)/.test(type)
    )
      return [];
    const role = roleIn(after);
    if (role === undefined || !FOREIGN_ADMINISTRATORS.test(role) || roleIn(before) === role) return [];
    return [reason(RULE, address, `it would give ${role}, which rules over everything`, 60)];
  });
}

function roleIn(properties: JsonObject | undefined): string | undefined {
  const role =
    properties?.["PolicyArn"] ??
    properties?.["Role"] ??
    properties?.["RoleDefinitionName"] ??
    at(properties, "RoleRef.Name");
  return typeof role === "string" && !isObject(role) ? role : undefined;
}
