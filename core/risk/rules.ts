import type { ResourceChange } from "../artifacts/change-set.ts";
import type { RollbackPlan } from "../artifacts/dossier.ts";
import type { RiskReason } from "../artifacts/validation-report.ts";
import type { Environment } from "../artifacts/vocabulary.ts";
import { ingressRules, networkOf, openToEverybody } from "../policy/ingress.ts";
import { publicDatabases } from "../policy/public-databases.ts";
import { reductions } from "../policy/reductions.ts";
import { isObject, type JsonObject, own, type Template } from "../template/template.ts";
import { breadthOf } from "./privilege.ts";

/** What a risk rule is asked about. */
export interface RiskSubject {
  readonly environment: Environment;
  readonly changes: readonly ResourceChange[];
  readonly template: Template;
  readonly before?: Template | undefined;
  /** What would undo the change. */
  readonly wayBack?: RollbackPlan;
}

export type RiskRule = (subject: RiskSubject) => RiskReason[];

/** Points follow one scale: 10 is worth reading, 25 worth a second thought, 45 worth a second person. */
const reason = (rule: string, resource: string, why: string, points: number): RiskReason => ({
  rule,
  resource,
  why,
  points,
});

const FATE_POINTS = { delete: 55, snapshot: 35, retain: 15 } as const;

/** Data that goes away with its resource, softened by a deletion policy that keeps it. */
const stateLost: RiskRule = ({ changes }) =>
  changes
    .filter(({ holdsState, action }) => holdsState && (action === "remove" || action === "replace"))
    .map(({ logicalId, type, action, fate = "delete" }) =>
      reason(
        "state-lost",
        logicalId,
        `${type} holds data and would be ${action === "remove" ? "removed" : "replaced"}; its policy is to ${fate} it`,
        FATE_POINTS[fate],
      ),
    );

const stateless: RiskRule = ({ changes }) =>
  changes
    .filter(({ holdsState, action }) => !holdsState && action === "replace")
    .map(({ logicalId, type }) =>
      reason("replaced", logicalId, `${type} would be replaced and briefly be two`, 5),
    );

/** Rights: what a role, policy or trust may newly do. */
const privilege: RiskRule = ({ changes, template }) =>
  changed(changes, template)
    .filter(({ type }) => type.startsWith("AWS::IAM::") || type.endsWith("Policy"))
    .flatMap(({ logicalId, type, properties }) => {
      const breadth = breadthOf(properties);
      if (breadth === "everything")
        return [reason("privilege", logicalId, `${type} allows every action on everything`, 70)];
      if (breadth === "wildcard-action")
        return [reason("privilege", logicalId, `${type} allows actions by wildcard`, 30)];
      if (breadth === "wildcard-resource")
        return [reason("privilege", logicalId, `${type} allows writing to any resource`, 12)];
      return type.startsWith("AWS::IAM::")
        ? [reason("privilege", logicalId, `${type} grants narrow rights`, 3)]
        : [];
    });

/** What becomes reachable from outside. */
const exposure: RiskRule = ({ changes, template }) => {
  const touched = changed(changes, template);
  const seen = networkOf(template);
  const open = openToEverybody(ingressRules(template, seen), template, seen);
  const databases = publicDatabases(template)
    .filter((database) => touched.some(({ logicalId }) => logicalId === database.logicalId))
    .map(({ logicalId, how }) => reason("exposure", logicalId, how, 60));
  const others = touched.flatMap(({ logicalId, type, properties }) => {
    if (open.has(logicalId)) {
      return [reason("exposure", logicalId, "it admits everybody on the internet", 25)];
    }
    if (type === "AWS::ApiGatewayV2::Route" && (properties["AuthorizationType"] ?? "NONE") === "NONE") {
      return [reason("exposure", logicalId, "anybody may call this route", 15)];
    }
    if (type === "AWS::Lambda::Url" && properties["AuthType"] === "NONE") {
      return [reason("exposure", logicalId, "anybody may call this function", 20)];
    }
    return type === "AWS::S3::Bucket" && !blocksPublicAccess(properties)
      ? [reason("exposure", logicalId, "its public access is not blocked", 25)]
      : [];
  });
  return [...databases, ...others];
};

function blocksPublicAccess(properties: JsonObject): boolean {
  const block = properties["PublicAccessBlockConfiguration"];
  const all = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
  return isObject(block) && all.every((key) => block[key] === true);
}

const weakened: RiskRule = ({ before, template }) =>
  before
    ? reductions(before, template).map(({ logicalId, kind, lost }) =>
        reason("weakened", logicalId, `${kind} is reduced: it would lose ${lost}`, 30),
      )
    : [];

const REPOINTING = /^AWS::(Route53|CloudFront|CertificateManager|GlobalAccelerator)::/;

const repointed: RiskRule = ({ changes }) =>
  changes
    .filter(({ type }) => REPOINTING.test(type))
    .map(({ logicalId, type, action }) =>
      reason(
        "repointed",
        logicalId,
        `${type} decides where clients go; it would ${action}`,
        action === "add" ? 8 : 25,
      ),
    );

const SCALE = [
  { over: 100, points: 20 },
  { over: 50, points: 10 },
  { over: 25, points: 5 },
] as const;

const scale: RiskRule = ({ changes }) => {
  const step = SCALE.find(({ over }) => changes.length > over);
  return step ? [reason("scale", "*", `${changes.length} resources change at once`, step.points)] : [];
};

const ENVIRONMENT_POINTS = { dev: 0, sit: 5, prod: 15 } as const;

const place: RiskRule = ({ environment, changes }) =>
  ENVIRONMENT_POINTS[environment] > 0 && changes.length > 0
    ? [reason("environment", "*", `it happens in ${environment}`, ENVIRONMENT_POINTS[environment])]
    : [];

export const NO_WAY_BACK = "no-way-back";

/** A change nobody can undo is for more than one person to agree to (law 8). */
const noWayBack: RiskRule = ({ wayBack }) =>
  wayBack?.kind === "cannot"
    ? [reason(NO_WAY_BACK, "*", `it cannot be undone: ${wayBack.description}`, 45)]
    : [];

export const RISK_RULES: readonly RiskRule[] = [
  stateLost,
  stateless,
  privilege,
  exposure,
  weakened,
  repointed,
  scale,
  place,
  noWayBack,
];

/** Resources that are added, modified or replaced, with what they will be. */
function changed(changes: readonly ResourceChange[], template: Template) {
  return changes
    .filter(({ action }) => action !== "remove")
    .map(({ logicalId, type }) => ({
      logicalId,
      type,
      properties: own(template.Resources, logicalId)?.Properties ?? {},
    }));
}
