import type { ArtifactRef } from "../../core/artifacts/vocabulary.ts";

/** What each kind of change must attach before it may go before people, from the specification. */
export const PROMOTION_ARTIFACTS = {
  cloudformation: ["change-set.json"],
  terraform: ["plan.txt"],
  k8s: ["diff.txt"],
  code: ["test_report.json"],
} as const satisfies Record<string, readonly string[]>;

export type ChangeKind = keyof typeof PROMOTION_ARTIFACTS;

/** The required artifacts that are not among those attached; an empty one is none. */
export function missingArtifacts(kind: ChangeKind, attached: readonly ArtifactRef[]): string[] {
  return PROMOTION_ARTIFACTS[kind].filter(
    (required) => !attached.some(({ name, bytes }) => name === required && bytes > 0),
  );
}
