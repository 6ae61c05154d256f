import { Hono } from "hono";
import * as z from "zod";
import { sha256 } from "../../core/digest.ts";
import type { World } from "../../core/ports.ts";
import type { TaskQueue } from "../../core/queue/task-queue.ts";
import type { ApiPorts } from "../ports.ts";
import { ApiError, problemOf } from "../problem.ts";
import { requireFirst, requireSigned } from "./signature.ts";

export interface SlackPorts {
  readonly world: Pick<World, "table" | "clock">;
  /** What Slack signs its requests with. */
  readonly signingSecret: string;
  /** Where the work waits: Slack wants its answer within three seconds. */
  readonly queue: TaskQueue;
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
    const parsed = button.safeParse(jsonIn(fields.get("payload")));
    if (!parsed.success) return c.json({ text: "This button is none of ours." });
    const { user, response_url: answerAt, actions } = parsed.data;
    const [gateId = "", digest] = (actions[0]?.value ?? "").split(" ");
    // A link is a button too, and asks for nothing.
    if (actions[0]?.action_id !== "approve") return c.body(null, 200);
    const asked = { slackUser: user.id, command: "/approve", text: gateId, digest, answerAt };
    return c.json(await take(ports, asked, fields));
  });
  app.onError((error, c) => {
    const { method, path } = c.req;
    const problem = problemOf(error, path);
    if (problem.status === 500) ports.onError(error, { method, path });
    return c.json(problem, problem.status as 403);
  });
  return app;
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

function jsonIn(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
