/** What the rules of this version are called in digests: a change approved under another version is void. */
export const POLICY_VERSION = "2026.11.5";

/** Words whose presence widens the blast radius, from the specification. */
export const BLAST_RADIUS_KEYWORDS = ["prod", "payment", "auth", "iam", "route53", "cloudfront"] as const;

/** Stacks, roles and other names that belong to Conductor itself (law 12). */
export const OWN_PREFIX = "agent-mesh-";

/** A snapshot younger than this counts as a way back for the resource it is of. */
export const SNAPSHOT_HOURS = 24;
