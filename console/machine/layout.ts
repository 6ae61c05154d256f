import { type Graph, wayTo } from "./graph.ts";

export interface Place {
  readonly column: number;
  readonly row: number;
}

/** States that stand under one another. */
type Chain = readonly string[];

/**
 * Where each state stands: the usual way straight down, whatever leaves it beside the row where it leaves, further out
 * where that is taken.
 * @param turning the state that the usual way goes through
 */
export function layoutOf(graph: Graph, turning: string): ReadonlyMap<string, Place> {
  const there = wayTo(graph, graph.start, (name) => name === turning) ?? [graph.start];
  const isEnd = (name: string) => graph.states.get(name)?.next.length === 0;
  const onward = wayTo(graph, there.at(-1) ?? graph.start, isEnd) ?? [];
  const main = [...there, ...onward.slice(1)];
  const places = new Map(main.map((name, row) => [name, { column: 0, row }]));
  const taken = new Set<string>();
  for (const chain of chainsBeside(graph, new Set(main))) {
    const from = rowOfEntry(graph, chain[0] ?? "", places);
    const { column, row } = roomFor(chain.length, from, taken);
    for (const [below, name] of chain.entries()) {
      places.set(name, { column, row: row + below });
      taken.add(`${column} ${row + below}`);
    }
  }
  return places;
}

/** The states off the main way, those that follow one another together. */
function chainsBeside({ states }: Graph, main: ReadonlySet<string>): Chain[] {
  const left = new Set([...states.keys()].filter((name) => !main.has(name)));
  const chains: Chain[] = [];
  for (const first of left) {
    const chain = [first];
    left.delete(first);
    for (let next = onlyNext(states, first, left); next; next = onlyNext(states, next, left)) {
      chain.push(next);
      left.delete(next);
    }
    chains.push(chain);
  }
  return chains;
}

function onlyNext(states: Graph["states"], name: string, left: ReadonlySet<string>): string | undefined {
  return states.get(name)?.next.find((next) => left.has(next));
}

/** The first row from which a chain is entered. */
function rowOfEntry({ states }: Graph, head: string, places: ReadonlyMap<string, Place>): number {
  const rows = [...states.values()]
    .filter(({ next, caught }) => next.includes(head) || caught.includes(head))
    .flatMap(({ name }) => places.get(name)?.row ?? []);
  return rows.length > 0 ? Math.max(...rows) : 0;
}

const COLUMNS = 3;

/** The nearest free rows, in the column that has them nearest. */
function roomFor(length: number, from: number, taken: ReadonlySet<string>): Place {
  for (let row = Math.max(0, from); ; row += 1) {
    for (let column = 1; column < COLUMNS; column += 1) {
      const rows = Array.from({ length }, (_, below) => `${column} ${row + below}`);
      if (rows.every((place) => !taken.has(place))) return { column, row };
    }
  }
}
