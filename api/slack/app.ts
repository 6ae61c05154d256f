import { Hono } from "hono";
import * as z from "zod";
import type { Chat } from "../../core/chat/chat.ts";
import { sha256 } from "../../core/digest.ts";
import { jsonIn } from "../../core/json.ts";
import type { World } from "../../core/ports.ts";
import type { TaskQueue } from "../../core/queue/task-queue.ts";
import type { ApiPorts } from "../ports.ts";
import { ApiError, problemOf } from "../problem.ts";
import { rejectionIn, rejectView } from "./reject-view.ts";
import { requireFirst, requireSigned } from "./signature.ts";

export interface SlackPorts {
  readonly world: Pick<World, "table" | "clock">;
  /** What Slack signs its requests with. */
  readonly signingSecret: string;
  /** Where the work waits: Slack wants its answer within three seconds. */
  readonly queue: TaskQueue;
  /** What asks for the reason of a rejection; without it whoever rejects is told to give it with the command. */
  readonly chat?: Pick<Chat, "openView">;
  readonly onError: ApiPorts["onError"];
}

/** What somebody asked for in Slack, as it waits in the queue. */
export const slackTask = z.strictObject({
  slackUser: z.string(),
  command: z.enum(["/approve", "/reject", "/rollback", "/status"]),
  text: z.string().max(4_000),
  /** Of what a button's message showed. */
  digest: z.string().optional(),
  answerAt: z.string(),
});

export type SlackTask = z.output<typeof slackTask>;

const button = z.object({
  type: z.literal("block_actions"),
  user: z.object({ id: z.string() }),
  trigger_id: z.string(),
  response_url: z.string(),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).min(1),
});

const MOST_BYTES = 64 * 1024;

/** Slack's commands and buttons: checked, put into the queue, and answered at once. */
export function createSlack(ports: SlackPorts): Hono {
  const app = new Hono();
  app.post("/slack/commands", async (c) => {
    const fields = await fieldsOf(ports, c.req);
    const asked = {
      slackUser: fields.get("user_id"),
      command: fields.get("command"),
      text: (fields.get("text") ?? "").trim(),
      answerAt: fields.get("response_url"),
    };
    return c.json(await take(ports, asked, fields));
  });
  app.post("/slack/interactions", async (c) => {
    const fields = await fieldsOf(ports, c.req);
    const payload = jsonIn(fields.get("payload") ?? "");
    const rejection = rejectionIn(payload);
    if (rejection) {
      const { slackUser, gateId, digest, reason, answerAt } = rejection;
      const asked = { slackUser, command: "/reject", text: `${gateId} ${reason}`, digest, answerAt };
      await take(ports, asked, fields);
      // An empty answer closes the form.
      return c.body(null, 200);
    }
    const pressed = button.safeParse(payload);
    if (!pressed.success) return c.json({ text: "This button is none of ours." });
    const answer = await press(ports, pressed.data, fields);
    return answer ? c.json(answer) : c.body(null, 200);
  });
  app.onError((error, c) => {
    const { method, path } = c.req;
    const problem = problemOf(error, path);
    if (problem.status === 500) ports.onError(error, { method, path });
    return c.json(problem, problem.status as 403);
  });
  return app;
}

/** @returns what is said to whoever pressed; nothing where a form or a page opens */
async function press(
  ports: SlackPorts,
  { user, trigger_id: trigger, response_url: answerAt, actions }: z.output<typeof button>,
  fields: URLSearchParams,
): Promise<object | undefined> {
  const [gateId = "", digest = ""] = (actions[0]?.value ?? "").split(" ");
  const asked = { slackUser: user.id, text: gateId, digest, answerAt };
  switch (actions[0]?.action_id) {
    case "approve":
      return await take(ports, { ...asked, command: "/approve" }, fields);
    case "reject":
      if (await isAsked(ports, trigger, { gateId, digest, answerAt })) return undefined;
      return await take(ports, { ...asked, command: "/reject" }, fields);
    default:
      // A link is a button too, and asks for nothing.
      return undefined;
  }
}

/** Asks why, in a form; false where it could not be shown. */
async function isAsked(
  { chat, onError }: SlackPorts,
  trigger: string,
  about: Parameters<typeof rejectView>[0],
): Promise<boolean> {
  if (!chat) return false;
  try {
    await chat.openView(trigger, rejectView(about));
    return true;
  } catch (error) {
    onError(error, { method: "POST", path: "/slack/interactions" });
    return false;
  }
}

interface Received {
  header(name: string): string | undefined;
  text(): Promise<string>;
}

/** @throws SlackError, ApiError BodyTooLarge */
async function fieldsOf({ world, signingSecret }: SlackPorts, request: Received): Promise<URLSearchParams> {
  const body = await request.text();
  if (body.length > MOST_BYTES) throw new ApiError("BodyTooLarge", "Slack sends nothing that long");
  const signed = {
    timestamp: request.header("x-slack-request-timestamp") ?? "",
    signature: request.header("x-slack-signature") ?? "",
    body,
  };
  const now = world.clock.now();
  requireSigned(signingSecret, signed, now);
  await requireFirst(world.table, signed, now);
  return new URLSearchParams(body);
}

async function take({ queue }: SlackPorts, asked: object, fields: URLSearchParams): Promise<object> {
  const task = slackTask.safeParse(asked);
  if (!task.success) return { text: "I know `/approve`, `/reject`, `/rollback` and `/status`." };
  const id = sha256(fields.toString()).slice(0, 32);
  await queue.send([{ id: `slack-${id}`, body: task.data }]);
  return { response_type: "ephemeral", text: "On it." };
}
