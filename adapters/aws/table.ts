import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import type { Clock } from "../../core/clock.ts";
import { cursorAt, positionOf } from "../../core/table/cursor.ts";
import { requireStorable } from "../../core/table/limits.ts";
import {
  type Item,
  type Key,
  type Page,
  type Query,
  type Table,
  TableError,
  type Write,
} from "../../core/table/table.ts";
import { type AwsPlace, clientOf } from "./clients.ts";
import { AwsError, isPassing, mapped } from "./errors.ts";
import { Gathering } from "./gathering.ts";
import { itemOf, keyIn, keyRow, positionIn, type Row, startAt } from "./table-rows.ts";
import { cancellation, isSize, tooLarge, transactItem } from "./table-writes.ts";

/** Times a request that met another one is sent, with pauses of up to 20, 40, 80 … ms: 2.5 s in all at most. */
const SENDINGS = 8;
const PAUSE_MS = 20;

/** DynamoDB's limit on one BatchGetItem. */
const BATCH = 100;

/**
 * The workspace's table in DynamoDB (docs/adr/0014-one-dynamodb-table.md). Every write is a transaction with a token
 * of its own, even a single one: when an answer is lost, DynamoDB itself tells the second sending from another
 * writer's, which no condition on the row can do for a row that is gone or was overwritten meanwhile.
 */
export class DynamoTable implements Table {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #clock: Pick<Clock, "now">;
  /** Whoever asks for several rows at once gets them in one call. */
  readonly #reads = new Gathering<Key, Row>((keys) => this.#rowsAt(keys));

  constructor(place: AwsPlace, name: string, clock: Pick<Clock, "now">) {
    this.#client = clientOf(place, DynamoDBClient);
    this.#name = name;
    this.#clock = clock;
  }

  async get(key: Key): Promise<Item | undefined> {
    const row = await this.#reads.get(key);
    return row && this.#isLive(row) ? itemOf(row) : undefined;
  }

  async query(query: Query): Promise<Page> {
    const items: Item[] = [];
    let from = beginningOf(query);
    if (from === "beyond its end") return { items };
    for (;;) {
      const wanted = query.limit - items.length;
      // One more than wanted: DynamoDB cannot say by itself that a page that ends with the list is the last.
      const found = await this.#entries(query, from, wanted + 1);
      const taken = found.slice(0, wanted);
      items.push(...(await this.#itemsOf(query, taken)));
      const last = taken.at(-1);
      if (!last || found.length <= wanted) return { items };
      if (items.length === query.limit) return { items, cursor: cursorAt(positionIn(last, query)) };
      from = startAt(positionIn(last, query), query);
    }
  }

  async transact(writes: readonly Write[]): Promise<void> {
    requireStorable(writes);
    if (writes.length === 0) return;
    const now = this.#now();
    const command = new TransactWriteItemsCommand({
      TransactItems: writes.map((write) => transactItem(this.#name, write, now)),
      ClientRequestToken: randomUUID(),
    });
    for (let sending = 1; !(await this.#send(command, writes)); sending++) await this.#pause(sending);
  }

  /** False when it may be sent again. */
  async #send(command: TransactWriteItemsCommand, writes: readonly Write[]): Promise<boolean> {
    try {
      await this.#call(`storing ${writes.length} rows`, () => this.#client.send(command), [
        "TransactionCanceledException",
      ]);
      return true;
    } catch (error) {
      if (error instanceof TransactionCanceledException) {
        const why = cancellation(error.CancellationReasons ?? [], writes);
        if (why) throw why;
        return false;
      }
      throw error instanceof AwsError && isSize(error.message) ? tooLarge(error.message) : error;
    }
  }

  async #pause(sending: number): Promise<void> {
    if (sending === SENDINGS) {
      throw new TableError(
        "Unavailable",
        `the table ${this.#name} is too busy, ${SENDINGS} times in a row; try again`,
      );
    }
    await setTimeout(Math.random() * PAUSE_MS * 2 ** (sending - 1));
  }

  /** Rows of the table, or keys from an index, as many as asked for unless the list ends. */
  async #entries(query: Query, from: Row | undefined, count: number): Promise<Row[]> {
    const rows: Row[] = [];
    let next = from;
    do {
      const limit = count - rows.length;
      const command = new QueryCommand({ ...this.#listing(query), Limit: limit, ExclusiveStartKey: next });
      const page = await this.#call(`listing ${query.pk}`, () => this.#client.send(command));
      rows.push(...(page.Items ?? []));
      next = page.LastEvaluatedKey;
    } while (next && rows.length < count);
    return rows;
  }

  #listing({ pk, prefix, index, newestFirst = false }: Query): QueryCommandInput {
    const column = index ?? "";
    const begins = prefix ? ` AND begins_with(${column}sk, :prefix)` : "";
    return {
      TableName: this.#name,
      ...(index ? { IndexName: index } : { ConsistentRead: true }),
      KeyConditionExpression: `${column}pk = :pk${begins}`,
      ExpressionAttributeValues: { ":pk": { S: pk }, ...(prefix ? { ":prefix": { S: prefix } } : {}) },
      ScanIndexForward: !newestFirst,
    };
  }

  async #itemsOf(query: Query, entries: readonly Row[]): Promise<Item[]> {
    const { index } = query;
    const rows = index ? await this.#rowsOf(entries) : entries;
    const items = rows.filter((row) => this.#isLive(row)).map(itemOf);
    return index ? items.filter((item) => item[index]?.pk === query.pk) : items;
  }

  /** The rows whose keys an index gave, in its order; some may have gone meanwhile. */
  async #rowsOf(entries: readonly Row[]): Promise<Row[]> {
    const rows = await this.#rowsIn(entries.map(keyIn));
    return rows.filter((row) => row !== undefined);
  }

  async #rowsAt(keys: readonly Key[]): Promise<readonly (Row | undefined)[]> {
    const [key] = keys;
    if (!key || keys.length > 1) return await this.#rowsIn(keys);
    const command = new GetItemCommand({ TableName: this.#name, Key: keyRow(key), ConsistentRead: true });
    const { Item: row } = await this.#call(`reading ${key.pk} ${key.sk}`, () => this.#client.send(command));
    return [row];
  }

  async #rowsIn(keys: readonly Key[]): Promise<readonly (Row | undefined)[]> {
    const once = [...new Map(keys.map((key) => [identityOf(key), key])).values()];
    const batches = Array.from({ length: Math.ceil(once.length / BATCH) }, (_, i) =>
      this.#batch(once.slice(i * BATCH, (i + 1) * BATCH)),
    );
    const rows = new Map((await Promise.all(batches)).flat().map((row) => [identityOf(keyIn(row)), row]));
    return keys.map((key) => rows.get(identityOf(key)));
  }

  async #batch(keys: readonly Key[]): Promise<Row[]> {
    const rows: Row[] = [];
    let left = keys.map(keyRow);
    for (let sending = 1; ; sending++) {
      const request = { [this.#name]: { Keys: left, ConsistentRead: true } };
      const command = new BatchGetItemCommand({ RequestItems: request });
      const answer = await this.#call(`reading ${left.length} rows`, () => this.#client.send(command));
      rows.push(...(answer.Responses?.[this.#name] ?? []));
      left = answer.UnprocessedKeys?.[this.#name]?.Keys ?? [];
      if (left.length === 0) return rows;
      await this.#pause(sending);
    }
  }

  async #call<Result>(
    what: string,
    call: () => Promise<Result>,
    expected?: readonly string[],
  ): Promise<Result> {
    try {
      return await mapped(call, `the table ${this.#name}: ${what}`, expected);
    } catch (error) {
      if (!(error instanceof AwsError && isPassing(error))) throw error;
      throw new TableError("Unavailable", error.message, { cause: error });
    }
  }

  #now(): number {
    return Math.floor(this.#clock.now().getTime() / 1000);
  }

  /** DynamoDB removes what has expired when it finds the time, within days. */
  #isLive({ expiresAt }: Row): boolean {
    return expiresAt?.N === undefined || Number(expiresAt.N) > this.#now();
  }
}

/**
 * Where a list begins. DynamoDB refuses to start from a key outside the prefix, so what `after` means there is
 * decided here.
 */
function beginningOf(query: Query): Row | "beyond its end" | undefined {
  const { cursor, after, prefix = "", newestFirst = false } = query;
  if (cursor !== undefined) return startAt(positionOf(cursor, query), query);
  if (!after) return undefined;
  if (after.startsWith(prefix)) return startAt([after], query);
  const comesBefore = Buffer.compare(Buffer.from(after), Buffer.from(prefix)) < 0;
  return comesBefore === newestFirst ? "beyond its end" : undefined;
}

function identityOf({ pk, sk }: Key): string {
  return JSON.stringify([pk, sk]);
}
