import { capacity } from "./capacity.ts";
import { exposure } from "./exposure.ts";
import { privilege } from "./privilege-rule.ts";
import { repointed } from "./repointing.ts";
import { resourcePolicies } from "./resource-policies.ts";
import { secretsInSight } from "./secrets-in-sight.ts";
import { sharing } from "./sharing.ts";
import { scale, stateLost, stateless, sweeping, unknownTypes } from "./state.ts";
import { type RiskRule, reason } from "./subject.ts";
import { unseen } from "./unseen.ts";
import { weakened } from "./weakening.ts";

const ENVIRONMENT_POINTS = { dev: 0, sit: 5, prod: 15 } as const;

export const ENVIRONMENT = "environment";

const place: RiskRule = ({ environment, change }) => {
  const points = environment === undefined ? 0 : ENVIRONMENT_POINTS[environment];
  return points > 0 && change.changes.length > 0
    ? [reason(ENVIRONMENT, "*", `it happens in ${environment}`, points)]
    : [];
};

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
  resourcePolicies,
  sharing,
  secretsInSight,
  capacity,
  unknownTypes,
  unseen,
  sweeping,
  scale,
  place,
  noWayBack,
];
