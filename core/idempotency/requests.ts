import { digestOf } from "../digest.ts";
import { NamedError } from "../errors.ts";
import { atomically } from "../table/atomically.ts";
import { daysAfter } from "../table/expiry.ts";
import { keys } from "../table/keys.ts";
import type { Table } from "../table/table.ts";

export class RequestError extends NamedError<
  /** The key came before, with another request. */
  | "IdempotencyKeyReused"
  /** The same request is being answered at this moment. */
  | "RequestInProgress"
> {}

/** A request that is to take effect once, however often it is sent. */
export interface KeyedRequest {
  readonly principal: string;
  /** What the caller sent as Idempotency-Key; two callers never share one. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What `begin` found: the answer a request had before, or the claim of whoever is to carry it out now. */
export type Begun = { readonly answer: Answer } | { readonly claim: string };

interface Row {
  readonly request: string;
  /** Whose claim it is: who was too slow and lost it must not touch that of whoever came after. */
  readonly claim?: string;
  /** Until when whoever began it is waited for, in milliseconds since 1970. */
  readonly heldUntil: number;
  readonly answer?: Answer;
}

/** Longer than an answer may take (API Gateway: 30 seconds); then whoever began it is taken to have died. */
const HELD_MS = 60_000;
const REMEMBERED_DAYS = 2;

/** The name under which a request's effects are stored, the same however often it is sent. */
export function operationOf({ principal, key }: Pick<KeyedRequest, "principal" | "key">): string {
  return digestOf([principal, key]);
}

/**
 * Claims a request under a mark that nobody else uses, or tells the answer it had before. Who died before answering may
 * have taken effect, so effects are to be named by `operationOf` and made conditional on that.
 * @throws RequestError
 */
export async function begin(table: Table, keyed: KeyedRequest, claim: string, now: Date): Promise<Begun> {
  const request = requestOf(keyed);
  return await atomically(table, async (unit) => {
    const at = keys.request(operationOf(keyed));
    const known = await unit.get<Row>(at);
    if (known && known.request !== request) throw reused(keyed);
    if (known?.answer) return { answer: known.answer };
    if (known && now.getTime() < known.heldUntil) throw inProgress(keyed);
    const attributes: Row = { request, claim, heldUntil: now.getTime() + HELD_MS };
    unit.put({ ...at, attributes, expiresAt: daysAfter(now, REMEMBERED_DAYS) });
    return { claim };
  });
}

/** Remembers the answer. The first one stands, also when two have carried out the same request. */
export async function finish(table: Table, keyed: KeyedRequest, answer: Answer, now: Date): Promise<Answer> {
  return await atomically(table, async (unit) => {
    const at = keys.request(operationOf(keyed));
    const known = await unit.get<Row>(at);
    if (known?.answer) return known.answer;
    const attributes: Row = { request: requestOf(keyed), heldUntil: 0, answer };
    unit.put({ ...at, attributes, expiresAt: daysAfter(now, REMEMBERED_DAYS) });
    return answer;
  });
}

/** Lets a request go that was refused without any effect: sent again it is judged anew. A claim of somebody else's stays. */
export async function release(table: Table, keyed: KeyedRequest, claim: string): Promise<void> {
  await atomically(table, async (unit) => {
    const at = keys.request(operationOf(keyed));
    const known = await unit.get<Row>(at);
    if (known && !known.answer && known.claim === claim) unit.remove(at);
  });
}

function requestOf({ method, path, body }: KeyedRequest): string {
  return digestOf([method, path, body ?? null]);
}

function reused({ key }: KeyedRequest): RequestError {
  return new RequestError(
    "IdempotencyKeyReused",
    `the idempotency key ${JSON.stringify(key.slice(0, 80))} came before with another request; send each request under a key of its own`,
  );
}

function inProgress({ key }: KeyedRequest): RequestError {
  return new RequestError(
    "RequestInProgress",
    `the request with the idempotency key ${JSON.stringify(key.slice(0, 80))} is being answered; send it again in a moment`,
  );
}
