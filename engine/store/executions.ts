import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Ending } from "../interpreter/changes.ts";

export type ExecutionStatus = "RUNNING" | Ending["status"];

/** An execution as it is kept. */
export interface ExecutionRow {
  readonly id: number;
  readonly state_machine: string;
  readonly name: string;
  readonly hash: string;
  readonly status: ExecutionStatus;
  readonly input: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly started_at: number;
  readonly stopped_at: number | null;
  readonly deadline: number | null;
  readonly parent_token: string | null;
}

export interface NewExecution {
  readonly stateMachine: string;
  readonly name: string;
  readonly hash: string;
  readonly input: string;
  readonly startedAt: number;
  readonly deadline: number | undefined;
  /** The token of the Task that waits for this execution. */
  readonly parentToken: string | undefined;
}

export class Executions {
  readonly #insert: StatementSync;
  readonly #byName: StatementSync;
  readonly #byId: StatementSync;
  readonly #end: StatementSync;
  readonly #page: StatementSync;
  readonly #overdue: StatementSync;
  readonly #nextDeadline: StatementSync;
  readonly #childOf: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(
      `INSERT INTO engine_executions (state_machine, name, hash, status, input, started_at, deadline, parent_token)
       VALUES (?, ?, ?, 'RUNNING', ?, ?, ?, ?)`,
    );
    this.#byName = database.prepare("SELECT * FROM engine_executions WHERE name = ? AND state_machine = ?");
    this.#byId = database.prepare("SELECT * FROM engine_executions WHERE id = ?");
    this.#end = database.prepare(
      `UPDATE engine_executions SET status = ?, output = ?, error = ?, cause = ?, stopped_at = ?, deadline = NULL
       WHERE id = ? AND status = 'RUNNING'`,
    );
    this.#page = database.prepare(
      `SELECT id, state_machine, name, status, started_at, stopped_at FROM engine_executions
       WHERE state_machine = ? AND status = ? AND id < ? ORDER BY id DESC LIMIT ?`,
    );
    this.#overdue = database.prepare(
      "SELECT id FROM engine_executions WHERE deadline <= ? ORDER BY deadline LIMIT ?",
    );
    this.#nextDeadline = database.prepare(
      "SELECT min(deadline) AS due FROM engine_executions WHERE deadline > ?",
    );
    this.#childOf = database.prepare("SELECT * FROM engine_executions WHERE parent_token = ?");
  }

  /** The execution that the Task with this token waits for. */
  childOf(token: string): ExecutionRow | undefined {
    return this.#childOf.get(token) as ExecutionRow | undefined;
  }

  insert(execution: NewExecution): number {
    const { stateMachine, name, hash, input, startedAt, deadline, parentToken } = execution;
    const { lastInsertRowid } = this.#insert.run(
      stateMachine,
      name,
      hash,
      input,
      startedAt,
      deadline ?? null,
      parentToken ?? null,
    );
    return Number(lastInsertRowid);
  }

  find(stateMachine: string, name: string): ExecutionRow | undefined {
    return this.#byName.get(name, stateMachine) as ExecutionRow | undefined;
  }

  byId(id: number): ExecutionRow | undefined {
    return this.#byId.get(id) as ExecutionRow | undefined;
  }

  /** Ends a running execution; false when it had ended already. */
  end(id: number, { status, output, error, cause, stoppedAt }: Ending): boolean {
    const { changes } = this.#end.run(status, output ?? null, error ?? null, cause ?? null, stoppedAt, id);
    return Number(changes) === 1;
  }

  /** Executions of one state machine with one status, the latest first, that began before the one given. */
  page(stateMachine: string, status: ExecutionStatus, before: number, limit: number): ListedExecution[] {
    return this.#page.all(stateMachine, status, before, limit) as unknown as ListedExecution[];
  }

  overdue(now: number, limit: number): number[] {
    return this.#overdue.all(now, limit).map((row) => row["id"] as number);
  }

  /** When the next execution times out after a time. */
  nextDeadline(after: number): number | undefined {
    return (this.#nextDeadline.get(after)?.["due"] as number | null) ?? undefined;
  }
}

export type ListedExecution = Pick<
  ExecutionRow,
  "id" | "state_machine" | "name" | "status" | "started_at" | "stopped_at"
>;
