import type { Clock } from "../../core/clock.ts";
import { spaceKey, type VectorSpace } from "../../core/memory/embedder.ts";
import {
  MemoryError,
  type Nearness,
  type Neighbourhood,
  type Remembered,
  type Vectored,
  type VectorIndex,
} from "../../core/memory/vector-index.ts";
import { type DataApi, runStatement, type Values } from "./data-api.ts";
import { AwsError } from "./errors.ts";

/** What the database must have; each may be run again. */
export const PGVECTOR_SCHEMA = [
  "CREATE EXTENSION IF NOT EXISTS vector",
  `CREATE TABLE IF NOT EXISTS conductor_memory (
     space text NOT NULL, id text NOT NULL, execution_id text NOT NULL, embedding vector NOT NULL,
     entry jsonb NOT NULL, expires_at timestamptz NOT NULL, PRIMARY KEY (space, id))`,
  "CREATE INDEX IF NOT EXISTS conductor_memory_expiry ON conductor_memory (expires_at)",
] as const;

/** One statement, however many entries: they travel as one document. */
const UPSERT = `
  INSERT INTO conductor_memory (space, id, execution_id, embedding, entry, expires_at)
  SELECT :space, given.entry->>'id', given.entry->>'executionId', CAST(given.embedding AS vector), given.entry,
         CAST(given.entry->>'expiresAt' AS timestamptz)
  FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS given (embedding text, entry jsonb)
  ON CONFLICT (space, id) DO UPDATE
  SET execution_id = EXCLUDED.execution_id, embedding = EXCLUDED.embedding, entry = EXCLUDED.entry,
      expires_at = EXCLUDED.expires_at`;

/**
 * Exact: rows of another space, whose vectors may have another dimension, are left out before anything is compared.
 * A vector that points nowhere is near to nothing; pgvector gives no number for it.
 */
const NEAREST = `
  WITH comparable AS MATERIALIZED (
    SELECT id, entry, embedding FROM conductor_memory
    WHERE space = :space AND execution_id <> :without AND expires_at > CAST(:now AS timestamptz))
  SELECT CAST(entry AS text), COALESCE(NULLIF(1 - (embedding <=> CAST(:vector AS vector)), 'NaN'), 0) AS similarity
  FROM comparable ORDER BY similarity DESC, id COLLATE "C" LIMIT :limit`;

const REMOVE_EXPIRED = "DELETE FROM conductor_memory WHERE expires_at <= CAST(:now AS timestamptz)";

/** Vectors in Aurora PostgreSQL with pgvector, spoken to through the RDS Data API. */
export class PgvectorMemory implements VectorIndex {
  readonly #api: DataApi;
  readonly #clock: Pick<Clock, "now">;

  constructor(api: DataApi, clock: Pick<Clock, "now">) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Makes what the database must have. @throws MemoryError */
  async prepare(timeoutMs: number): Promise<void> {
    for (const sql of PGVECTOR_SCHEMA) await this.#run(sql, "preparing the memory's table", timeoutMs);
  }

  async upsert(space: VectorSpace, entries: readonly Vectored[], timeoutMs: number): Promise<void> {
    if (entries.length === 0) return;
    const given = entries.map(({ remembered, vector }) => ({
      embedding: vectorText(vector),
      entry: remembered,
    }));
    const values = { space: spaceKey(space), entries: JSON.stringify(given) };
    const write = () => this.#run(UPSERT, `remembering ${entries.length} entries`, timeoutMs, values);
    try {
      await write();
    } catch (error) {
      if (!isUnprepared(error)) throw error;
      await this.prepare(timeoutMs);
      await write();
    }
  }

  async nearest(
    space: VectorSpace,
    vector: Float32Array,
    { limit, least, without, timeoutMs }: Nearness,
  ): Promise<Neighbourhood> {
    const about = { space: spaceKey(space), vector: vectorText(vector), without, now: this.#now(), limit };
    const rows = await this.#run(NEAREST, "searching the memory", timeoutMs, about).catch(nothingYet);
    const neighbours = rows.map(([entry, similarity]) => ({
      remembered: JSON.parse(String(entry)) as Remembered,
      similarity: Number(similarity),
    }));
    return { neighbours: neighbours.filter(({ similarity }) => similarity >= least), complete: true };
  }

  async removeExpired(timeoutMs: number): Promise<void> {
    await this.#run(REMOVE_EXPIRED, "removing what has expired", timeoutMs, { now: this.#now() });
  }

  async #run(sql: string, what: string, timeoutMs: number, values: Values = {}) {
    try {
      return await runStatement(this.#api, sql, { values, what, timeoutMs });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new MemoryError("MemoryUnavailable", error.message, { cause: error });
    }
  }

  #now(): string {
    return this.#clock.now().toISOString();
  }
}

/** The database is new: nothing was ever remembered in it. */
function isUnprepared(error: unknown): boolean {
  return (
    error instanceof MemoryError &&
    /(relation "conductor_memory"|type "vector") does not exist/.test(error.message)
  );
}

function nothingYet(error: unknown): readonly [] {
  if (isUnprepared(error)) return [];
  throw error;
}

/** As pgvector writes it: `[0.1,-2]`. */
function vectorText(vector: Float32Array): string {
  return `[${vector.join(",")}]`;
}
