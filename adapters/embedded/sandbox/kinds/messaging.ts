import { arn, type Kind, nameOf, property, type Subject, uuid } from "./kind.ts";

function queueName(subject: Subject): string {
  const fifo = subject.properties["FifoQueue"] === true || subject.properties["FifoQueue"] === "true";
  const name = nameOf(subject, "QueueName", 75);
  return fifo && !name.endsWith(".fifo") ? `${name}.fifo` : name;
}

function topicName(subject: Subject): string {
  return nameOf(subject, "TopicName");
}

function ruleName(subject: Subject): string {
  const name = nameOf(subject, "Name", 64);
  const bus = property(subject, "EventBusName");
  return bus === undefined || bus === "default" ? name : `${bus}|${name}`;
}

export const MESSAGING: Readonly<Record<string, Kind>> = {
  "AWS::SQS::Queue": {
    name: "QueueName",
    unique: "account",
    id: (subject) => `https://sqs.${subject.region}.amazonaws.com/${subject.account}/${queueName(subject)}`,
    attributes: (subject, id) => ({
      Arn: arn(subject, "sqs", queueName(subject)),
      QueueName: queueName(subject),
      QueueUrl: id,
    }),
    seconds: { create: 30, update: 20, delete: 30 },
  },
  "AWS::SQS::QueuePolicy": { seconds: { create: 2 }, untagged: true },
  "AWS::SNS::Topic": {
    name: "TopicName",
    unique: "account",
    id: (subject) => arn(subject, "sns", topicName(subject)),
    attributes: (subject, id) => ({ TopicArn: id, TopicName: topicName(subject) }),
    seconds: { create: 11 },
  },
  "AWS::SNS::TopicPolicy": { seconds: { create: 2 }, untagged: true },
  "AWS::SNS::Subscription": {
    id: (subject) => `${property(subject, "TopicArn") ?? arn(subject, "sns", "topic")}:${uuid(subject)}`,
    seconds: { create: 2 },
    untagged: true,
  },
  "AWS::Events::EventBus": {
    name: "Name",
    unique: "account",
    attributes: (subject, id) => ({ Arn: arn(subject, "events", `event-bus/${id}`), Name: id }),
    seconds: { create: 3 },
  },
  "AWS::Events::Rule": {
    id: ruleName,
    attributes: (subject, id) => ({ Arn: arn(subject, "events", `rule/${id.replace("|", "/")}`) }),
    seconds: { create: 33, update: 20, delete: 20 },
  },
  "AWS::Events::Archive": {
    name: "ArchiveName",
    unique: "account",
    attributes: (subject, id) => ({ Arn: arn(subject, "events", `archive/${id}`), ArchiveName: id }),
    seconds: { create: 3 },
    untagged: true,
  },
  "AWS::Scheduler::Schedule": {
    name: "Name",
    unique: "account",
    attributes: (subject, id) => ({
      Arn: arn(subject, "scheduler", `schedule/${property(subject, "GroupName") ?? "default"}/${id}`),
    }),
    seconds: { create: 3 },
    untagged: true,
  },
  "AWS::StepFunctions::StateMachine": {
    name: "StateMachineName",
    unique: "account",
    id: (subject) => arn(subject, "states", `stateMachine:${nameOf(subject, "StateMachineName", 80)}`),
    attributes: (subject, id) => ({ Arn: id, Name: nameOf(subject, "StateMachineName", 80) }),
    seconds: { create: 4 },
  },
  "AWS::SES::EmailIdentity": {
    id: (subject) => property(subject, "EmailIdentity") ?? "example.com",
    seconds: { create: 4 },
  },
};
