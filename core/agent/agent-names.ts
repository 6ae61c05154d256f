/** The agents of the change pipeline that have counters of their own. */
export const AGENT_NAMES = [
  "atlas",
  "forge",
  "change-set",
  "change-set-undo",
  "change-set-discard",
  "sentinel",
  "critic",
  "sweeper",
] as const;
