import type { Finding } from "../artifacts/validation-report.ts";
import { touchesConductor } from "./own-resources.ts";
import { holdsSecrets, isNotPinned } from "./pinned.ts";
import { forbiddenInProd } from "./prod-laws.ts";
import type { Subject } from "./subject.ts";

/** Breaches of the laws that no approval can override: 2 (pinned), 7 (prod), 11 (secrets), 12 (Conductor itself). */
export function breaches(subject: Subject): Finding[] {
  return [isNotPinned, holdsSecrets, forbiddenInProd, touchesConductor].flatMap((law) => law(subject));
}
