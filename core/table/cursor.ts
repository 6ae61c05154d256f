import { PARTITION_KEY_BYTES, SORT_KEY_BYTES } from "./limits.ts";
import { type Query, TableError } from "./table.ts";

/** The place of a row in a list: its sort key there and, in an index, its own key too. */
export type Position = readonly string[];

/** A place in a list as text that means nothing to whoever carries it. */
export function cursorAt(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** @throws TableError InvalidCursor when it is no place in the list that is asked for */
export function positionOf(cursor: string, { index, prefix = "" }: Query): Position {
  const position = parse(cursor);
  const length = index ? 3 : 1;
  if (Array.isArray(position) && position.length === length && position.every(isKey)) {
    const [sortKey = ""] = position;
    if (sortKey.startsWith(prefix)) return position;
  }
  throw new TableError("InvalidCursor", "this is not a cursor of this list; start it anew");
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}

/** No key is empty, broken text, or longer; the second part is a partition key. */
function isKey(part: unknown, place: number): part is string {
  const most = place === 1 ? PARTITION_KEY_BYTES : SORT_KEY_BYTES;
  return typeof part === "string" && part !== "" && part.isWellFormed() && Buffer.byteLength(part) <= most;
}
