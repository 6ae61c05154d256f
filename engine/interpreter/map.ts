import type { MapState } from "../definition/machine.ts";
import { isObject, type Json } from "../json.ts";
import { evaluateToText, ofType, QueryFailure } from "../jsonata/evaluate.ts";
import { bindings } from "./context.ts";
import { evaluate, evaluateNumber, queryFailed } from "./evaluation.ts";
import { StateFailure } from "./failure.ts";
import type { Frame, MapItem, MapPlan } from "./frame.ts";
import { assertWithinLimit, leave } from "./outlet.ts";
import { Payload } from "./payload.ts";
import type { Run } from "./run.ts";
import { BLOCKED, type Step } from "./surroundings.ts";

/** An inline Map runs at most so many iterations at once, whatever it asks for. */
const MOST_CONCURRENT = 40;
const COUNT = { whole: true, least: 0, most: Number.MAX_SAFE_INTEGER };
const PERCENTAGE = { whole: false, least: 0, most: 100 };

/** Decides what to iterate over and starts the first iterations. */
export async function startMap(run: Run, frame: Frame, state: MapState): Promise<Step> {
  const scope = bindings(run, frame);
  const number = async (field: "MaxConcurrency" | "ToleratedFailureCount") => {
    const template = state[field === "MaxConcurrency" ? "maxConcurrency" : "toleratedFailureCount"];
    return template && evaluateNumber(run, frame, template, field, scope, COUNT);
  };
  const asked = (await number("MaxConcurrency")) || MOST_CONCURRENT;
  const { items, keys } = await itemsOf(run, frame, state);
  run.record(frame, "MapStateStarted", { mapStateStartedEventDetails: { length: items.length } });
  const count = await number("ToleratedFailureCount");
  const percentage =
    state.toleratedFailurePercentage &&
    (await evaluateNumber(
      run,
      frame,
      state.toleratedFailurePercentage,
      "ToleratedFailurePercentage",
      scope,
      PERCENTAGE,
    ));
  frame.plan = {
    items,
    ...(keys ? { keys } : {}),
    concurrency: Math.min(asked, MOST_CONCURRENT),
    ...tolerance(items.length, count, percentage),
  };
  frame.progress = { started: 0, succeeded: 0, failed: 0 };
  frame.phase = "children";
  run.changes.planned.add(frame);
  return goOn(run, frame, state, frame.lastEvent);
}

/** How many iterations may fail: the lower of both limits where both are given. */
function tolerance(length: number, count?: number, percentage?: number): Pick<MapPlan, "tolerated"> {
  if (!count && !percentage) return {};
  const byPercentage = percentage ? Math.floor((length * percentage) / 100) : Number.POSITIVE_INFINITY;
  return { tolerated: Math.min(count || Number.POSITIVE_INFINITY, byPercentage) };
}

/** Takes note of a successful iteration. */
export function iterationSucceeded(run: Run, iteration: Frame, state: MapState): Promise<Step> {
  const frame = iteration.parent as Frame;
  const { position, lastEvent } = iteration;
  frame.progress.succeeded += 1;
  frame.lastEvent = run.append("MapIterationSucceeded", lastEvent, {
    mapIterationSucceededEventDetails: { name: frame.stateName, index: position },
  });
  return goOn(run, frame, state, lastEvent);
}

/** Takes note of a failed iteration: what the Map fails with, unless it tolerates that many. */
export function iterationFailed(
  run: Run,
  iteration: Frame,
  failure: StateFailure,
): StateFailure | "tolerated" {
  const frame = iteration.parent as Frame;
  run.append("MapIterationFailed", iteration.lastEvent, {
    mapIterationFailedEventDetails: { name: frame.stateName, index: iteration.position },
  });
  frame.progress.failed += 1;
  const tolerated = frame.plan?.tolerated;
  if (tolerated === undefined) return failure;
  if (frame.progress.failed <= tolerated) return "tolerated";
  return new StateFailure(
    "States.ExceedToleratedFailureThreshold",
    "The specified tolerated failure threshold was exceeded",
  );
}

/** Starts the iterations there is room for; ends the Map when none is left. */
export async function goOn(run: Run, frame: Frame, state: MapState, previous: number): Promise<Step> {
  const { plan, progress } = frame;
  if (!plan) throw new Error(`Map state '${state.name}' was never started`);
  const over = () => progress.succeeded + progress.failed;
  while (progress.started < plan.items.length && progress.started - over() < plan.concurrency) {
    await startIteration(run, frame, state, plan, previous);
  }
  if (over() < plan.items.length) return BLOCKED;
  return joinIterations(run, frame, state);
}

async function startIteration(
  run: Run,
  frame: Frame,
  state: MapState,
  plan: MapPlan,
  previous: number,
): Promise<void> {
  const index = frame.progress.started;
  const item = itemAt(plan, index);
  const input = state.itemSelector
    ? await evaluate(run, frame, state.itemSelector, "ItemSelector", bindings(run, frame, { item }))
    : JSON.stringify(item.key === undefined ? item.value : { Key: item.key, Value: item.value });
  assertWithinLimit(input, frame.stateName);
  frame.progress.started += 1;
  const iteration = run.addFrame({
    parent: frame,
    position: index,
    scope: state.processor,
    input: new Payload(input),
    item,
  });
  iteration.lastEvent = run.append("MapIterationStarted", previous, {
    mapIterationStartedEventDetails: { name: frame.stateName, index },
  });
  run.stimuli.push({ kind: "enter", frame: iteration });
}

export function itemAt({ items, keys }: MapPlan, index: number): MapItem {
  const key = keys?.[index];
  return { index, value: items[index] ?? null, ...(key === undefined ? {} : { key }) };
}

function joinIterations(run: Run, frame: Frame, state: MapState): Promise<Step> {
  const outputs: string[] = [];
  for (const child of [...frame.children.values()]) {
    if (child.phase === "done") outputs.push(child.input.text);
    run.removeFrame(child);
  }
  const result = `[${outputs.join(",")}]`;
  run.append("MapStateSucceeded", frame.lastEvent);
  return leave(run, frame, {
    outlet: state,
    got: { result: new Payload(result) },
    output: result,
    next: state.next,
  });
}

/**
 * An object is iterated over by its pairs (developer guide, "Transforming data with JSONata", "No more path fields").
 * The guide has come to say so of expressions too; recorded executions fail there for want of an array.
 */
async function itemsOf(run: Run, frame: Frame, state: MapState): Promise<Pick<MapPlan, "items" | "keys">> {
  const { items } = state;
  if (!items) return inputItems(run, frame);
  try {
    const value: Json = JSON.parse(await evaluateToText(run.evaluator, items, "Items", bindings(run, frame)));
    if (isObject(value) && items.kind !== "expression")
      return { items: Object.values(value), keys: Object.keys(value) };
    return { items: ofType("array", value, items, "Items") };
  } catch (error) {
    throw queryFailed(run, frame, error);
  }
}

function inputItems(run: Run, frame: Frame): { items: readonly Json[] } {
  const { value, text } = frame.input;
  if (Array.isArray(value)) return { items: value as readonly Json[] };
  throw queryFailed(run, frame, new QueryFailure(`Map state input must be an array but was: ${text}`));
}
