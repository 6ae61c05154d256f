import type { ResourceChange } from "../artifacts/change-set.ts";
import type { Finding } from "../artifacts/validation-report.ts";
import type { Snapshot } from "../cloud/stack.ts";
import { SNAPSHOT_HOURS } from "./policy.ts";
import { publicDatabases } from "./public-databases.ts";
import { boundaryChanges, reductions } from "./reductions.ts";
import type { Subject } from "./subject.ts";

/** Law 7: what no approval can allow in prod. */
export function forbiddenInProd(subject: Subject): Finding[] {
  if (subject.environment !== "prod") return [];
  const { before, template, parameters } = subject;
  return [
    ...lostState(subject),
    ...publicDatabases(template, parameters).map(({ logicalId, how }) =>
      law7(logicalId, `${logicalId} makes a database public: ${how}`, "keep it private"),
    ),
    ...(before ? weakened(before, template) : []),
  ];
}

function weakened(before: Subject["template"], after: Subject["template"]): Finding[] {
  return [
    ...reductions(before, after).map(({ logicalId, kind, lost }) =>
      law7(
        logicalId,
        `${logicalId} would lose ${lost}: ${kind} may not be switched off in prod`,
        `keep ${lost}`,
      ),
    ),
    ...boundaryChanges(before, after).map((logicalId) =>
      law7(
        logicalId,
        `${logicalId} would lose, exchange or rewrite a permission boundary`,
        "leave the boundary as it is",
      ),
    ),
  ];
}

function lostState({ changes = [], snapshots, now }: Subject): Finding[] {
  return changes.filter(losesState).flatMap((change) => {
    const verified = (snapshots?.get(change.logicalId) ?? []).some(
      (snapshot) => snapshot.of === change.physicalId && isVerified(snapshot, now),
    );
    return verified ? [] : [withoutSnapshot(change)];
  });
}

/** A physical resource that holds data goes away and is not retained. */
function losesState({ action, holdsState, fate }: ResourceChange): boolean {
  return holdsState && (action === "remove" || action === "replace") && fate !== "retain";
}

function isVerified({ status, encrypted, createdAt }: Snapshot, now: Date): boolean {
  const hours = (now.getTime() - Date.parse(createdAt)) / 3_600_000;
  return status === "available" && encrypted && hours >= 0 && hours <= SNAPSHOT_HOURS;
}

function withoutSnapshot({ action, logicalId, type }: ResourceChange): Finding {
  const verb = action === "remove" ? "delete" : "replace";
  return law7(
    logicalId,
    `this would ${verb} ${logicalId} (${type}), which holds data, without a verified snapshot`,
    `take an encrypted snapshot within the last ${SNAPSHOT_HOURS} hours, or retain the resource`,
  );
}

function law7(resource: string, message: string, fix: string): Finding {
  return { rule: "law-7-forbidden-in-prod", severity: "fatal", law: 7, resource, message, fix };
}
