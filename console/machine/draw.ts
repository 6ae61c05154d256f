import { html } from "hono/html";
import type { Html } from "../parts/html.ts";
import { stateName } from "../parts/words.ts";
import { graphOf } from "./graph.ts";
import { layoutOf, type Place } from "./layout.ts";

const ROW = 27;
const COLUMN = 224;
const MARGIN = 18;

/** The state that the usual way of each machine goes through. */
const TURNING: Readonly<Record<string, string>> = { change: "RecordApplied", rollback: "RecordRolledBack" };

/**
 * A state machine as it is defined, the states a run has entered filled in, the way it took marked.
 * @param entered in order; the last is where the run is, unless it has ended
 */
export function drawMachine(
  definition: object,
  { machine, entered, ended }: { machine: string; entered: readonly string[]; ended: boolean },
): Html {
  const graph = graphOf(definition);
  const places = layoutOf(graph, TURNING[machine] ?? "");
  const path = entered.filter((name) => places.has(name));
  const here = ended ? undefined : path.at(-1);
  const taken = new Set(path);
  const steps = path.slice(1).map((name, at) => `${path[at]} ${name}`);
  const possible = [...graph.states.values()].flatMap(({ name, next }) => next.map((to) => `${name} ${to}`));
  const rows = Math.max(...[...places.values()].map(({ row }) => row)) + 1;
  const columns = Math.max(...[...places.values()].map(({ column }) => column)) + 1;
  const edges = [...new Set(possible)]
    .filter((edge) => !steps.includes(edge) && isNear(edge, places))
    .map((edge) => line(edge, places, ""));
  const done = [...new Set(steps)].map((edge) => line(edge, places, " taken"));
  const said = here ? `now at ${stateName(here)}` : ended ? "ended" : "not begun";
  return html`<div class="machine" tabindex="0" role="region" aria-label="State machine"><svg viewBox="0 0 ${columns * COLUMN} ${rows * ROW + MARGIN}" role="img" aria-label="The state machine ${machine}, ${said}; ${taken.size} states entered">
${edges}${done}${[...places].map(([name, place]) => station(name, place, name === here ? "here" : taken.has(name) ? "taken" : ""))}</svg></div>`;
}

/** Rows that a way not taken may lead over: longer ones would cover the drawing and tell little. */
const NEAR_ROWS = 2;

function isNear(edge: string, places: ReadonlyMap<string, Place>): boolean {
  const [from = "", to = ""] = edge.split(" ");
  const [one, other] = [places.get(from), places.get(to)];
  return one !== undefined && other !== undefined && Math.abs(other.row - one.row) <= NEAR_ROWS;
}

function station(name: string, place: Place, mark: string): Html {
  const { x, y } = at(place);
  return html`<g class="${mark}"><circle cx="${x}" cy="${y}" r="5.5"/><text x="${x + 13}" y="${y + 4}">${stateName(name)}</text></g>`;
}

function line(edge: string, places: ReadonlyMap<string, Place>, mark: string): Html {
  const [from = "", to = ""] = edge.split(" ");
  const [one, other] = [places.get(from), places.get(to)];
  if (!one || !other) return html``;
  const [a, b] = [at(one), at(other)];
  const straight = one.column === other.column && other.row === one.row + 1;
  const bend = one.column === other.column ? 11 + Math.min(3, Math.abs(other.row - one.row)) : 0;
  const way = straight
    ? `M${a.x} ${a.y}V${b.y}`
    : `M${a.x} ${a.y}C${a.x - bend} ${a.y + (b.y - a.y) / 3} ${b.x - bend} ${b.y - (b.y - a.y) / 3} ${b.x} ${b.y}`;
  return html`<path class="edge${mark}" d="${way}"/>`;
}

function at({ column, row }: Place): { readonly x: number; readonly y: number } {
  return { x: MARGIN + column * COLUMN, y: MARGIN + row * ROW };
}
