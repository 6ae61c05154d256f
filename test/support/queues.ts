import { createHash, randomUUID } from "node:crypto";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type AwsPlace, clientOf } from "../../adapters/aws/clients.ts";
import type { Task } from "../../core/queue/task-queue.ts";
import type { Answer } from "./fault-proxy.ts";

export interface Queue {
  readonly url: string;
  readonly arn: string;
}

/** Makes an empty queue at the server; what is taken from it `after` times goes to the dead letters. */
export async function createQueue(
  place: AwsPlace,
  dead?: { readonly queue: Queue; readonly after: number },
): Promise<Queue> {
  const client = clientOf(place, SQSClient);
  const redrive = dead && { deadLetterTargetArn: dead.queue.arn, maxReceiveCount: dead.after };
  const command = new CreateQueueCommand({
    QueueName: `agent-mesh-test-${randomUUID()}`,
    ...(redrive ? { Attributes: { RedrivePolicy: JSON.stringify(redrive) } } : {}),
  });
  const { QueueUrl: url = "" } = await client.send(command);
  const question = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] });
  const { Attributes = {} } = await client.send(question);
  return { url, arn: Attributes.QueueArn ?? "" };
}

/** Why SQS did not take an entry: by a fault of the sender's, or of its own; undefined where it took it. */
export type EntryFault = "mine" | "its" | undefined;

/** A batch's answer to the first of these tasks, of which some failed. */
export function tasksPartlyTaken(tasks: readonly Task[], faults: readonly EntryFault[]): Answer {
  const answers = faults.map((fault, at) => {
    const Id = String(at);
    if (fault === "mine") return { Id, SenderFault: true, Code: "InvalidMessageContents", Message: "so" };
    if (fault === "its") return { Id, SenderFault: false, Code: "InternalError", Message: "so" };
    // The SDK compares it with what it sent.
    const MD5OfMessageBody = createHash("md5").update(JSON.stringify(tasks[at]?.body)).digest("hex");
    return { Id, MD5OfMessageBody };
  });
  const Failed = answers.filter((answer) => "Code" in answer);
  const Successful = answers.filter((answer) => !("Code" in answer));
  return { status: 200, code: "", message: "", more: { Failed, Successful } };
}
