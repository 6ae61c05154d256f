import type { RiskReason } from "../artifacts/validation-report.ts";
import type { ChangedResource, InfrastructureChange } from "../change/infrastructure-change.ts";
import { publicDatabases } from "../policy/public-databases.ts";
import { documentAdmitsEverybody } from "../policy/resource-policy.ts";
import { isObject, type JsonObject } from "../template/template.ts";
import { isEverybody, newlyOpen, type Opening, openingsOf, opensToUnknown } from "./openings.ts";
import { POLICY_PROPERTIES } from "./resource-policies.ts";
import { at, flagOf, type RiskRule, reason, touched } from "./subject.ts";
import { SWITCHES } from "./switches.ts";

const RULE = "exposure";

/** What becomes reachable from outside, and was not before. */
export const exposure: RiskRule = ({ change }) => [
  ...databases(change),
  ...touched(change).flatMap((one) => [
    ...openPorts(one),
    ...policies(one),
    ...switches(one),
    ...publicAccess(one),
    ...callers(one),
  ]),
  ...openAcls(change),
  ...blocksRemoved(change),
];

function databases({ before, after, parameters, changes }: InfrastructureChange): RiskReason[] {
  const changed = new Map(changes.map((one) => [one.address, one]));
  const found = publicDatabases(after, parameters).filter(({ logicalId }) => changed.has(logicalId));
  if (found.length === 0) return [];
  const were = new Set(
    before ? publicDatabases(before, parameters).map(({ logicalId, how }) => `${logicalId} ${how}`) : [],
  );
  return found
    .filter(({ logicalId, how }) => !were.has(`${logicalId} ${how}`))
    .filter(({ logicalId, how }) => !how.startsWith("it admits") || isKnownOpen(changed.get(logicalId)))
    .map(({ logicalId, how }) => reason(RULE, logicalId, how, how.includes("may") ? 24 : 60));
}

/** A law takes a source that only the deployment knows for everybody; here it is weighed as what it is. */
function isKnownOpen(change: ChangedResource | undefined): boolean {
  return change !== undefined && isEverybody(openingsOf(change.type, change.after));
}

/** What the web is meant to reach. */
const WEB = new Set([80, 443]);

/** Ports of administration, of databases and of inner services that nobody outside should reach. */
const SENSITIVE = [
  20, 21, 22, 23, 25, 110, 111, 135, 137, 138, 139, 143, 161, 389, 445, 512, 513, 514, 636, 873, 1433, 1434,
  1521, 2049, 2181, 2375, 2376, 2379, 2380, 2483, 2484, 3268, 3306, 3389, 4333, 4505, 4506, 5432, 5439, 5500,
  5601, 5672, 5900, 5984, 5985, 5986, 6379, 6380, 6443, 7000, 7001, 7199, 7474, 7687, 8020, 8086, 8088, 8123,
  8200, 8500, 8888, 9000, 9042, 9090, 9092, 9160, 9200, 9300, 10250, 10255, 11211, 15672, 27017, 27018, 27019,
  50070,
];

/** More ports at once than any one service listens on. */
const MANY_PORTS = 100;

function openPorts({ address, type, before, after }: ChangedResource): RiskReason[] {
  const opened = newlyOpen(openingsOf(type, before), openingsOf(type, after));
  const reasons = opened.map((one) => {
    const ports = one.from === one.to ? `port ${one.from}` : `ports ${one.from} to ${one.to}`;
    const what = one.portless ? "ICMP" : ports;
    return reason(RULE, address, `everybody on the internet would reach ${what}`, pointsOf(one));
  });
  if (reasons.length > 0 || !opensToUnknown(type, after) || opensToUnknown(type, before)) return reasons;
  return [reason(RULE, address, "whom it lets in is known only when it is deployed", 10)];
}

function pointsOf({ from, to, portless }: Opening): number {
  if (portless) return 5;
  if (WEB.has(from) && from === to) return 10;
  const isSensitive = to - from > MANY_PORTS || SENSITIVE.some((port) => from <= port && port <= to);
  return isSensitive ? 60 : 24;
}

/** Resource policies that let everybody in; those of IAM itself are weighed as privilege. */
function policies({ address, type, before, after }: ChangedResource): RiskReason[] {
  if (type.startsWith("AWS::IAM::") || type.startsWith("AWS::EC2::VPCEndpoint")) return [];
  const opened = POLICY_PROPERTIES.some(
    (name) =>
      documentAdmitsEverybody(at(after, name)) &&
      !(before !== undefined && documentAdmitsEverybody(at(before, name))),
  );
  return opened ? [reason(RULE, address, "its policy would let everybody in", 60)] : [];
}

function switches({ address, type, action, before, after }: ChangedResource): RiskReason[] {
  return SWITCHES.filter(({ types }) => types.test(type)).flatMap(({ path, open, why, added, turned }) => {
    if (after === undefined || !open(at(after, path))) return [];
    if (action === "add" || before === undefined) return [reason(RULE, address, why, added)];
    return open(at(before, path)) ? [] : [reason(RULE, address, why, turned)];
  });
}

const BLOCKS = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] as const;
const BLOCKING = /^AWS::S3::(Bucket|AccessPoint|BucketPublicAccessBlock|AccountPublicAccessBlock)$/;

/** What keeps a bucket private, wherever it is written; nothing said is what S3 does since April 2023: all on. */
function blockOf(type: string, properties: JsonObject | undefined): JsonObject | undefined {
  const inner = type.endsWith("PublicAccessBlock")
    ? properties
    : at(properties, "PublicAccessBlockConfiguration");
  return isObject(inner ?? null) ? (inner as JsonObject) : undefined;
}

function publicAccess({ address, type, before, after }: ChangedResource): RiskReason[] {
  if (!BLOCKING.test(type)) return [];
  const [was, is] = [blockOf(type, before), blockOf(type, after)];
  const off = BLOCKS.filter((name) => flagOf(is?.[name]) === false && flagOf(was?.[name]) !== false);
  if (off.length > 0)
    return [reason(RULE, address, `public access to it is no longer blocked (${off.join(", ")})`, 50)];
  if (was !== undefined && is === undefined && after !== undefined)
    return [reason(RULE, address, "nothing says any more that public access to it is blocked", 50)];
  return [];
}

function blocksRemoved({ changes }: InfrastructureChange): RiskReason[] {
  const gone = new Set(changes.filter(({ action }) => action === "remove").map(({ address }) => address));
  const bucketsGone = changes.some(({ type, action }) => type === "AWS::S3::Bucket" && action === "remove");
  return changes
    .filter(
      ({ type, address }) => /^AWS::S3::(Bucket|Account)PublicAccessBlock$/.test(type) && gone.has(address),
    )
    .map(({ address }) =>
      reason(RULE, address, "what blocks public access to a bucket would be removed", bucketsGone ? 10 : 50),
    );
}

/** Whatever a network's list lets in from everywhere, when the list was there before: a new network begins with one. */
function openAcls({ changes }: InfrastructureChange): RiskReason[] {
  const isNew = changes.some(({ type, action }) => type === "AWS::EC2::NetworkAcl" && action === "add");
  if (isNew) return [];
  return changes.flatMap(({ address, type, action, after }) => {
    if (type !== "AWS::EC2::NetworkAclEntry" || (action !== "add" && action !== "modify")) return [];
    const isIn = flagOf(after?.["Egress"]) !== true;
    const allows = String(after?.["RuleAction"] ?? "").toLowerCase() === "allow";
    const everything = ["-1", "all"].includes(String(after?.["Protocol"]).toLowerCase());
    const everybody = after?.["CidrBlock"] === "0.0.0.0/0" || after?.["Ipv6CidrBlock"] === "::/0";
    if (!isIn || !allows || !everything || !everybody) return [];
    return [reason(RULE, address, "the network would let in everything from everywhere", 45)];
  });
}

const CALLABLE = /^AWS::(Lambda::(Layer)?(Version)?Permission|Events::EventBusPolicy)$/;

/** A permission for everybody to call a function. */
function callers({ address, type, before, after }: ChangedResource): RiskReason[] {
  if (!CALLABLE.test(type) || !isForEverybody(after) || isForEverybody(before)) return [];
  return [reason(RULE, address, "everybody could call or use it", 50)];
}

function isForEverybody(permission: JsonObject | undefined): boolean {
  if (permission?.["Principal"] !== "*") return false;
  return [
    "SourceArn",
    "SourceAccount",
    "PrincipalOrgID",
    "PrincipalOrgId",
    "OrganizationId",
    "Condition",
  ].every((name) => permission[name] === undefined);
}
