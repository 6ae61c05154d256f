import type { ChangedResource } from "../change/infrastructure-change.ts";
import { isForeign } from "../change/stateful.ts";
import { isKnownType } from "./known-types.ts";
import { type RiskRule, reason } from "./subject.ts";

/** By what becomes of the data; replacing leaves whoever uses it with something empty, whatever is kept aside. */
const POINTS = {
  remove: { delete: 55, snapshot: 45, retain: 15 },
  replace: { delete: 55, snapshot: 45, retain: 45 },
} as const;

/** What holds little that could not be had again: a parameter's value stands in the template, a machine's in its image. */
const LIGHTER: Readonly<Record<string, number>> = {
  "AWS::SSM::Parameter": 25,
  "AWS::Transfer::Server": 35,
};

const MACHINE = /^AWS::EC2::Instance$|^(?!aws_).*_(instance|virtual_machine|server|droplet)$/;
const DATABASE = /sql|database|db_|cache|redis/;
/** What gives a machine a new image and nothing else. */
const IMAGE =
  /^(Properties\.)?(ami|ImageId|image|boot_disk|user_data|UserData|user_data_base64|source_image_id|custom_data)$/;

/** Points that losing this weighs at most. */
function lighter({ type, action, changed }: ChangedResource): number {
  if (!MACHINE.test(type) || DATABASE.test(type)) return LIGHTER[type] ?? 100;
  const causes = changed.filter(({ requiresRecreation }) => requiresRecreation !== "never");
  const isBump = action === "replace" && causes.length > 0 && causes.every(({ path }) => IMAGE.test(path));
  return isBump ? 20 : 45;
}

/** Data that goes away with its resource, softened by a deletion policy that keeps it. */
export const stateLost: RiskRule = ({ change }) =>
  change.changes.flatMap((one) => {
    const { address, action, holdsState, fate = "delete" } = one;
    if (!holdsState || (action !== "remove" && action !== "replace")) return [];
    const points = Math.min(POINTS[action][fate], lighter(one));
    const verb = action === "remove" ? "removed" : "replaced by an empty one";
    const why = `${nameOf(one)} holds data and would be ${verb}; its policy is to ${fate} it`;
    return [reason("state-lost", address, why, points)];
  });

function nameOf({ type, sourceType }: ChangedResource): string {
  return sourceType ?? type;
}

/** Types that hold nothing themselves, and on which others stand. */
const CARRYING: Readonly<Record<string, number>> = {
  "AWS::CloudFormation::Stack": 45,
  "AWS::CloudFormation::StackSet": 45,
  "AWS::EC2::VPC": 45,
  "AWS::EC2::Subnet": 24,
  "AWS::EC2::NatGateway": 24,
  "AWS::EC2::InternetGateway": 45,
  "AWS::EC2::EIP": 20,
  "AWS::EC2::TransitGateway": 45,
  "AWS::EC2::VPNConnection": 45,
  "AWS::ElasticBeanstalk::Environment": 35,
  "AWS::ElasticLoadBalancingV2::LoadBalancer": 35,
  "AWS::ElasticLoadBalancing::LoadBalancer": 35,
  "AWS::ApiGateway::RestApi": 35,
  "AWS::ApiGatewayV2::Api": 35,
  "AWS::RDS::DBInstance": 24,
  "AWS::ECS::Cluster": 24,
  "AWS::ECS::Service": 20,
  "AWS::AutoScaling::AutoScalingGroup": 15,
  "AWS::EKS::Nodegroup": 10,
  "AWS::IAM::User": 15,
  "AWS::IAM::Role": 10,
  "AWS::Budgets::Budget": 20,
  "AWS::Organizations::Account": 60,
  "AWS::Organizations::Organization": 60,
  "AWS::Organizations::OrganizationalUnit": 35,
};

/** The way out of a network, or into all others. */
function isDefaultRoute({ type, before }: ChangedResource): boolean {
  const target = before?.["DestinationCidrBlock"] ?? before?.["DestinationIpv6CidrBlock"];
  return type === "AWS::EC2::Route" && (target === "0.0.0.0/0" || target === "::/0");
}

/** What goes away or is made anew without holding anything. */
export const stateless: RiskRule = ({ change }) =>
  change.changes.flatMap((one) => {
    const { address, type, action, holdsState } = one;
    if (holdsState || (action !== "remove" && action !== "replace")) return [];
    const carried = action === "remove" && isDefaultRoute(one) ? 45 : CARRYING[type];
    if (action === "remove" && carried === undefined) return [];
    const verb = action === "remove" ? "removed" : "replaced and briefly be two";
    return [reason("replaced", address, `${nameOf(one)} would be ${verb}`, carried ?? 5)];
  });

/** Types of which nobody here knows what they are: what they do is weighed as if it mattered. */
export const unknownTypes: RiskRule = ({ change }) =>
  change.changes.flatMap((one) => {
    const { address, type, action, holdsState } = one;
    if (isKnownType(type) || holdsState) return [];
    if (action === "move" || action === "read") return [];
    const removing = isForeign(type) ? 15 : 24;
    const points = { add: 3, modify: 5, replace: removing, remove: removing }[action];
    return [reason("unknown-type", address, `nobody here knows what ${nameOf(one)} does`, points)];
  });

/** Retiring one service takes fewer. */
const SWEEPING = 20;

/** A large part of everything going away at once is no tidying up. */
export const sweeping: RiskRule = ({ change }) => {
  const gone = change.changes.filter(
    ({ action, holdsState }) => action === "remove" || (action === "replace" && holdsState),
  ).length;
  const had = Object.keys(change.before?.Resources ?? {}).length;
  if (gone < SWEEPING || gone < had / 2) return [];
  const points = gone >= 2 * SWEEPING ? 45 : 30;
  return [reason("sweeping", "*", `${gone} resources would be gone at once, most of what there is`, points)];
};

const SCALE = [
  { over: 100, points: 20 },
  { over: 50, points: 10 },
  { over: 25, points: 5 },
] as const;

export const scale: RiskRule = ({ change }) => {
  const count = change.changes.filter(({ action }) => action !== "read" && action !== "move").length;
  const step = SCALE.find(({ over }) => count > over);
  return step ? [reason("scale", "*", `${count} resources change at once`, step.points)] : [];
};
