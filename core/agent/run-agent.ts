import { attach } from "../artifacts/attached.ts";
import { parseInput } from "../artifacts/parse.ts";
import { type Amounts, NOTHING, plus } from "../budget/amounts.ts";
import { BudgetError } from "../budget/budget.ts";
import { reserve, settle, settledKeys } from "../budget/ledger.ts";
import { requireAccount } from "../cloud/account.ts";
import type { Execution } from "../execution/execution.ts";
import { find, load, store } from "../execution/executions.ts";
import { entryKey, remember } from "../memory/memory.ts";
import { SkipError } from "../policy/skipping.ts";
import type { World } from "../ports.ts";
import { redact } from "../secrets/redact.ts";
import { atomically, type Unit } from "../table/atomically.ts";
import { daysAfter, RESULT_DAYS } from "../table/expiry.ts";
import { keys } from "../table/keys.ts";
import { remembering } from "../table/remembering.ts";
import { record } from "../timeline/record.ts";
import { type Agent, type AgentCall, amountsOf } from "./agent.ts";
import type { AgentEvent } from "./agent-event.ts";
import { type Evidence, toolbox } from "./toolbox.ts";
import { handOut, reachesCloud, type ToolName } from "./tools.ts";

interface Finished<Output> {
  readonly output: Output;
  readonly evidence: Evidence;
}

/**
 * Runs one agent under the laws: its input and output are validated, its result is remembered under the
 * idempotency key, its spend is reserved first and settled after, it holds only its lane's tools, the account is
 * proven first, and what it did is recorded in the same transaction as its result.
 */
export async function runAgent<Input, Output, Tool extends ToolName>(
  definition: Agent<Input, Output, Tool>,
  event: AgentEvent,
  whole: World,
): Promise<Output> {
  const { executionId, idempotencyKey, ...rest } = event;
  const input = parseInput(definition.input, rest, `the input of ${definition.name}`);
  const resultKey = keys.result(executionId, idempotencyKey);
  const table = await remembering(whole.table, [
    ...[resultKey, keys.execution(executionId), keys.chainHead(executionId)],
    ...settledKeys(executionId, idempotencyKey, { agent: definition.name, now: whole.clock.now() }),
  ]);
  const remembered = await table.get(resultKey);
  if (remembered) return remembered.attributes["output"] as Output;
  const execution = await find(table, executionId);
  requireWanted(execution, definition.name);
  const world = asChosen(whole, execution);
  const reserved = await reserveOrSay(definition, event, execution, { ...world, table });
  const call = {
    executionId,
    idempotencyKey,
    requestedBy: execution.requestedBy,
    settings: world.environment(execution.environment),
    simulated: world.cloud(execution.environment).simulated,
    now: () => world.clock.now(),
  };
  const startedAt = world.clock.now();
  const evidence: Evidence = { artifacts: [], memories: [], writes: [], spent: NOTHING, waited: 0 };
  try {
    const output = await act(definition, input, { call, execution, evidence, reserved, world });
    const finished = { output, evidence: withTime(evidence, startedAt, world) };
    // Most artifacts of a call are the first of their name.
    table.supposeAbsent(evidence.artifacts.map(({ name }) => keys.artifact(executionId, name)));
    return await atomically(table, (unit) => finish(unit, definition, call, finished));
  } catch (error) {
    const left = withTime(evidence, startedAt, world);
    await atomically(world.table, (unit) => fail(unit, definition.name, call, left, error));
    throw error;
  }
}

/** The optional agents somebody had it do without do nothing. @throws SkipError AgentSkipped */
function requireWanted({ id, skips = [] }: Execution, agent: string): void {
  if (skips.includes(agent)) throw new SkipError("AgentSkipped", `execution ${id} does without ${agent}`);
}

/** Where somebody chose rules, there are no models. */
function asChosen(world: World, { strategy }: Execution): World {
  return strategy === "rules" ? { ...world, models: [] } : world;
}

interface Acting {
  readonly call: AgentCall;
  readonly execution: Execution;
  readonly evidence: Evidence;
  readonly reserved: Amounts;
  readonly world: World;
}

async function act<Input, Output, Tool extends ToolName>(
  definition: Agent<Input, Output, Tool>,
  input: Input,
  { call, execution, evidence, reserved, world }: Acting,
): Promise<Output> {
  const cloud = world.cloud(execution.environment);
  const all = toolbox({ world, execution, cloud, reserved, evidence });
  const tools = handOut(definition, all);
  if (reachesCloud(definition.tools)) await requireAccount(cloud);
  const output = await definition.run(input, tools, call);
  return parseInput(definition.output, output, `the output of ${definition.name}`);
}

/** Sets the budget aside, or leaves word of what it lacks for whoever may grant more. */
async function reserveOrSay<Input, Output, Tool extends ToolName>(
  ...asked: Parameters<typeof reserveFor<Input, Output, Tool>>
): Promise<Amounts> {
  try {
    return await reserveFor(...asked);
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    const [, { executionId }, , world] = asked;
    const { message: shortage } = error;
    await atomically(world.table, async (unit) =>
      store(unit, { ...(await load(unit, executionId)), shortage }),
    );
    throw error;
  }
}

async function reserveFor<Input, Output, Tool extends ToolName>(
  { name, budget, emergency, tools }: Agent<Input, Output, Tool>,
  { executionId, idempotencyKey }: AgentEvent,
  execution: Execution,
  world: World,
): Promise<Amounts> {
  const { limits } = world.environment(execution.environment);
  const setAside = async (amounts: Amounts): Promise<Amounts> => {
    const request = { executionId, idempotencyKey, agent: name, amounts, emergency: emergency ?? false };
    return (await atomically(world.table, (unit) => reserve(unit, request, limits, world.clock.now())))
      .amounts;
  };
  const whole = amountsOf(budget);
  // Without a model nothing can be spent on one, and nothing is set aside for it.
  const bare = { ...whole, tokens: 0, microUsd: 0 };
  const { forAnswers, forMemory } = models(tools, world);
  if (forAnswers) return await setAside(whole);
  if (!forMemory) return await setAside(bare);
  try {
    return await setAside(atMost(whole, MEMORY));
  } catch (error) {
    // A memory is worth no pause: without tokens for it, the agent works without it.
    if (!(error instanceof BudgetError && error.name === "BudgetExhausted")) throw error;
    return await setAside(bare);
  }
}

/** The most that vectors of one call may take. */
const MEMORY = { tokens: 20_000, microUsd: 10_000 } as const;

function atMost(amounts: Amounts, { tokens, microUsd }: Pick<Amounts, "tokens" | "microUsd">): Amounts {
  return {
    ...amounts,
    tokens: Math.min(amounts.tokens, tokens),
    microUsd: Math.min(amounts.microUsd, microUsd),
  };
}

/** Whether an agent with these tools may ask models, and what for. */
function models(tools: readonly ToolName[], world: World) {
  const recalls = tools.includes("memory.similar") || tools.includes("memory.index");
  return {
    forAnswers: tools.includes("model.answer") && world.models.length > 0,
    forMemory: recalls && world.memory?.embedder !== undefined,
  };
}

async function finish<Input, Output, Tool extends ToolName>(
  unit: Unit,
  { name, lane }: Agent<Input, Output, Tool>,
  call: AgentCall,
  { output, evidence }: Finished<Output>,
): Promise<Output> {
  const { executionId, idempotencyKey, now } = call;
  const at = now().toISOString();
  const resultKey = keys.result(executionId, idempotencyKey);
  await unit.foresee(
    ...[resultKey, keys.execution(executionId), keys.chainHead(executionId)],
    ...evidence.artifacts.map((artifact) => keys.artifact(executionId, artifact.name)),
    ...settledKeys(executionId, idempotencyKey, { agent: name, now: now() }),
    ...evidence.memories.map(entryKey),
    ...evidence.writes.flatMap(({ keys: about }) => about),
  );
  await spend(unit, call, evidence.spent);
  // Another try of the same call may have finished meanwhile: its result stands, this one has only cost something.
  const earlier = await unit.get<{ output: Output }>(resultKey);
  if (earlier) return earlier.output;
  for (const artifact of evidence.artifacts) await attach(unit, executionId, artifact, at);
  for (const memory of evidence.memories) await remember(unit, memory);
  for (const { write } of evidence.writes) await write(unit);
  unit.put({ ...resultKey, attributes: { output }, expiresAt: daysAfter(now(), RESULT_DAYS) });
  await record(unit, executionId, {
    at,
    type: "agent.finished",
    actor: `agent:${name}`,
    data: { lane, idempotencyKey, spent: evidence.spent, artifacts: evidence.artifacts },
  });
  return output;
}

async function fail(
  unit: Unit,
  name: string,
  call: AgentCall,
  { spent, artifacts }: Evidence,
  error: unknown,
): Promise<void> {
  const { executionId, idempotencyKey, now } = call;
  const at = now().toISOString();
  // What failed may be no more than the news that the result was stored.
  if (await unit.get(keys.result(executionId, idempotencyKey))) return;
  await spend(unit, call, spent);
  for (const artifact of artifacts) await attach(unit, executionId, artifact, at);
  const { name: errorName, message } =
    error instanceof Error ? error : { name: "Error", message: String(error) };
  await record(unit, executionId, {
    at,
    type: "agent.failed",
    actor: `agent:${name}`,
    data: { idempotencyKey, spent, artifacts, error: { name: errorName, message: redact(message) } },
  });
}

/** Settles the reservation and adds what was spent to the execution's own sum. */
async function spend(
  unit: Unit,
  { executionId, idempotencyKey, now }: AgentCall,
  spent: Amounts,
): Promise<void> {
  await settle(unit, executionId, idempotencyKey, { spent, now: now() });
  const execution = await load(unit, executionId);
  store(unit, { ...execution, spent: plus(execution.spent, spent) });
}

function withTime(evidence: Evidence, startedAt: Date, world: World): Evidence {
  const passed = world.clock.now().getTime() - startedAt.getTime();
  const milliseconds = Math.max(0, passed - evidence.waited);
  return { ...evidence, spent: { ...evidence.spent, milliseconds } };
}
