/** The words of the API and the number that a record keeps for each; the smaller one comes first. */
export const PRIORITIES = { high: 1, normal: 2, low: 3 } as const;

export type PriorityName = keyof typeof PRIORITIES;
export type Priority = (typeof PRIORITIES)[PriorityName];

export const PRIORITY_NAMES = Object.keys(PRIORITIES) as [PriorityName, ...PriorityName[]];

/** Of an execution, or of its place in a queue, that says none. */
export const NORMAL: Priority = PRIORITIES.normal;
