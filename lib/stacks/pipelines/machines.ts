/** The state machines, by their files in statemachines/. */
export const MACHINES = ["change", "rollback"] as const;
