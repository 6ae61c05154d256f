import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { Frame, MapPlan, Phase } from "../interpreter/frame.ts";
import { SPAN } from "./schema.ts";

/** A frame as it is kept. */
export interface FrameRow {
  readonly id: number;
  readonly parent: number | null;
  readonly position: number;
  readonly scope: string;
  readonly state: string;
  readonly phase: Phase;
  /** Null where the history has it: once the state was entered. */
  readonly input: string | null;
  readonly entered_at: number;
  readonly entered_event: number;
  readonly last_event: number;
  readonly scheduled_event: number;
  readonly retries: string | null;
  readonly visits: string | null;
  readonly token: string | null;
  readonly deadline: number | null;
  readonly heartbeat_seconds: number | null;
  readonly due_at: number | null;
}

/** What a step may change without an index taking part; the rest is `phase` and `due_at`. */
const STEP_COLUMNS = [
  "state",
  "input",
  "entered_at",
  "entered_event",
  "last_event",
  "scheduled_event",
  "retries",
  "visits",
  "token",
  "deadline",
  "heartbeat_seconds",
];

export class Frames {
  readonly #insert: StatementSync;
  readonly #step: StatementSync;
  readonly #move: StatementSync;
  readonly #delete: StatementSync;
  readonly #deleteAll: StatementSync;
  readonly #ofExecution: StatementSync;
  readonly #runnable: StatementSync;
  readonly #due: StatementSync;
  readonly #nextDue: StatementSync;
  readonly #putVariables: StatementSync;
  readonly #putPlan: StatementSync;
  readonly #variables: StatementSync;
  readonly #plans: StatementSync;
  readonly #deleteVariables: StatementSync;
  readonly #deletePlan: StatementSync;

  constructor(database: DatabaseSync) {
    const assignments = STEP_COLUMNS.map((column) => `${column} = ?`).join(", ");
    const columns = [...STEP_COLUMNS, "phase", "due_at", "id", "parent", "position", "scope"];
    this.#insert = database.prepare(
      `INSERT INTO engine_frames (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    );
    this.#step = database.prepare(`UPDATE engine_frames SET ${assignments} WHERE id = ?`);
    this.#move = database.prepare(
      `UPDATE engine_frames SET ${assignments}, phase = ?, due_at = ? WHERE id = ?`,
    );
    this.#delete = database.prepare("DELETE FROM engine_frames WHERE id = ?");
    this.#deleteAll = database.prepare("DELETE FROM engine_frames WHERE id BETWEEN ? AND ?");
    this.#ofExecution = database.prepare("SELECT * FROM engine_frames WHERE id BETWEEN ? AND ? ORDER BY id");
    this.#runnable = database.prepare("SELECT id FROM engine_frames WHERE phase IN ('ready', 'task')");
    this.#due = database.prepare(
      "SELECT id FROM engine_frames WHERE due_at <= ? ORDER BY due_at, id LIMIT ?",
    );
    this.#nextDue = database.prepare("SELECT min(due_at) AS due FROM engine_frames WHERE due_at > ?");
    this.#putVariables = database.prepare("INSERT OR REPLACE INTO engine_variables VALUES (?, ?)");
    this.#putPlan = database.prepare("INSERT OR REPLACE INTO engine_map_plans VALUES (?, ?)");
    this.#variables = database.prepare("SELECT * FROM engine_variables WHERE frame BETWEEN ? AND ?");
    this.#plans = database.prepare("SELECT * FROM engine_map_plans WHERE frame BETWEEN ? AND ?");
    this.#deleteVariables = database.prepare("DELETE FROM engine_variables WHERE frame BETWEEN ? AND ?");
    this.#deletePlan = database.prepare("DELETE FROM engine_map_plans WHERE frame BETWEEN ? AND ?");
  }

  /** Writes a frame as it is now; false when it should have been there and is not. */
  save(execution: number, frame: Frame): boolean {
    const id = frameId(execution, frame);
    const values = stepValues(frame);
    const dueAt = frame.dueAt ?? null;
    const { stored, phase } = frame;
    if (!stored) {
      const parent = frame.parent ? frameId(execution, frame.parent) : null;
      this.#insert.run(...values, phase, dueAt, id, parent, frame.position, frame.scope.path);
      return true;
    }
    const unmoved = stored.phase === phase && stored.dueAt === frame.dueAt;
    const { changes } = unmoved ? this.#step.run(...values, id) : this.#move.run(...values, phase, dueAt, id);
    return Number(changes) === 1;
  }

  /** Removes a frame with what belongs to it; false when it was not there. */
  remove(execution: number, frame: Frame): boolean {
    const id = frameId(execution, frame);
    if (Object.keys(frame.variables).length > 0) this.#deleteVariables.run(id, id);
    if (frame.plan) this.#deletePlan.run(id, id);
    return Number(this.#delete.run(id).changes) === 1;
  }

  removeAll(execution: number): void {
    const [first, last] = rowsOf(execution);
    this.#deleteVariables.run(first, last);
    this.#deletePlan.run(first, last);
    this.#deleteAll.run(first, last);
  }

  saveVariables(execution: number, frame: Frame): void {
    this.#putVariables.run(frameId(execution, frame), JSON.stringify(frame.variables));
  }

  savePlan(execution: number, frame: Frame): void {
    this.#putPlan.run(frameId(execution, frame), JSON.stringify(frame.plan));
  }

  /** The frames of an execution, parents before children. */
  of(execution: number): FrameRow[] {
    return this.#ofExecution.all(...rowsOf(execution)) as unknown as FrameRow[];
  }

  variablesOf(execution: number): Map<number, Record<string, unknown>> {
    const rows = this.#variables.all(...rowsOf(execution));
    return new Map(rows.map((row) => [row["frame"] as number, JSON.parse(row["variables"] as string)]));
  }

  plansOf(execution: number): Map<number, MapPlan> {
    const rows = this.#plans.all(...rowsOf(execution));
    return new Map(rows.map((row) => [row["frame"] as number, JSON.parse(row["plan"] as string)]));
  }

  /** The executions that have something to do at once. */
  runnable(): Set<number> {
    return new Set(this.#runnable.all().map((row) => executionOf(row["id"] as number)));
  }

  /** The ids of the frames whose time has come, the longest overdue first. */
  due(now: number, limit: number): number[] {
    return this.#due.all(now, limit).map((row) => row["id"] as number);
  }

  /** When the next frame falls due after a time. */
  nextDue(after: number): number | undefined {
    return (this.#nextDue.get(after)?.["due"] as number | null) ?? undefined;
  }
}

export function frameId(execution: number, frame: { readonly number: number }): number {
  return execution * SPAN + frame.number;
}

export function executionOf(frame: number): number {
  return Math.floor(frame / SPAN);
}

function rowsOf(execution: number): [number, number] {
  return [execution * SPAN, execution * SPAN + SPAN - 1];
}

function stepValues(frame: Frame): SQLInputValue[] {
  return [
    frame.stateName,
    frame.phase === "ready" || frame.over ? frame.input.text : null,
    frame.enteredAt,
    frame.enteredEvent,
    frame.lastEvent,
    frame.scheduledEvent,
    frame.retries.length > 0 ? JSON.stringify(frame.retries) : null,
    JSON.stringify(frame.visits),
    frame.taskToken ?? null,
    frame.deadline ?? null,
    frame.heartbeatSeconds ?? null,
  ];
}
