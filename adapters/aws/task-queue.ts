import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import {
  bodyText,
  type HeldTask,
  MOST_RECEIVED,
  notHeld,
  type Receiving,
  type Task,
  type TaskQueue,
  TasksRefused,
} from "../../core/queue/task-queue.ts";
import { type FailedEntry, sendInBatches } from "./batches.ts";
import { type AwsPlace, clientOf } from "./clients.ts";
import { mapped } from "./errors.ts";

/** SQS's limits on one batch. */
const LIMITS = { count: 10, bytes: 256 * 1024 };

/** Carries a task's id beside its body. */
const ID = "taskId";

/** What SQS says of a message that is gone, or that is no longer held by this receipt. */
const NOT_HELD = ["ReceiptHandleIsInvalid", "MessageNotInflight", "InvalidParameterValue"];

/** SQS waits 20 seconds at most before it says that there is nothing, and needs a moment to say it. */
const LONGEST_WAIT_SECONDS = 20;
const WAITING_PATIENCE_MS = 25_000;

interface Entry {
  readonly id: string;
  readonly text: string;
}

interface Failed {
  readonly Id: string | undefined;
  readonly SenderFault: boolean | undefined;
  readonly Code: string | undefined;
  readonly Message?: string | undefined;
}

/** Tasks in an SQS queue, each the body of a message. The dead letters are the queue its redrive policy names. */
export class SqsTaskQueue implements TaskQueue {
  readonly #client: SQSClient;
  /** Where an answer is waited for as long as SQS waits for a message. */
  readonly #patientPlace: AwsPlace;
  readonly #url: string;

  constructor(place: AwsPlace, url: string) {
    this.#client = clientOf(place, SQSClient);
    this.#patientPlace = { ...place, patience: { ...place.patience, requestMs: WAITING_PATIENCE_MS } };
    this.#url = url;
  }

  async send(tasks: readonly Task[]): Promise<void> {
    const entries = tasks.map((task) => ({ id: task.id, text: sendable(bodyText(task)) }));
    const send = (batch: readonly Entry[]) => this.#sendBatch(batch);
    this.#require(await sendInBatches(entries, { limits: LIMITS, bytesOf, send }), "take");
  }

  async receive({ most, visibilitySeconds, waitSeconds = 0, signal }: Receiving): Promise<HeldTask[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#url,
      MaxNumberOfMessages: Math.min(most, MOST_RECEIVED),
      VisibilityTimeout: visibilitySeconds,
      WaitTimeSeconds: Math.min(waitSeconds, LONGEST_WAIT_SECONDS),
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      MessageAttributeNames: [ID],
    });
    const client = waitSeconds > 0 ? clientOf(this.#patientPlace, SQSClient) : this.#client;
    const options = signal ? { abortSignal: signal } : {};
    try {
      const { Messages = [] } = await this.#call("receiving tasks", () => client.send(command, options));
      return Messages.flatMap(heldTask);
    } catch (error) {
      if (signal?.aborted) return [];
      throw error;
    }
  }

  async delete(tasks: readonly HeldTask[]): Promise<void> {
    const send = (batch: readonly HeldTask[]) => this.#deleteBatch(batch);
    this.#require(await sendInBatches(tasks, { limits: LIMITS, bytesOf: () => 0, send }), "delete");
  }

  async extend({ id, receipt }: HeldTask, seconds: number): Promise<void> {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.#url,
      ReceiptHandle: receipt,
      VisibilityTimeout: seconds,
    });
    try {
      await this.#call(`holding the task ${id}`, () => this.#client.send(command), NOT_HELD);
    } catch (error) {
      if (error instanceof Error && NOT_HELD.includes(error.name)) throw notHeld(id, { cause: error });
      throw error;
    }
  }

  async #sendBatch(batch: readonly Entry[]): Promise<FailedEntry[]> {
    const Entries = batch.map(({ id, text }, at) => ({
      Id: String(at),
      MessageBody: text,
      MessageAttributes: { [ID]: { DataType: "String", StringValue: id } },
    }));
    const command = new SendMessageBatchCommand({ QueueUrl: this.#url, Entries });
    const what = `sending ${batch.length} tasks`;
    const { Failed = [] } = await this.#call(what, () => this.#client.send(command));
    return Failed.map(failedEntry);
  }

  async #deleteBatch(batch: readonly HeldTask[]): Promise<FailedEntry[]> {
    const Entries = batch.map(({ receipt }, at) => ({ Id: String(at), ReceiptHandle: receipt }));
    const command = new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries });
    const what = `deleting ${batch.length} tasks`;
    const { Failed = [] } = await this.#call(what, () => this.#client.send(command));
    return Failed.filter(({ Code = "" }) => !NOT_HELD.includes(Code)).map(failedEntry);
  }

  #require(lost: ReadonlyMap<{ readonly id: string }, string>, what: string): void {
    if (lost.size === 0) return;
    throw new TasksRefused(this.#url, what, new Map([...lost].map(([{ id }, why]) => [id, why])));
  }

  async #call<Result>(
    what: string,
    call: () => Promise<Result>,
    expected?: readonly string[],
  ): Promise<Result> {
    return await mapped(call, `the queue ${this.#url}: ${what}`, expected);
  }
}

/** SQS takes no character that XML cannot hold; those that JSON has not escaped are escaped here. */
function sendable(json: string): string {
  return json.replaceAll(/[\ufffe\uffff]/g, (character) => (character === "\ufffe" ? "\\ufffe" : "\\uffff"));
}

/** An attribute counts with its name and its type. */
function bytesOf({ id, text }: Entry): number {
  return Buffer.byteLength(`${ID}String${id}${text}`);
}

function failedEntry({ Id, SenderFault = false, Code = "", Message = "" }: Failed): FailedEntry {
  return { at: Number(Id), reason: `${Code}: ${Message}`, passing: !SenderFault };
}

/** A message that is no task of ours is left to become a dead letter. */
function heldTask(message: Message): HeldTask[] {
  const { Body = "", ReceiptHandle: receipt, Attributes, MessageAttributes, MessageId } = message;
  const body = objectIn(Body);
  const id = MessageAttributes?.[ID]?.StringValue ?? MessageId;
  if (!body || !receipt || !id) return [];
  return [{ id, body, receipt, receives: Number(Attributes?.ApproximateReceiveCount ?? 1) }];
}

function objectIn(text: string): HeldTask["body"] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as HeldTask["body"])
      : undefined;
  } catch {
    return undefined;
  }
}
