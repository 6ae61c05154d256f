/** What is drawn of a state machine: its states and where each may lead. */
export interface Graph {
  readonly start: string;
  readonly states: ReadonlyMap<string, StateNode>;
}

export interface StateNode {
  readonly name: string;
  /** By the usual way, be it one of several. */
  readonly next: readonly string[];
  /** When something goes wrong. */
  readonly caught: readonly string[];
}

interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
}

interface StateDefinition {
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
}

/** The outermost states of a definition in Amazon States Language; what goes on inside a Map is the Map's. */
export function graphOf(definition: object): Graph {
  const { StartAt, States } = definition as Definition;
  const states = Object.entries(States).map(([name, state]) => {
    const choices = state.Choices?.map(({ Next }) => Next) ?? [];
    const next = [state.Next, ...choices, state.Default].filter((target) => target !== undefined);
    const caught = state.Catch?.map(({ Next }) => Next) ?? [];
    return [name, { name, next: [...new Set(next)], caught: [...new Set(caught)] }] as const;
  });
  return { start: StartAt, states: new Map(states) };
}

/** The shortest way from one state to another, both included; undefined when there is none. */
export function wayTo(
  { states }: Graph,
  from: string,
  isThere: (name: string) => boolean,
): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const name of cameFrom.keys()) {
    if (isThere(name)) return backFrom(name, cameFrom);
    for (const next of states.get(name)?.next ?? []) if (!cameFrom.has(next)) cameFrom.set(next, name);
  }
  return undefined;
}

function backFrom(name: string, cameFrom: ReadonlyMap<string, string | undefined>): string[] {
  const way: string[] = [];
  for (let at: string | undefined = name; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
  return way;
}
