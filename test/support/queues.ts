import { randomUUID } from "node:crypto";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type AwsPlace, clientOf } from "../../adapters/aws/clients.ts";

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
