import type { Chat } from "../../core/chat/chat.ts";
import { NamedError } from "../../core/errors.ts";
import { requestRollback } from "../../core/execution/request-rollback.ts";
import { stateText } from "../../core/execution/state-text.ts";
import { isCritical } from "../../core/gate/critical.ts";
import type { Gate } from "../../core/gate/gate.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { AccessError, type Identity } from "../../core/identity/access.ts";
import { everybody } from "../../core/identity/people.ts";
import { StepUpError } from "../../core/identity/step-up.ts";
import type { World } from "../../core/ports.ts";
import { type TaskQueue, TasksRefused } from "../../core/queue/task-queue.ts";
import { executionFor, gateFor } from "../access.ts";
import { decideOn } from "../decide.ts";
import { statusOf } from "../problem.ts";
import { type SlackTask, slackTask } from "./app.ts";
import { escaped } from "./message.ts";

export interface SlackWork {
  readonly world: World;
  readonly queue: TaskQueue;
  readonly chat: Chat;
  readonly origin: string;
  readonly onError: (error: unknown) => void;
}

/** All of it but where tasks come from. */
export type Doing = Omit<SlackWork, "queue">;

const HOLD_SECONDS = 60;
/** Times a task is tried whose answer does not reach Slack; what it asked for has happened by then. */
const MOST_TRIES = 5;

/** Does what waits in the queue, and answers whoever asked. */
export async function doSlackWork(work: SlackWork): Promise<void> {
  const tasks = await work.queue.receive({ most: 10, visibilitySeconds: HOLD_SECONDS });
  for (const task of tasks) {
    if (!(await doSlackTask(work, task))) continue;
    await work.queue.delete([task]).catch((error: unknown) => {
      if (!(error instanceof TasksRefused)) throw error;
      work.onError(error);
    });
  }
}

/** Does one task and answers whoever asked. @returns whether it is over: done, not ours, or tried often enough */
export async function doSlackTask(
  work: Doing,
  task: { readonly body: unknown; readonly receives: number },
): Promise<boolean> {
  const asked = slackTask.safeParse(task.body);
  try {
    if (asked.success)
      await work.chat.answer(asked.data.answerAt, { text: await outcomeOf(work, asked.data) });
    return true;
  } catch (error) {
    work.onError(error);
    return task.receives >= MOST_TRIES;
  }
}

/** What came of it, in a sentence; a refusal is an answer like any other. */
async function outcomeOf(work: Doing, task: SlackTask): Promise<string> {
  try {
    const identity = await identityOf(work.world, task.slackUser);
    return await COMMANDS[task.command](work, identity, task);
  } catch (error) {
    if (error instanceof NamedError && (statusOf(error) ?? 500) < 500) return escaped(error.message);
    throw error;
  }
}

/** The person behind a Slack user: somebody has said so in the settings, and nobody is taken for another by name. */
async function identityOf({ table }: World, slackUser: string): Promise<Identity> {
  const person = (await everybody(table)).find(({ slack }) => slack === slackUser);
  if (!person) {
    throw new AccessError(
      "Forbidden",
      `nobody is known to Conductor as the Slack user ${slackUser}: an administrator enters it in the console's settings`,
    );
  }
  const { principal, grants } = person;
  return { caller: { principal, via: "slack", authenticated: true }, grants };
}

type Command = (work: Doing, identity: Identity, task: SlackTask) => Promise<string>;

const COMMANDS: Readonly<Record<SlackTask["command"], Command>> = {
  "/approve": (work, identity, task) => decide(work, identity, task, "approve"),
  "/reject": (work, identity, task) => decide(work, identity, task, "reject"),
  "/rollback": rollback,
  "/status": status,
};

async function decide(
  work: Doing,
  identity: Identity,
  { text, digest }: SlackTask,
  decision: "approve" | "reject",
): Promise<string> {
  const [gateId = "", ...words] = text.split(/\s+/);
  const gate = await gateFor(work.world.table, identity, gateId, "decide");
  if (isCritical(gate)) return criticalElsewhere(work, gate);
  const notes = words.length > 0 ? words.join(" ") : undefined;
  if (decision === "reject" && notes === undefined) return `Say why: \`/reject ${gate.id} because …\``;
  const ports = { world: work.world, stepUp: NO_STEP_UP };
  const decided = await decideOn(
    ports,
    gate,
    identity,
    { decision, digest: digest ?? gate.digest, notes },
    {},
  );
  const counted = decided.votes.filter((vote) => vote.decision === "approve").length;
  if (decided.status === "rejected") return `You rejected ${escaped(gate.subject)}.`;
  return `You approved ${escaped(gate.subject)} (${counted} of ${gate.requiredApprovals}).`;
}

function criticalElsewhere({ origin }: Doing, gate: Gate): string {
  return `This gate is critical and is not decided in Slack: <${origin}/gates/${gate.id}|decide in the console> with a one-time code.`;
}

/** Nothing that could be shown in Slack proves who somebody is. */
const NO_STEP_UP = {
  prove: () =>
    Promise.reject(
      new StepUpError("StepUpRequired", "critical gates are decided in the console, not in Slack"),
    ),
};

async function rollback({ world, origin }: Doing, identity: Identity, { text }: SlackTask): Promise<string> {
  const [id = "", ...words] = text.split(/\s+/);
  const { stack } = await executionFor(world.table, identity, id, "roll-back");
  await requestRollback(world, id, identity.caller, words.length > 0 ? words.join(" ") : undefined);
  return `${escaped(stack)} is being rolled back: <${origin}/executions/${id}|watch it>.`;
}

async function status({ world, origin }: Doing, identity: Identity, { text }: SlackTask): Promise<string> {
  const [id = ""] = text.split(/\s+/);
  const { stack, environment, changeStatus, outcome } = await executionFor(world.table, identity, id, "view");
  const open = (await ofExecution(world.table, id)).filter((gate) => gate.status === "open");
  const waits = open.map((gate) => ` It waits at \`${gate.id}\`: ${escaped(gate.subject)}.`).join("");
  return `<${origin}/executions/${id}|${escaped(stack)}> in ${environment}: ${stateText(changeStatus, outcome)}.${waits}`;
}
