import { runSimulation } from "@cloud-copilot/iam-simulate";
import type { Resource, Template } from "./app.ts";

export interface Document {
  readonly Version: "2012-10-17";
  readonly Statement: readonly object[];
}

/** A role with everything that says what it may do. */
export interface DeployedRole {
  readonly arn: string;
  readonly policies: readonly Document[];
  readonly boundary?: Document | undefined;
  readonly trust: Document;
}

export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
  readonly sessionPolicy?: object;
}

/** Texts that only a deployment knows, as they would be in this account. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** The roles of a template by their names, with the policies that are attached to them in it. */
export function rolesOf(template: Template, place: Place): ReadonlyMap<string, DeployedRole> {
  const entries = Object.entries(template.Resources);
  const document = (value: unknown) => resolved(value, template, place) as Document;
  const boundaryOf = ({ Properties }: Resource): Document | undefined => {
    const boundary = (Properties?.["PermissionsBoundary"] as { Ref?: string } | undefined)?.Ref;
    if (boundary === undefined) return undefined;
    return document(template.Resources[boundary]?.Properties?.["PolicyDocument"]);
  };
  const roles = entries.filter(([, { Type }]) => Type === "AWS::IAM::Role");
  return new Map(
    roles.map(([logicalId, role]) => {
      const name = String(role.Properties?.["RoleName"]);
      const attached = entries.filter(
        ([, { Type, Properties }]) =>
          (Type === "AWS::IAM::Policy" || Type === "AWS::IAM::ManagedPolicy") &&
          JSON.stringify(Properties?.["Roles"] ?? []).includes(`{"Ref":"${logicalId}"}`),
      );
      return [
        name,
        {
          arn: `arn:aws:iam::${place.account}:role/${name}`,
          policies: attached.map(([, { Properties }]) => document(Properties?.["PolicyDocument"])),
          boundary: boundaryOf(role),
          trust: document(role.Properties?.["AssumeRolePolicyDocument"]),
        },
      ] as const;
    }),
  );
}

/** What CloudFormation puts in the place of its functions, as far as our policies use them. */
function resolved(value: unknown, template: Template, place: Place): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, template, place));
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = []] = Object.entries(value);
  if (name === "Ref") return referenced(String(argument), template, place);
  if (name === "Fn::GetAtt") return arnOf((argument as string[])[0] ?? "", template, place);
  if (name === "Fn::Join") {
    const [delimiter, parts] = argument as [string, unknown[]];
    return parts.map((part) => resolved(part, template, place)).join(delimiter);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, resolved(inner, template, place)]),
  );
}

function referenced(name: string, template: Template, { account, region }: Place): string {
  if (name === "AWS::Partition") return "aws";
  if (name === "AWS::AccountId") return account;
  if (name === "AWS::Region") return region;
  if (template.Parameters?.[name]) return `arn:aws:given:${region}:${account}:${name}`;
  if (template.Resources[name]?.Type === "AWS::ApiGatewayV2::Api") return `ref-of-${name}`;
  return arnOf(name, template, { account, region });
}

function arnOf(logicalId: string, { Resources }: Template, { account, region }: Place): string {
  const { Type = "", Properties = {} } = Resources[logicalId] ?? {};
  switch (Type) {
    case "AWS::Lambda::Function":
      return `arn:aws:lambda:${region}:${account}:function:${Properties["FunctionName"]}`;
    case "AWS::Logs::LogGroup":
      return `arn:aws:logs:${region}:${account}:log-group:${Properties["LogGroupName"]}:*`;
    case "AWS::IAM::Role":
      return `arn:aws:iam::${account}:role/${Properties["RoleName"]}`;
    default:
      return `arn:aws:unknown:${region}:${account}:${logicalId}`;
  }
}

/** Every key's policy leaves the rest to the account's own IAM; without one IAM's word counts for nothing. */
function keyPolicy(accountId: string): Document {
  const Principal = { AWS: `arn:aws:iam::${accountId}:root` };
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: "kms:*", Resource: "*" }],
  };
}

/** Whether IAM lets a role do something. @throws when the request itself makes no sense to IAM */
export async function may(role: DeployedRole, request: Request): Promise<boolean> {
  const [, , , , accountId = ""] = role.arn.split(":");
  const outcome = await runSimulation(
    {
      request: {
        principal: role.arn,
        action: request.action,
        resource: { resource: request.resource, accountId },
        contextVariables: { "aws:PrincipalArn": role.arn, ...request.context },
      },
      identityPolicies: role.policies.map((policy, at) => ({ name: `policy-${at}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(role.boundary && { permissionBoundaryPolicies: [{ name: "boundary", policy: role.boundary }] }),
      ...(request.sessionPolicy !== undefined && { sessionPolicy: request.sessionPolicy }),
      ...(request.action.startsWith("kms:") && { resourcePolicy: keyPolicy(accountId) }),
    },
    {},
  );
  if (outcome.resultType === "error")
    throw new Error(`${request.action} on ${request.resource}: ${JSON.stringify(outcome.errors)}`);
  return outcome.overallResult === "Allowed";
}
