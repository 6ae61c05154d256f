import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Position } from "../../core/table/cursor.ts";
import { attributesText } from "../../core/table/limits.ts";
import type { Attributes, Item, Key, NewItem, Query } from "../../core/table/table.ts";

/** A row as DynamoDB keeps it. Attributes are JSON text: both homes then store the same, to the byte. */
export type Row = Record<string, AttributeValue>;

export function rowOf(item: NewItem, version: number): Row {
  return {
    ...keyRow(item),
    attributes: { S: attributesText(item) },
    version: { N: String(version) },
    ...(item.index1 ? { index1pk: { S: item.index1.pk }, index1sk: { S: item.index1.sk } } : {}),
    ...(item.index2 ? { index2pk: { S: item.index2.pk }, index2sk: { S: item.index2.sk } } : {}),
    ...(item.expiresAt === undefined ? {} : { expiresAt: { N: String(item.expiresAt) } }),
  };
}

export function itemOf(row: Row): Item {
  const index1 = listedIn(row, "index1");
  const index2 = listedIn(row, "index2");
  const expiresAt = row["expiresAt"]?.N;
  return {
    ...keyIn(row),
    attributes: JSON.parse(text(row, "attributes")) as Attributes,
    version: Number(row["version"]?.N),
    ...(index1 ? { index1 } : {}),
    ...(index2 ? { index2 } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt: Number(expiresAt) }),
  };
}

export function keyRow({ pk, sk }: Key): Row {
  return { pk: { S: pk }, sk: { S: sk } };
}

export function keyIn(row: Row): Key {
  return { pk: text(row, "pk"), sk: text(row, "sk") };
}

/** Where a row stands in a list. */
export function positionIn(row: Row, { index }: Query): Position {
  const { pk, sk } = keyIn(row);
  return index ? [text(row, `${index}sk`), pk, sk] : [sk];
}

/** The row that stands there, as far as DynamoDB needs it to go on from it. */
export function startAt(position: Position, { pk, index }: Query): Row {
  const [first = "", rowPk = "", rowSk = ""] = position;
  if (!index) return keyRow({ pk, sk: first });
  return { ...keyRow({ pk: rowPk, sk: rowSk }), [`${index}pk`]: { S: pk }, [`${index}sk`]: { S: first } };
}

function listedIn(row: Row, index: "index1" | "index2"): Key | undefined {
  if (!row[`${index}pk`]) return undefined;
  return { pk: text(row, `${index}pk`), sk: text(row, `${index}sk`) };
}

function text(row: Row, column: string): string {
  return row[column]?.S ?? "";
}
