import { NamedError } from "../errors.ts";

/** Neither part is empty. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export type Attributes = Readonly<Record<string, unknown>>;

/** One row of the workspace's single table. `version` counts its writes, from 1. */
export interface Item extends Key {
  readonly attributes: Attributes;
  readonly version: number;
  /** Keys under which the two secondary indexes list it. */
  readonly index1?: Key;
  readonly index2?: Key;
  /** Seconds since 1970 after which it may be removed, and is no longer returned. */
  readonly expiresAt?: number;
}

export type NewItem = Omit<Item, "version">;

/** A condition on the row as it is now: not there, or at exactly this version. */
export type Expectation = "absent" | number;

/** The version of a row that was written under an expectation. */
export function versionAfter(expect: Expectation): number {
  return expect === "absent" ? 1 : expect + 1;
}

export type Write =
  | { readonly put: NewItem; readonly expect: Expectation }
  | { readonly remove: Key; readonly expect: number }
  | { readonly check: Key; readonly expect: Expectation };

export interface Query {
  readonly pk: string;
  /** Of the sort key. */
  readonly prefix?: string;
  readonly index?: "index1" | "index2";
  readonly limit: number;
  readonly cursor?: string;
  /** Sort keys beyond this one only; not together with an index. */
  readonly after?: string;
  readonly newestFirst?: boolean;
}

export interface Page {
  readonly items: readonly Item[];
  /** Present when there is more. */
  readonly cursor?: string;
}

/**
 * One table with conditional writes: what a single DynamoDB table can keep, and no more (limits.ts). Reads by key
 * and queries of the base table are strongly consistent. An index may lag behind, but a row it gives is as it is
 * now, and one that has left the list is passed over.
 */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  query(query: Query): Promise<Page>;
  /** All writes or none. @throws TableError Conflict when an expectation does not hold, Unavailable, TooLarge */
  transact(writes: readonly Write[]): Promise<void>;
}

export class TableError extends NamedError<"Conflict" | "Unavailable" | "TooLarge" | "InvalidCursor"> {}
