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
  const reached = reachable(scope);
  for (const name of written) {
    if (!reached.has(name)) problems.inside(name).refuse("", "nothing leads to this state");
  }
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
