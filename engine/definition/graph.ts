import type { Fields } from "./fields.ts";
import type { Scope, State } from "./machine.ts";
import type { Problems } from "./problems.ts";

/** Complains about transitions that lead nowhere and states that nothing leads to. */
export function checkGraph(scope: Scope, fields: Fields, problems: Problems): void {
  const written = new Set(Object.keys(fields.object_("States") ?? {}));
  if (written.size === 0) fields.refuse("States", "must hold at least one state");
  if (!written.has(scope.startAt)) fields.refuse("StartAt", `there is no state '${scope.startAt}'`);
  for (const state of scope.states.values()) {
    for (const [field, target] of transitions(state)) {
      if (!written.has(target)) problems.inside(state.name).refuse(field, `there is no state '${target}'`);
    }
  }
  // With states that could not be read, what they lead to is unknown.
  if (scope.states.size < written.size || !written.has(scope.startAt)) return;
  checkPaths(scope, written, fields, problems);
}

/** Complains about states that nothing leads to, and when no path has an end. */
function checkPaths(scope: Scope, written: ReadonlySet<string>, fields: Fields, problems: Problems): void {
  const reached = reachable(scope);
  for (const name of written) {
    if (!reached.has(name)) problems.inside(name).refuse("", "nothing leads to this state");
  }
  // A transition that leads nowhere may have been meant for a state that ends it.
  const leadsNowhere = [...reached].some((name) => !written.has(name));
  if (leadsNowhere || [...scope.states.values()].some(isTerminal)) return;
  fields.refuse("States", 'no state ends it: one must be a Succeed, a Fail or have "End": true');
}

function reachable({ startAt, states }: Scope): Set<string> {
  const reached = new Set([startAt]);
  // A Set iterates over what is added on the way.
  for (const name of reached) {
    const state = states.get(name);
    if (state) for (const [, target] of transitions(state)) reached.add(target);
  }
  return reached;
}

/** Whether a path can end here (the language's specification: a machine has at least one terminal state). */
function isTerminal(state: State): boolean {
  if (state.type === "Succeed" || state.type === "Fail") return true;
  return state.type !== "Choice" && state.next === undefined;
}

function* transitions(state: State): Generator<[field: string, target: string]> {
  if ("next" in state && state.next !== undefined) yield ["Next", state.next];
  if (state.type === "Choice") {
    for (const [index, choice] of state.choices.entries()) yield [`Choices[${index}]/Next`, choice.next];
    if (state.default !== undefined) yield ["Default", state.default];
  }
  if ("catch" in state) {
    for (const [index, catcher] of state.catch.entries()) yield [`Catch[${index}]/Next`, catcher.next];
  }
}
