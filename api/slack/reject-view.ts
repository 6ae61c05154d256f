import * as z from "zod";
import { jsonIn } from "../../core/json.ts";

const REASON = { block: "why", action: "reason" } as const;
/** Slack's own limit for an input of this kind. */
const MOST_CHARACTERS = 3_000;

/** Which gate is to be rejected, as its message showed it. */
const subject = z.strictObject({ gateId: z.string(), digest: z.string(), answerAt: z.string() });

/**
 * A form in Slack that asks why a gate is rejected: a rejection says so.
 * https://docs.slack.dev/reference/views/modal-views
 */
export function rejectView(about: z.output<typeof subject>): object {
  return {
    type: "modal",
    callback_id: "reject",
    private_metadata: JSON.stringify(about),
    title: text("Reject"),
    submit: text("Reject"),
    close: text("Back"),
    blocks: [
      {
        type: "input",
        block_id: REASON.block,
        label: text("Why?"),
        hint: text("Whoever asked for the change reads it, and it stays in the record."),
        element: {
          type: "plain_text_input",
          action_id: REASON.action,
          multiline: true,
          min_length: 1,
          max_length: MOST_CHARACTERS,
        },
      },
    ],
  };
}

/** What Slack sends when such a form is sent off. */
const submission = z.object({
  type: z.literal("view_submission"),
  user: z.object({ id: z.string() }),
  view: z.object({
    callback_id: z.literal("reject"),
    private_metadata: z.string(),
    state: z.object({
      values: z.object({
        [REASON.block]: z.object({ [REASON.action]: z.object({ value: z.string().trim().min(1) }) }),
      }),
    }),
  }),
});

/** Who rejects what and why; undefined for anything else. */
export function rejectionIn(
  payload: unknown,
): ({ readonly slackUser: string; readonly reason: string } & z.output<typeof subject>) | undefined {
  const sent = submission.safeParse(payload);
  if (!sent.success) return undefined;
  const { user, view } = sent.data;
  const about = subject.safeParse(jsonIn(view.private_metadata));
  if (!about.success) return undefined;
  const reason = view.state.values[REASON.block][REASON.action].value;
  return { slackUser: user.id, reason, ...about.data };
}

function text(words: string): object {
  return { type: "plain_text", text: words };
}
