import { arn, type Kind, letters, nameOf, property, type Subject, uuid } from "./kind.ts";

const short = (length: number) => (subject: Subject) => letters(subject, length);

/** The function a version, an alias or a permission belongs to, whether named or given by its ARN. */
function functionName(subject: Subject): string {
  const given = property(subject, "FunctionName") ?? "function";
  return given.startsWith("arn:") ? (given.split(":")[6] ?? given) : given;
}

export const COMPUTE: Readonly<Record<string, Kind>> = {
  "AWS::Lambda::Function": {
    name: "FunctionName",
    unique: "account",
    id: (subject) => nameOf(subject, "FunctionName", 64),
    attributes: (subject, id) => ({ Arn: arn(subject, "lambda", `function:${id}`) }),
    seconds: { create: 8, update: 7, delete: 5 },
  },
  "AWS::Lambda::Version": {
    id: (subject) => arn(subject, "lambda", `function:${functionName(subject)}:${subject.generation}`),
    attributes: (subject, id) => ({ Version: String(subject.generation), FunctionArn: id }),
    seconds: { create: 4 },
    untagged: true,
  },
  "AWS::Lambda::Alias": {
    id: (subject) =>
      arn(subject, "lambda", `function:${functionName(subject)}:${property(subject, "Name") ?? "live"}`),
    attributes: (_subject, id) => ({ AliasArn: id }),
    seconds: { create: 3 },
    untagged: true,
  },
  "AWS::Lambda::Permission": { seconds: { create: 4 }, untagged: true },
  "AWS::Lambda::EventSourceMapping": { id: uuid, seconds: { create: 25, update: 25, delete: 20 } },
  "AWS::Lambda::Url": {
    id: (subject) => arn(subject, "lambda", `function:${functionName(subject)}`),
    attributes: (subject) => ({
      FunctionUrl: `https://${letters(subject, 32)}.lambda-url.${subject.region}.on.aws/`,
    }),
    seconds: { create: 3 },
    untagged: true,
  },
  "AWS::ApiGatewayV2::Api": {
    id: short(10),
    attributes: (subject, id) => ({
      ApiId: id,
      ApiEndpoint: `https://${id}.execute-api.${subject.region}.amazonaws.com`,
    }),
    seconds: { create: 4 },
  },
  "AWS::ApiGatewayV2::Stage": {
    id: (subject) => property(subject, "StageName") ?? "$default",
    seconds: { create: 3 },
  },
  "AWS::ApiGatewayV2::Route": { id: short(7), seconds: { create: 2 }, untagged: true },
  "AWS::ApiGatewayV2::Integration": { id: short(7), seconds: { create: 2 }, untagged: true },
  "AWS::ApiGatewayV2::Authorizer": { id: short(6), seconds: { create: 2 }, untagged: true },
  "AWS::ApiGateway::RestApi": {
    id: short(10),
    attributes: (subject, id) => ({ RestApiId: id, RootResourceId: letters(subject, 10, "root") }),
    seconds: { create: 4 },
  },
  "AWS::ApiGateway::Deployment": {
    id: short(6),
    attributes: (_subject, id) => ({ DeploymentId: id }),
    seconds: { create: 2 },
    untagged: true,
  },
  "AWS::ApiGateway::Stage": {
    id: (subject) => property(subject, "StageName") ?? "prod",
    seconds: { create: 3 },
  },
  "AWS::ApiGateway::Resource": {
    id: short(6),
    attributes: (_subject, id) => ({ ResourceId: id }),
    seconds: { create: 2 },
    untagged: true,
  },
  "AWS::ApiGateway::Method": { seconds: { create: 2 }, untagged: true },
  "AWS::ECS::Cluster": {
    name: "ClusterName",
    unique: "account",
    attributes: (subject, id) => ({ Arn: arn(subject, "ecs", `cluster/${id}`) }),
    seconds: { create: 12 },
  },
  "AWS::ECS::TaskDefinition": {
    id: (subject) => {
      const family = property(subject, "Family") ?? `${subject.stackName}${subject.logicalId}`;
      return arn(subject, "ecs", `task-definition/${family}:${subject.generation}`);
    },
    attributes: (_subject, id) => ({ TaskDefinitionArn: id }),
    seconds: { create: 3 },
  },
  "AWS::ECS::Service": {
    id: (subject) =>
      arn(
        subject,
        "ecs",
        `service/${property(subject, "Cluster") ?? "default"}/${nameOf(subject, "ServiceName")}`,
      ),
    attributes: (subject, id) => ({ Name: nameOf(subject, "ServiceName"), ServiceArn: id }),
    seconds: { create: 90, update: 120, delete: 60 },
  },
};
