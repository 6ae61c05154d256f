import type { RiskReason } from "../artifacts/validation-report.ts";
import type { ChangedResource, InfrastructureChange } from "../change/infrastructure-change.ts";
import { reductions } from "../policy/reductions.ts";
import { type Json, own } from "../template/template.ts";
import { attributeOf, GUARDIANS, SAFEGUARDS } from "./safeguards.ts";
import {
  type Altered,
  altered,
  at,
  flagOf,
  isLater,
  numberOf,
  type RiskRule,
  reason,
  touched,
} from "./subject.ts";

const RULE = "weakened";

/** What is taken from the safety of something that stays, or from that of everything. */
export const weakened: RiskRule = ({ change }) => [
  ...protections(change),
  ...altered(change).flatMap((one) => [...safeguards(one), ...balancer(one)]),
  ...policiesOfDeletion(change),
  ...guardians(change),
  ...expiries(change),
  ...unprotected(change),
];

/** Encryption and logging, which law 7 names. */
function protections({ before, after, changes }: InfrastructureChange): RiskReason[] {
  if (!before) return [];
  const stays = new Set(changes.filter(({ action }) => action !== "remove").map(({ address }) => address));
  return reductions(before, after)
    .filter(({ logicalId }) => stays.has(logicalId))
    .map(({ logicalId, kind, lost }) =>
      reason(RULE, logicalId, `${kind} is reduced: it would lose ${lost}`, 50),
    );
}

function safeguards({ address, type, before, after }: Altered): RiskReason[] {
  const lost = SAFEGUARDS.filter(({ types, path, reduced }) => {
    const [was, is] = [at(before, path), at(after, path)];
    // What only the deployment knows is no reduction anybody can see.
    return types.test(type) && !isLater(was) && !isLater(is) && reduced(was, is);
  });
  return [...new Map(lost.map((one) => [one.name, one])).values()].map(({ name, points, path }) => {
    const [was, is] = [at(before, path), at(after, path)];
    return reason(
      RULE,
      address,
      `it would lose ${name}${howMuch(was, is)}`,
      path === RETENTION ? pointsOfDays(was, is) : points,
    );
  });
}

const RETENTION = "RetentionInDays";

/** To give what was kept for ever an end some months off is housekeeping; to shorten what was chosen is not. */
function pointsOfDays(before: Json | undefined, after: Json | undefined): number {
  const wasForEver = (numberOf(before) ?? 0) === 0;
  return wasForEver && (numberOf(after) ?? 0) >= 30 ? 24 : 50;
}

function howMuch(before: unknown, after: unknown): string {
  const [was, is] = [numberOf(before as never), numberOf(after as never)];
  return was === undefined && is === undefined ? "" : ` (${was ?? "none"} to ${is ?? "none"})`;
}

function balancer({ address, type, before, after }: Altered): RiskReason[] {
  if (type !== "AWS::ElasticLoadBalancingV2::LoadBalancer") return [];
  const key = "deletion_protection.enabled";
  const lost = flagOf(attributeOf(before, key)) === true && flagOf(attributeOf(after, key)) !== true;
  return lost ? [reason(RULE, address, "it would lose deletion protection", 45)] : [];
}

/** A template says beside a resource's properties what becomes of it when it is deleted. */
function policiesOfDeletion({ changes, before, after }: InfrastructureChange): RiskReason[] {
  return changes
    .filter(({ action, holdsState, changed }) => {
      const hasOther = changed.some(({ path }) => path === "DeletionPolicy");
      return action === "modify" && holdsState && hasOther;
    })
    .filter(({ address }) => {
      const [was, is] = [before, after].map((one) => own(one?.Resources, address)?.DeletionPolicy);
      return /^(Retain|Snapshot)/.test(String(was)) && !/^(Retain|Snapshot)/.test(String(is));
    })
    .map(({ address }) => reason(RULE, address, "it would no longer be kept when it is deleted", 45));
}

function guardians({ changes }: InfrastructureChange): RiskReason[] {
  const gone = changes.filter(({ action }) => action === "remove");
  const goneTypes = new Set(gone.map(({ type }) => type));
  const news = new Set(changes.filter(({ action }) => action === "add").map(({ type }) => type));
  return gone.flatMap(({ address, type }) => {
    const name = GUARDIANS[type];
    if (name === undefined) return [];
    // A setting of a bucket goes with its bucket; and what is put elsewhere at once is no loss.
    const goesAlong = type.startsWith("AWS::S3::Bucket") && goneTypes.has("AWS::S3::Bucket");
    const points = goesAlong ? 5 : news.has(type) ? 24 : 50;
    return [reason(RULE, address, `${name} would be gone`, points)];
  });
}

/** Objects that would be deleted by age, and were not before. */
function expiries(change: InfrastructureChange): RiskReason[] {
  const buckets = new Set(change.changes.filter(({ action }) => action === "add").map(({ type }) => type));
  return touched(change).flatMap((one) => {
    if (!/^AWS::S3::Bucket(Lifecycle)?$/.test(one.type)) return [];
    // A new bucket holds nothing yet; a new rule beside a bucket that was there deletes from it.
    if (one.action === "add" && (one.type === "AWS::S3::Bucket" || buckets.has("AWS::S3::Bucket"))) return [];
    const [was, is] = [expiryIn(one.before), expiryIn(one.after)];
    if (is === undefined || (was !== undefined && is >= was)) return [];
    return [reason(RULE, one.address, `objects would be deleted after ${is} days`, 45)];
  });
}

/** The shortest time after which an enabled rule deletes current objects. */
function expiryIn(properties: ChangedResource["after"]): number | undefined {
  const rules =
    at(properties, "LifecycleConfiguration.Rules") ?? properties?.["Rule"] ?? properties?.["LifecycleRules"];
  const list = Array.isArray(rules) ? (rules as readonly Json[]) : [];
  const days = list
    .filter((rule) => flagOf(at(rule, "Status") ?? at(rule, "Enabled")) !== false)
    .flatMap((rule) => numberOf(at(rule, "ExpirationInDays") ?? at(rule, "Expiration.Days")) ?? []);
  return days.length > 0 ? Math.min(...days) : undefined;
}

const ENCRYPTABLE: Readonly<Record<string, string>> = {
  "AWS::RDS::DBInstance": "StorageEncrypted",
  "AWS::RDS::DBCluster": "StorageEncrypted",
  "AWS::EFS::FileSystem": "Encrypted",
  "AWS::EC2::Volume": "Encrypted",
  "AWS::Redshift::Cluster": "Encrypted",
  "AWS::ElastiCache::ReplicationGroup": "AtRestEncryptionEnabled",
};

/** New stores that are not encrypted: worth reading, and no reduction of anything. */
function unprotected({ changes }: InfrastructureChange): RiskReason[] {
  return changes.flatMap(({ address, type, action, after }) => {
    const property = ENCRYPTABLE[type];
    if (action !== "add" || property === undefined || !after) return [];
    const value = after[property];
    if (isLater(value) || flagOf(value) === true || after["DBClusterIdentifier"] !== undefined) return [];
    if (after["KmsKeyId"] !== undefined || after["SnapshotIdentifier"] !== undefined) return [];
    return [reason(RULE, address, "what it keeps would not be encrypted", 20)];
  });
}
