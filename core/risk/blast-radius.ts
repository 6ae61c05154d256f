import type { ResourceChange } from "../artifacts/change-set.ts";
import type { BlastRadius } from "../artifacts/validation-report.ts";
import { BLAST_RADIUS_KEYWORDS } from "../policy/policy.ts";

interface Reach {
  readonly environment: string;
  readonly stack: string;
  readonly goalText: string;
  readonly repoPaths?: readonly string[];
  readonly changes: readonly ResourceChange[];
}

/** How far a change reaches: the policy's keywords wherever they stand, and what the change set really touches. */
export function blastRadius(reach: Reach): BlastRadius {
  const { changes } = reach;
  const places = placesOf(reach);
  const keywords = BLAST_RADIUS_KEYWORDS.flatMap((word) =>
    places.filter(({ text }) => text.includes(word)).map(({ where }) => ({ word, where })),
  );
  const count = (action: ResourceChange["action"]) =>
    changes.filter((change) => change.action === action).length;
  return {
    keywords,
    counts: {
      add: count("add"),
      modify: count("modify"),
      replace: count("replace"),
      remove: count("remove"),
    },
    services: [...new Set(changes.map(({ type }) => type.split("::").slice(0, 2).join("::")))].sort(),
    stateAtRisk: changes
      .filter(({ holdsState, action }) => holdsState && (action === "replace" || action === "remove"))
      .map(({ logicalId }) => logicalId),
  };
}

/** Where the policy's words are looked for, in one spelling. */
function placesOf({ environment, stack, goalText, repoPaths = [], changes }: Reach) {
  return [
    { where: "environment", text: environment },
    { where: "stack", text: stack },
    { where: "goal", text: goalText },
    { where: "repoPaths", text: repoPaths.join(" ") },
    ...changes.map(({ logicalId, type, physicalId = "" }) => ({
      where: logicalId,
      text: `${logicalId} ${type} ${physicalId}`,
    })),
  ].map(({ where, text }) => ({ where, text: text.normalize("NFKC").toLowerCase() }));
}
