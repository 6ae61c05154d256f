import type { StackState } from "../state.ts";
import { type Blueprint, blueprint } from "./blueprint.ts";
import { proceedCreation, startCreation } from "./create-resource.ts";
import { proceedDeletion, startDeletion } from "./delete-resource.ts";
import { isInFlight, type Operation, type Run, type Task, type World } from "./operation.ts";
import { conclude, giveUp } from "./phases.ts";
import { proceedRestoration, startRestoration } from "./restore-resource.ts";
import { proceedUpdate, startRemoval, startUpdate } from "./update-resource.ts";

type Plan = () => Blueprint;

/** Carries a stack's operation through everything due at an instant. */
export function step(stack: StackState, at: number, world: World): void {
  const run: Run = { stack, operation: stack.operation as Operation, world };
  const plan = planOf(run);
  const due = run.operation.tasks.filter((task) => isInFlight(task) && (task.dueAt ?? 0) <= at);
  for (const task of due) HANDLERS[task.kind].proceed(run, task, plan, at);
  settle(run, at, plan);
}

/** Starts whatever can start at an instant, until something takes time or the operation is over. */
export function settle(run: Run, at: number, plan: Plan = planOf(run)): void {
  const { stack, operation } = run;
  while (stack.operation === operation && !operation.halted) {
    if (hasToGiveUp(operation)) {
      giveUp(run, at);
      continue;
    }
    const ready = readyTasks(operation);
    if (ready.length > 0) startAll(run, ready, plan, at);
    else if (operation.tasks.some(isInFlight)) return;
    else conclude(run, plan, at);
  }
}

function startAll(run: Run, ready: readonly Task[], plan: Plan, at: number): void {
  for (const task of ready) {
    HANDLERS[task.kind].start(run, task, plan, at);
    if (hasToGiveUp(run.operation)) return;
  }
}

/** The target is read once: what it refers to is looked up when it is asked for. */
const READ = new WeakMap<Operation, Blueprint>();

function planOf({ stack, operation, world }: Run): Plan {
  return () => {
    if (operation.target === undefined) throw new Error(`nothing is being made of ${stack.name}`);
    const read = READ.get(operation) ?? blueprint(stack, operation.target, world);
    READ.set(operation, read);
    return read;
  };
}

function hasToGiveUp({ kind, phase, tasks }: Operation): boolean {
  const turnsRound =
    (phase === "forward" && kind !== "delete") || (phase === "rollback" && kind === "update");
  return turnsRound && tasks.some((task) => task.state === "failed");
}

function readyTasks({ phase, tasks }: Operation): readonly Task[] {
  // A cleanup goes on past what it could not delete.
  const over = phase.endsWith("cleanup") ? ["done", "failed"] : ["done"];
  const open = new Set(tasks.filter((task) => !over.includes(task.state)).map((task) => task.logicalId));
  return tasks.filter(
    (task) => task.state === "waiting" && !task.after.some((logicalId) => open.has(logicalId)),
  );
}

interface Handler {
  start(run: Run, task: Task, plan: Plan, at: number): void;
  proceed(run: Run, task: Task, plan: Plan, at: number): void;
}

const HANDLERS: Readonly<Record<Task["kind"], Handler>> = {
  create: {
    start: (run, task, plan, at) => startCreation(run, task, plan(), at),
    proceed: (run, task, _plan, at) => proceedCreation(run, task, at),
  },
  update: {
    start: (run, task, plan, at) => startUpdate(run, task, plan(), at),
    proceed: (run, task, plan, at) => proceedUpdate(run, task, plan(), at),
  },
  remove: {
    start: (run, task, _plan, at) => startRemoval(run, task, at),
    proceed: () => {},
  },
  delete: {
    start: (run, task, _plan, at) => startDeletion(run, task, at),
    proceed: (run, task, _plan, at) => proceedDeletion(run, task, at),
  },
  restore: {
    start: (run, task, _plan, at) => startRestoration(run, task, at),
    proceed: (run, task, _plan, at) => proceedRestoration(run, task, at),
  },
};
