import type { Machine } from "../definition/machine.ts";
import { Frame } from "../interpreter/frame.ts";
import { itemAt } from "../interpreter/map.ts";
import { Payload } from "../interpreter/payload.ts";
import { type ExecutionFacts, Run, type RunSurroundings } from "../interpreter/run.ts";
import type { FrameRow } from "./frames.ts";
import { SPAN } from "./schema.ts";
import type { Store } from "./store.ts";

/** Brings an execution back to where it stood at its last commit. */
export function loadRun(
  store: Store,
  id: number,
  facts: ExecutionFacts,
  machine: Machine,
  surroundings: RunSurroundings,
): Run {
  const run = new Run(facts, machine, surroundings);
  run.id = id;
  run.nextEvent = store.history.nextEvent(id);
  const variables = store.frames.variablesOf(id);
  const plans = store.frames.plansOf(id);
  for (const row of store.frames.of(id)) {
    const frame = restore(run, row, row.input ?? enteredWith(store, id, row));
    for (const [name, value] of Object.entries(variables.get(row.id) ?? {})) {
      frame.variables[name] = value;
      if (!frame.over) run.measureVariable(frame, name, Buffer.byteLength(JSON.stringify(value)));
    }
    frame.plan = plans.get(row.id);
    run.frames.set(frame.number, frame);
    run.nextFrame = frame.number + 1;
    if (frame.parent) countChild(frame.parent, frame);
  }
  return run;
}

function restore(run: Run, row: FrameRow, input: string): Frame {
  const parent = row.parent === null ? undefined : run.frames.get(row.parent % SPAN);
  const plan = parent?.plan;
  const frame = new Frame({
    number: row.id % SPAN,
    parent,
    position: row.position,
    scope: run.scope(row.scope),
    stateName: row.state,
    input: new Payload(input),
    ...(plan ? { item: itemAt(plan, row.position) } : {}),
  });
  frame.phase = row.phase;
  frame.enteredAt = row.entered_at;
  frame.enteredEvent = row.entered_event;
  frame.lastEvent = row.last_event;
  frame.scheduledEvent = row.scheduled_event;
  frame.retries = row.retries === null ? [] : JSON.parse(row.retries);
  Object.assign(frame.visits, JSON.parse(row.visits ?? "{}"));
  frame.taskToken = row.token ?? undefined;
  frame.deadline = row.deadline ?? undefined;
  frame.heartbeatSeconds = row.heartbeat_seconds ?? undefined;
  frame.dueAt = row.due_at ?? undefined;
  frame.stored = { phase: frame.phase, dueAt: frame.dueAt };
  return frame;
}

/** The input of a state that was entered, from the event that says so. */
function enteredWith(store: Store, execution: number, row: FrameRow): string {
  const input = store.history.event(execution, row.entered_event)?.stateEnteredEventDetails?.["input"];
  if (typeof input === "string") return input;
  throw new Error(
    `event ${row.entered_event} of execution ${execution} does not hold the input of '${row.state}'`,
  );
}

function countChild(parent: Frame, child: Frame): void {
  parent.progress.started += 1;
  if (child.phase === "done") parent.progress.succeeded += 1;
  if (child.phase === "failed") parent.progress.failed += 1;
}
