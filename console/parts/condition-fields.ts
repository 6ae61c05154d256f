import { html } from "hono/html";
import { parseInput } from "../../core/artifacts/parse.ts";
import { CONDITION_KINDS, type Condition, conditionFrom, conditions } from "../../core/gate/conditions.ts";
import { type Html, nothing } from "./html.ts";

type Kind = Condition["kind"];
type Input = "money" | "number" | "time";

const VALUED: readonly (readonly [Kind, string, Input])[] = [
  ["max_monthly_cost_usd", "Stack costs at most, $ a month", "money"],
  ["max_monthly_rise_usd", "Cost rises by at most, $ a month", "money"],
  ["max_agent_cost_usd", "Agents have spent at most, $", "money"],
  ["max_resources", "Resources that change, at most", "number"],
  ["not_before", "Not applied before (UTC)", "time"],
  ["not_after", "Not applied after (UTC)", "time"],
];

const BARE: readonly (readonly [Kind, string])[] = [
  ["no_replacement", "Nothing is replaced"],
  ["no_removal", "Nothing is removed"],
];

const ATTRIBUTES: Readonly<Record<Input, Html>> = {
  money: html`type="number" min="0" step="0.01" inputmode="decimal"`,
  number: html`type="number" min="0" step="1" inputmode="numeric"`,
  time: html`type="datetime-local"`,
};

/** What an approval may be made to depend on, with what was entered before still in it. */
export function conditionFields(entered: URLSearchParams | undefined): Html {
  const value = (kind: Kind) => entered?.get(kind) ?? "";
  const isOpen = CONDITION_KINDS.some((kind) => value(kind) !== "");
  return html`<details id="conditions" ${isOpen ? "open" : ""}><summary>Approve under conditions</summary>
<p class="muted small">Asked again at the moment it would be applied; if one does not hold by then, nothing is.</p>
<div class="pair">${VALUED.map(([kind, label, input]) => html`<label>${label}<input name="${kind}" value="${value(kind)}" ${ATTRIBUTES[input]}></label>`)}</div>
${BARE.map(([kind, label]) => html`<label class="check"><input type="checkbox" name="${kind}" value="1" ${value(kind) === "" ? nothing : html`checked`}> ${label}</label>`)}</details>`;
}

/** The conditions that a form holds. @throws InputError */
export function conditionsIn(fields: URLSearchParams): readonly Condition[] {
  const written = CONDITION_KINDS.flatMap((kind) => {
    const value = fields.get(kind)?.trim() ?? "";
    if (value === "") return [];
    return [kind.startsWith("no_") ? { kind } : conditionFrom(`${kind}=${instantOf(value)}`)];
  });
  return parseInput(conditions, written, "conditions");
}

/** Browsers leave out the seconds, and the place: the field says that UTC is meant. */
function instantOf(value: string): string {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(value) ? `${value}:00Z` : value;
}
