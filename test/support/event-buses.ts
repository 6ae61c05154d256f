import { randomUUID } from "node:crypto";
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type AwsPlace, clientOf } from "../../adapters/aws/clients.ts";
import type { DomainEvent } from "../../core/events/event-bus.ts";
import type { Answer } from "./fault-proxy.ts";
import { createQueue } from "./queues.ts";
import { AT } from "./records.ts";

export interface ListenedBus {
  readonly name: string;
  /** What a rule on our source brought since the last time this was asked. */
  arrived(): Promise<DomainEvent[]>;
}

/** Makes a bus at the server, and a queue into which a rule puts what is ours. */
export async function createBus(place: AwsPlace): Promise<ListenedBus> {
  const name = `agent-mesh-test-${randomUUID()}`;
  const events = clientOf(place, EventBridgeClient);
  const { url, arn } = await createQueue(place);
  await events.send(new CreateEventBusCommand({ Name: name }));
  const EventPattern = JSON.stringify({ source: ["conductor"] });
  await events.send(new PutRuleCommand({ Name: "ours", EventBusName: name, EventPattern }));
  const Targets = [{ Id: "queue", Arn: arn }];
  await events.send(new PutTargetsCommand({ Rule: "ours", EventBusName: name, Targets }));
  return { name, arrived: () => drained(place, url) };
}

async function drained(place: AwsPlace, QueueUrl: string): Promise<DomainEvent[]> {
  const queue = clientOf(place, SQSClient);
  const events: DomainEvent[] = [];
  for (;;) {
    const { Messages = [] } = await queue.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return events;
    for (const { Body = "", ReceiptHandle } of Messages) {
      const envelope = JSON.parse(Body) as { "detail-type": string; detail: DomainEvent };
      if (envelope["detail-type"] !== envelope.detail.type) throw new Error(`mislabelled: ${Body}`);
      events.push(envelope.detail);
      await queue.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

export function anEvent(seq: number, changes: Partial<DomainEvent> = {}): DomainEvent {
  return {
    id: `exec_1#${seq}`,
    type: "gate.decided",
    at: AT,
    executionId: "exec_1",
    seq,
    actor: "grace",
    data: { gateId: "gate_1", decision: "approve" },
    ...changes,
  };
}

/** PutEvents' answer to entries of which these failed. */
export function eventsPartlyTaken(...codes: (string | undefined)[]): Answer {
  const Entries = codes.map((ErrorCode) =>
    ErrorCode ? { ErrorCode, ErrorMessage: "so" } : { EventId: "e" },
  );
  const FailedEntryCount = codes.filter(Boolean).length;
  return { status: 200, code: "", message: "", more: { Entries, FailedEntryCount } };
}
