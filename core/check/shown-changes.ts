import type { ChangedResource } from "../change/infrastructure-change.ts";
import { redactIn } from "../secrets/redact.ts";
import { isObject, type Json, type JsonObject } from "../template/template.ts";

/** One resource of a change as reports show it: only what changes of its properties, secrets taken out. */
export interface ShownChange {
  readonly address: string;
  readonly type: string;
  readonly action: ChangedResource["action"];
  readonly movedFrom?: string;
  readonly holdsState: boolean;
  readonly fate?: string;
  readonly changed: readonly string[];
  readonly before?: JsonObject;
  readonly after?: JsonObject;
}

export function shownChanges(changes: readonly ChangedResource[]): ShownChange[] {
  return changes.map(shown);
}

function shown(change: ChangedResource): ShownChange {
  const { address, type, sourceType, action, movedFrom, holdsState, fate, changed, before, after } = change;
  const names = differing(before, after);
  return {
    address,
    type: sourceType ?? type,
    action,
    ...(movedFrom === undefined ? {} : { movedFrom }),
    holdsState,
    ...(fate === undefined ? {} : { fate }),
    changed: changed.map(({ path }) => path),
    ...(before ? { before: only(before, names) } : {}),
    ...(after ? { after: only(after, names) } : {}),
  };
}

/** Names of the properties that differ; all of them where one side is missing. */
function differing(before: JsonObject | undefined, after: JsonObject | undefined): ReadonlySet<string> {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  if (!before || !after) return names;
  return new Set([...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])));
}

function only(properties: JsonObject, names: ReadonlySet<string>): JsonObject {
  const kept = Object.entries(properties).filter(([name]) => names.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, clean(name, value)]));
}

/** Names whose value is never shown, whatever it looks like. */
const SECRET =
  /(password|secret_?string|auth_?token|private_?key|secret_?access_?key|api_?key|access_?token|user_?data|credentials?)$/i;
const HIDDEN = "[redacted]";
/** Longer texts say nothing in a report. */
const LONGEST = 2000;

function clean(name: string, value: Json): Json {
  if (typeof value === "string") {
    if (SECRET.test(name) && value !== "" && !value.startsWith("{{resolve:")) return HIDDEN;
    const safe = redactIn({ [name]: value })[name] as string;
    return safe.length > LONGEST ? `${safe.slice(0, LONGEST)}…` : safe;
  }
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => clean(name, item));
  if (!isObject(value)) return value;
  const { Name, Value } = value;
  const named = typeof Name === "string" && typeof Value === "string";
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      clean(named && key === "Value" ? (Name as string) : key, inner),
    ]),
  );
}
