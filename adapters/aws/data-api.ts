import { setTimeout } from "node:timers/promises";
import { ExecuteStatementCommand, type Field, RDSDataClient } from "@aws-sdk/client-rds-data";
import { within } from "../deadline.ts";
import { type AwsPlace, clientOf } from "./clients.ts";
import { mapped } from "./errors.ts";

/** A database of Aurora's, reached without a connection. */
export interface DataApi {
  readonly place: AwsPlace;
  readonly clusterArn: string;
  /** Of its user and password; they are never read here. */
  readonly secretArn: string;
  readonly database: string;
}

export type Values = Readonly<Record<string, string | number>>;
export type Cell = string | number | boolean | null;

/** Between looks at a database that is being woken up. */
const WAKING_MS = 1_000;

/**
 * Runs one statement and gives its rows. A paused database is woken up and waited for.
 * @param values whole numbers and texts; a text needs a CAST where it stands for something else
 * @throws AwsError
 */
export async function runStatement(
  api: DataApi,
  sql: string,
  {
    values = {},
    what,
    timeoutMs,
  }: { readonly values?: Values; readonly what: string; readonly timeoutMs: number },
): Promise<readonly (readonly Cell[])[]> {
  const command = () =>
    new ExecuteStatementCommand({
      resourceArn: api.clusterArn,
      secretArn: api.secretArn,
      database: api.database,
      sql,
      parameters: Object.entries(values).map(([name, value]) => ({ name, value: fieldOf(value) })),
    });
  const client = clientOf(api.place, RDSDataClient);
  const send = (abortSignal: AbortSignal) =>
    awake(() => client.send(command(), { abortSignal }), abortSignal);
  const { records = [] } = await mapped(() => within(timeoutMs, send), what);
  return records.map((fields) => fields.map(cellOf));
}

async function awake<Answer>(call: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Error && error.name === "DatabaseResumingException")) throw error;
      await setTimeout(WAKING_MS, undefined, { signal });
    }
  }
}

function fieldOf(value: string | number): Field {
  return typeof value === "string" ? { stringValue: value } : { longValue: value };
}

function cellOf(field: Field): Cell {
  return field.stringValue ?? field.doubleValue ?? field.longValue ?? field.booleanValue ?? null;
}
