import type { ResourceChange } from "../artifacts/change-set.ts";
import type { Finding, RiskReason } from "../artifacts/validation-report.ts";
import type { Environment } from "../artifacts/vocabulary.ts";
import type { ChangedResource, InfrastructureChange } from "../change/infrastructure-change.ts";
import { forbiddenInProd } from "../policy/prod-laws.ts";

/** Reasons of which a law speaks, from this many points on. */
const GRAVE = 45;

/**
 * Breaches of law 7 (what no approval can allow in prod) that are this change's doing. What stood before, and what may
 * or may not turn out so, is a warning: whoever tags a resource is not to be stopped for what others left.
 */
export function lawFindings(
  change: InfrastructureChange,
  reasons: readonly RiskReason[],
  environment: Environment | undefined,
  now: Date,
): Finding[] {
  if (environment !== "prod") return [];
  const { after: template, before, parameters } = change;
  const changes = change.changes.flatMap(asResourceChange);
  const grave = new Set(reasons.filter(({ points }) => points >= GRAVE).map(({ resource }) => resource));
  return forbiddenInProd({
    environment,
    stack: "checked",
    template,
    before,
    parameters,
    changes,
    now,
  }).map((found) => (grave.has(found.resource) ? found : lessened(found)));
}

function lessened(found: Finding): Finding {
  const { law: _law, ...rest } = found;
  return { ...rest, severity: "warning" };
}

/** Moves and reads touch nothing that a law speaks of. */
function asResourceChange(change: ChangedResource): ResourceChange[] {
  const { address, type, action, holdsState, fate, changed } = change;
  if (action === "move" || action === "read") return [];
  return [{ action, logicalId: address, type, holdsState, ...(fate ? { fate } : {}), changed: [...changed] }];
}
