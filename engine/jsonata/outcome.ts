/** What an evaluation gave: JSON text, nothing, or something that JSON cannot hold. */
export type EvaluationOutcome =
  | { readonly text: string }
  | { readonly nothing: true }
  | { readonly unsupported: true };

/** Makes JSON text of a result. */
export function outcomeOf(result: unknown): EvaluationOutcome {
  if (result === undefined) return { nothing: true };
  if (typeof result === "function") return { unsupported: true };
  try {
    const text: string | undefined = JSON.stringify(result);
    // JSONata's functions are objects with such a mark; only a text that mentions it needs a closer look.
    if (text === undefined || (text.includes('"_jsonata_') && holdsFunction(result)))
      return { unsupported: true };
    // JSON has no word for 1/0: the service writes its name as a text, and JSON.stringify would write null.
    return { text: text.includes("null") ? JSON.stringify(result, namedNumber) : text };
  } catch {
    // The closure of a lambda refers to itself.
    return { unsupported: true };
  }
}

function holdsFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  const marks = value as { _jsonata_lambda?: unknown; _jsonata_function?: unknown };
  if (marks._jsonata_lambda === true || marks._jsonata_function === true) return true;
  return Object.values(value).some(holdsFunction);
}

function namedNumber(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
