import { randomUUID } from "node:crypto";
import {
  DeleteEventBusCommand,
  DeleteRuleCommand,
  EventBridgeClient,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { DeleteEmailIdentityCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  ListExecutionsCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { DeleteQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOf } from "../../../adapters/aws/clients.ts";
import { EventBridgeBus } from "../../../adapters/aws/event-bus.ts";
import { SesMailer } from "../../../adapters/aws/mailer.ts";
import { StepFunctionsOrchestrator } from "../../../adapters/aws/orchestrator.ts";
import { SqsTaskQueue } from "../../../adapters/aws/task-queue.ts";
import { TestClock } from "../clock.ts";
import { createTable, tableThrough } from "../dynamo-tables.ts";
import { anEvent, createBus } from "../event-buses.ts";
import { FaultProxy } from "../fault-proxy.ts";
import { aMail, deliveredBy, verify } from "../mails.ts";
import { createQueue } from "../queues.ts";
import type { PortOnTrial } from "./trial.ts";

const eventBus: PortOnTrial = {
  port: "event bus",
  adapter: "EventBridge",
  does: "publishes an event",
  on: "PutEvents",
  worksOn: "bus",
  doubles: "all with the id of the event",
  async open(moto, patience) {
    const { name, arrived } = await createBus(moto.place());
    const proxy = await FaultProxy.before(moto.endpoint);
    const bus = new EventBridgeBus(moto.place({ endpoint: proxy.endpoint, patience }), name, new TestClock());
    const events: string[] = [];
    return {
      proxy,
      call: () => bus.publish([anEvent(1)]),
      there: async () => {
        events.push(...(await arrived()).map(({ id }) => id));
        return [...events];
      },
      vanish: async () => {
        const client = clientOf(moto.place(), EventBridgeClient);
        await client.send(new RemoveTargetsCommand({ EventBusName: name, Rule: "ours", Ids: ["queue"] }));
        await client.send(new DeleteRuleCommand({ EventBusName: name, Name: "ours" }));
        await client.send(new DeleteEventBusCommand({ Name: name }));
      },
    };
  },
};

const taskQueue: PortOnTrial = {
  port: "task queue",
  adapter: "SQS",
  does: "sends a task",
  on: "SendMessageBatch",
  worksOn: "queue",
  doubles: "all with the id of the task",
  async open(moto, patience) {
    const { url } = await createQueue(moto.place());
    const proxy = await FaultProxy.before(moto.endpoint);
    const queue = new SqsTaskQueue(moto.place({ endpoint: proxy.endpoint, patience }), url);
    const truth = new SqsTaskQueue(moto.place(), url);
    const tasks: string[] = [];
    return {
      proxy,
      call: () => queue.send([{ id: "task-1", body: { stack: "shop" } }]),
      there: async () => {
        const held = await truth.receive({ most: 10, visibilitySeconds: 60 });
        await truth.delete(held);
        tasks.push(...held.map(({ id }) => id));
        return [...tasks];
      },
      vanish: () => clientOf(moto.place(), SQSClient).send(new DeleteQueueCommand({ QueueUrl: url })),
    };
  },
};

const mailer: PortOnTrial = {
  port: "mailer",
  adapter: "SES",
  does: "sends a mail",
  on: "POST /v2/email/outbound-emails",
  worksOn: "identity of the sender",
  doubles: "all with the id of the mail in a header",
  async open(moto, patience) {
    const serial = randomUUID();
    const from = `${serial}@example.com`;
    await verify(moto.place(), from);
    const name = await createTable(moto.place());
    const proxy = await FaultProxy.before(moto.endpoint);
    const place = moto.place({ endpoint: proxy.endpoint, patience });
    const sender = new SesMailer(place, { from }, tableThrough(moto, moto, name), new TestClock());
    return {
      proxy,
      call: () => sender.send(aMail({ subject: serial })),
      there: async () =>
        (await deliveredBy(moto)).map(({ subject }) => subject).filter((one) => one === serial),
      vanish: () =>
        clientOf(moto.place(), SESv2Client).send(new DeleteEmailIdentityCommand({ EmailIdentity: from })),
    };
  },
};

const MACHINE = { StartAt: "Done", States: { Done: { Type: "Succeed" } } };

const orchestrator: PortOnTrial = {
  port: "orchestrator",
  adapter: "Step Functions",
  does: "starts an execution by its name",
  on: "StartExecution",
  worksOn: "state machine",
  async open(moto, patience) {
    const client = clientOf(moto.place(), SFNClient);
    const { stateMachineArn = "" } = await client.send(
      new CreateStateMachineCommand({
        name: `machine-${randomUUID()}`,
        definition: JSON.stringify(MACHINE),
        roleArn: "arn:aws:iam::123456789012:role/states",
      }),
    );
    const proxy = await FaultProxy.before(moto.endpoint);
    const place = moto.place({ endpoint: proxy.endpoint, patience });
    const tried = new StepFunctionsOrchestrator(place, { change: stateMachineArn });
    return {
      proxy,
      call: () => tried.start("change", "exec_1", { goal: "g" }),
      there: async () => {
        const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
        return executions.map(({ name = "" }) => name);
      },
      vanish: () => client.send(new DeleteStateMachineCommand({ stateMachineArn })),
    };
  },
};

export const MESSAGING: readonly PortOnTrial[] = [eventBus, taskQueue, mailer, orchestrator];
