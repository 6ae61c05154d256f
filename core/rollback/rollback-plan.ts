import type { ChangeSet, ResourceChange } from "../artifacts/change-set.ts";
import type { RollbackPlan } from "../artifacts/dossier.ts";
import type { Finding } from "../artifacts/validation-report.ts";
import { REDACTED } from "../secrets/redact.ts";
import { UNDO_NEEDS_SNAPSHOT, UNDO_REFUSED } from "./lawful-undo.ts";

/** From the specification: a rollback begins within five minutes and is finished within fifteen. */
export const BEGIN_WITHIN_MINUTES = 5;
export const FINISH_WITHIN_MINUTES = 15;

/** Types whose undoing takes longer than the limit, and why. */
const SLOW: Readonly<Record<string, string>> = {
  "AWS::RDS::DBInstance": "creating, modifying or restoring a database takes 5 to 40 minutes",
  "AWS::RDS::DBCluster": "creating, modifying or restoring a cluster takes 5 to 40 minutes",
  "AWS::CloudFront::Distribution": "a distribution takes 5 to 20 minutes to reach the edge again",
  "AWS::Route53::RecordSet": "resolvers keep the old answer for the record's time to live",
  "AWS::ElastiCache::ReplicationGroup": "creating a replication group takes 5 to 20 minutes",
  "AWS::OpenSearchService::Domain": "a domain takes 15 to 60 minutes to change",
};

/** What undoes a change, agreed and approved with it (law 8), in view of what the laws would say to it. */
export function rollbackPlan(changeSet: ChangeSet, findings: readonly Finding[] = []): RollbackPlan {
  const { type, changes, baseline, stack } = changeSet;
  const limits = { beginWithinMinutes: BEGIN_WITHIN_MINUTES, finishWithinMinutes: FINISH_WITHIN_MINUTES };
  const guarded = findings.filter(({ rule }) => rule === UNDO_NEEDS_SNAPSHOT);
  const exceptions = [
    ...changes.flatMap(exceptionsOf),
    ...guarded.map(({ resource, message, fix }) => ({
      logicalId: resource,
      type: changes.find(({ logicalId }) => logicalId === resource)?.type ?? "",
      why: `${message}; ${fix}`,
    })),
  ];
  if (type === "CREATE") {
    return {
      ...limits,
      kind: "delete-stack",
      description: `Delete the stack ${stack}, which did not exist before; resources its policies retain stay behind.${onlyWith(guarded)}`,
      exceptions,
    };
  }
  if (!baseline.template) {
    return {
      ...limits,
      kind: "cannot",
      description: "The template the stack runs now could not be read.",
      exceptions,
    };
  }
  const hidden = Object.keys(baseline.parameters).filter((name) => isHidden(baseline.parameters[name] ?? ""));
  if (hidden.length > 0) {
    return {
      ...limits,
      kind: "cannot",
      description: `The present value of ${hidden.join(", ")} is secret, so it is not in the record and could not be given back.`,
      exceptions,
    };
  }
  const refused = findings.filter(({ rule }) => rule === UNDO_REFUSED);
  if (refused.length > 0) {
    const description = refused.map(({ message }) => message).join("; ");
    return { ...limits, kind: "cannot", description, exceptions };
  }
  return {
    ...limits,
    kind: "inverse-change-set",
    description: `Bring ${stack} back to template ${baseline.template.sha256.slice(0, 12)} and its present parameters.${onlyWith(guarded)}`,
    previousTemplate: baseline.template,
    previousParameters: baseline.parameters,
    previousTags: baseline.tags,
    exceptions,
  };
}

function onlyWith(guarded: readonly Finding[]): string {
  const resources = [...new Set(guarded.map(({ resource }) => resource))].join(", ");
  return resources ? ` Only with a verified snapshot of ${resources}.` : "";
}

/** CloudFormation shows stars for a NoEcho parameter; ours are taken out wherever they look like a credential. */
function isHidden(value: string): boolean {
  return /^\*{4,}$/.test(value) || value.includes(REDACTED);
}

function exceptionsOf({
  action,
  logicalId,
  type,
  holdsState,
  fate = "delete",
}: ResourceChange): RollbackPlan["exceptions"] {
  const exceptions: RollbackPlan["exceptions"] = [];
  if (holdsState && (action === "replace" || action === "remove")) {
    exceptions.push({ logicalId, type, why: WHAT_BECOMES_OF_DATA[fate] });
  }
  const slow = SLOW[type];
  if (slow) exceptions.push({ logicalId, type, why: slow });
  return exceptions;
}

const WHAT_BECOMES_OF_DATA = {
  delete: "its data is deleted with it; undoing brings back an empty one",
  snapshot: "its data is kept in a snapshot, which somebody must restore",
  retain: "the old one is retained outside the stack; undoing brings back an empty one beside it",
} as const;
