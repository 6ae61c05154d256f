import * as z from "zod";
import { type Doing, doSlackTask } from "../../api/slack/work.ts";
import { jsonIn } from "../../core/json.ts";

/** Messages as SQS hands them to a function. */
const batch = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.coerce.number() }),
    }),
  ),
});

/** Does what was asked for in Slack. A task that may be tried again stays in the queue; the others leave it. */
export async function slackTasks(event: unknown, work: Doing): Promise<object> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body, attributes } of batch.parse(event).Records) {
    // What is no JSON is no task either: it is dropped like any other that is not understood.
    const task = { body: jsonIn(body), receives: attributes.ApproximateReceiveCount };
    if (!(await doSlackTask(work, task))) batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
}
