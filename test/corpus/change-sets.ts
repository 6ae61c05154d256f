import type { Case } from "./corpus.ts";

interface Described {
  readonly action: string;
  readonly id: string;
  readonly type: string;
  readonly replacement?: string;
  readonly policy?: string;
  readonly properties?: readonly string[];
  readonly before?: object;
  readonly after?: object;
}

const RECREATION: Readonly<Record<string, string>> = {
  True: "Always",
  Conditional: "Conditionally",
  False: "Never",
};

function described({
  action,
  id,
  type,
  replacement,
  policy,
  properties = [],
  before,
  after,
}: Described): object {
  return {
    Type: "Resource",
    ResourceChange: {
      Action: action,
      LogicalResourceId: id,
      PhysicalResourceId: `shop-${id}`,
      ResourceType: type,
      ...(replacement === undefined ? {} : { Replacement: replacement }),
      ...(policy === undefined ? {} : { PolicyAction: policy }),
      Scope: properties.length > 0 ? ["Properties"] : [],
      Details: properties.map((name) => ({
        Target: {
          Attribute: name === "Tags" ? "Tags" : "Properties",
          Name: name,
          RequiresRecreation: RECREATION[replacement ?? "False"],
        },
        Evaluation: "Static",
        ChangeSource: "DirectModification",
      })),
      ...(before ? { BeforeContext: JSON.stringify({ Properties: before }) } : {}),
      ...(after ? { AfterContext: JSON.stringify({ Properties: after }) } : {}),
    },
  };
}

const set = (label: Case["label"], name: string, ...changes: readonly Described[]): Case => ({
  name,
  label,
  format: "change set",
  text: JSON.stringify({
    ChangeSetName: "next",
    StackName: "shop",
    Status: "CREATE_COMPLETE",
    ExecutionStatus: "AVAILABLE",
    Parameters: [],
    Changes: changes.map(described),
  }),
});

const DATABASE = "AWS::RDS::DBInstance";

export const changeSetCases: readonly Case[] = [
  set("dangerous", "a database is removed", {
    action: "Remove",
    id: "Orders",
    type: DATABASE,
    policy: "Delete",
  }),
  set("dangerous", "a table is replaced", {
    action: "Modify",
    id: "Carts",
    type: "AWS::DynamoDB::Table",
    replacement: "True",
    policy: "ReplaceAndDelete",
    properties: ["KeySchema"],
  }),
  set("dangerous", "a bucket may be replaced", {
    action: "Modify",
    id: "Photos",
    type: "AWS::S3::Bucket",
    replacement: "Conditional",
    properties: ["BucketName"],
  }),
  set("dangerous", "a name leads elsewhere", {
    action: "Modify",
    id: "Www",
    type: "AWS::Route53::RecordSet",
    replacement: "False",
    properties: ["ResourceRecords"],
  }),
  set("dangerous", "the trail is removed", {
    action: "Remove",
    id: "Trail",
    type: "AWS::CloudTrail::Trail",
    policy: "Delete",
  }),
  set("dangerous", "SSH is opened", {
    action: "Modify",
    id: "Group",
    type: "AWS::EC2::SecurityGroup",
    replacement: "False",
    properties: ["SecurityGroupIngress"],
    before: { SecurityGroupIngress: [] },
    after: { SecurityGroupIngress: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIp: "0.0.0.0/0" }] },
  }),
  set("dangerous", "a database loses its protection", {
    action: "Modify",
    id: "Orders",
    type: DATABASE,
    replacement: "False",
    properties: ["DeletionProtection"],
    before: { Engine: "postgres", DeletionProtection: "true" },
    after: { Engine: "postgres", DeletionProtection: "false" },
  }),
  set("routine", "tags change", {
    action: "Modify",
    id: "Orders",
    type: DATABASE,
    replacement: "False",
    properties: ["Tags"],
  }),
  set("routine", "a function gets new code", {
    action: "Modify",
    id: "Api",
    type: "AWS::Lambda::Function",
    replacement: "False",
    properties: ["Code"],
  }),
  set(
    "routine",
    "a task definition is replaced",
    {
      action: "Modify",
      id: "Task",
      type: "AWS::ECS::TaskDefinition",
      replacement: "True",
      properties: ["ContainerDefinitions"],
    },
    {
      action: "Modify",
      id: "Service",
      type: "AWS::ECS::Service",
      replacement: "False",
      properties: ["TaskDefinition"],
    },
  ),
  set(
    "routine",
    "a topic and a function are added",
    { action: "Add", id: "Topic", type: "AWS::SNS::Topic" },
    { action: "Add", id: "Api", type: "AWS::Lambda::Function" },
  ),
  set("routine", "an alarm is removed", {
    action: "Remove",
    id: "Alarm",
    type: "AWS::CloudWatch::Alarm",
    policy: "Delete",
  }),
  set("routine", "a database grows", {
    action: "Modify",
    id: "Orders",
    type: DATABASE,
    replacement: "False",
    properties: ["AllocatedStorage"],
    before: { Engine: "postgres", AllocatedStorage: "100" },
    after: { Engine: "postgres", AllocatedStorage: "200" },
  }),
];
