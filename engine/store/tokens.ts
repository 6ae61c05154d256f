import type { DatabaseSync, StatementSync } from "node:sqlite";

/** How the Task behind a token came out; the first to say so decides. */
export type Outcome =
  | { readonly kind: "success"; readonly result: string }
  | { readonly kind: "failure"; readonly error?: string | undefined; readonly cause?: string | undefined }
  /** The execution that the Task waits for has ended. */
  | { readonly kind: "execution"; readonly result: string }
  | { readonly kind: "timeout" }
  /** The call that was to hand out the token failed. */
  | { readonly kind: "callFailed" };

export interface TokenRow {
  readonly token: string;
  readonly frame: number;
  readonly heartbeat_at: number | null;
  readonly outcome: Outcome["kind"] | null;
  readonly result: string | null;
  readonly error: string | null;
  readonly cause: string | null;
}

export class Tokens {
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #find: StatementSync;
  readonly #settle: StatementSync;
  readonly #heartbeat: StatementSync;
  readonly #settled: StatementSync;
  readonly #reopen: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare("INSERT INTO engine_tokens (token, frame) VALUES (?, ?)");
    this.#delete = database.prepare("DELETE FROM engine_tokens WHERE token = ?");
    this.#find = database.prepare("SELECT * FROM engine_tokens WHERE token = ?");
    this.#settle = database.prepare(
      "UPDATE engine_tokens SET outcome = ?, result = ?, error = ?, cause = ? WHERE token = ? AND outcome IS NULL",
    );
    this.#heartbeat = database.prepare(
      "UPDATE engine_tokens SET heartbeat_at = ? WHERE token = ? AND outcome IS NULL",
    );
    this.#reopen = database.prepare("UPDATE engine_tokens SET outcome = NULL WHERE outcome = 'callFailed'");
    this.#settled = database.prepare("SELECT * FROM engine_tokens WHERE outcome IS NOT NULL");
  }

  insert(token: string, frame: number): void {
    this.#insert.run(token, frame);
  }

  remove(token: string): void {
    this.#delete.run(token);
  }

  find(token: string): TokenRow | undefined {
    return this.#find.get(token) as TokenRow | undefined;
  }

  /** Decides how the Task came out; false when that is decided already or the token is no more. */
  settle(token: string, outcome: Outcome): boolean {
    const result = "result" in outcome ? outcome.result : null;
    const { error, cause } = outcome.kind === "failure" ? outcome : {};
    const { changes } = this.#settle.run(outcome.kind, result, error ?? null, cause ?? null, token);
    return Number(changes) === 1;
  }

  /** Notes a sign of life; false when the Task has come out already or the token is no more. */
  heartbeat(token: string, now: number): boolean {
    return Number(this.#heartbeat.run(now, token).changes) === 1;
  }

  /** Lets the tokens of failed calls be used again, because those calls will be made again. */
  reopen(): void {
    this.#reopen.run();
  }

  /** Tokens whose outcome has not led to anything yet. */
  settled(): TokenRow[] {
    return this.#settled.all() as unknown as TokenRow[];
  }
}
