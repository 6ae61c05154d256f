import type { ChangedResource } from "../change/infrastructure-change.ts";
import { type RiskRule, reason } from "./subject.ts";

/** Properties by whose names alone a change may be a grave one. */
const GRAVE =
  /(Policy|Policies|Ingress|Principal|AssumeRole|Encrypt|KmsKey|SSE|PubliclyAccessible|PublicAccess|AccessControl|DeletionProtection|Backup|Retention|Versioning|Logging|PermissionsBoundary|PointInTime|Scheme)/;

/** Where the file does not say what a property becomes, its name is all there is to go by. */
export const unseen: RiskRule = ({ change }) =>
  change.source === "change set" && !change.knowsAfter
    ? change.changes.flatMap((one) => {
        const names = hiddenIn(one);
        const grave = names.filter((name) => GRAVE.test(name));
        if (grave.length === 0) return [];
        return [reason("unseen", one.address, `it does not say what ${grave.join(", ")} would become`, 24)];
      })
    : [];

function hiddenIn({ action, changed, after }: ChangedResource): string[] {
  if (action !== "modify" && action !== "replace") return [];
  const names = changed.map(({ path }) => path.replace(/^Properties\./, ""));
  return names.filter((name) => after === undefined || !Object.hasOwn(after, name));
}
