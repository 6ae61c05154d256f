import type { Assignment, Scope, State } from "./machine.ts";
import type { Problems } from "./problems.ts";

/**
 * Refuses variables that an inner scope assigns although an outer one does (developer guide, "Passing data between
 * states with variables": names must not be shared between a workflow's scope and those inside it).
 */
export function checkVariables(
  scope: Scope,
  problems: Problems,
  outer: ReadonlySet<string> = new Set(),
): void {
  const own = new Set<string>();
  for (const state of scope.states.values()) {
    for (const assignment of assignments(state)) {
      for (const name of assignment.keys()) {
        own.add(name);
        if (outer.has(name)) {
          problems
            .inside(state.name)
            .refuse(`Assign/${name}`, "an outer scope assigns a variable of this name: choose another");
        }
      }
    }
  }
  const visible = new Set([...outer, ...own]);
  for (const state of scope.states.values()) {
    for (const inner of innerScopes(state)) checkVariables(inner, problems.inside(state.name), visible);
  }
}

function* assignments(state: State): Generator<Assignment> {
  if ("assign" in state && state.assign) yield state.assign;
  if (state.type === "Choice") for (const { assign } of state.choices) if (assign) yield assign;
  if ("catch" in state) for (const { assign } of state.catch) if (assign) yield assign;
}

function innerScopes(state: State): readonly Scope[] {
  if (state.type === "Parallel") return state.branches;
  return state.type === "Map" ? [state.processor] : [];
}
