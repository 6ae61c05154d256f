// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders look like this.
import { describe, expect, test } from "vitest";
import type { ResourceChange } from "../../../core/artifacts/change-set.ts";
import type { Snapshot } from "../../../core/cloud/stack.ts";
import { forbiddenInProd } from "../../../core/policy/prod-laws.ts";
import type { Subject } from "../../../core/policy/subject.ts";
import type { Json, JsonObject, Template } from "../../../core/template/template.ts";

const NOW = new Date("2026-01-05T09:00:00.000Z");
const HOUR = 3_600_000;

type Case = Partial<Subject>;

function judge(environment: Subject["environment"], subject: Case) {
  return forbiddenInProd({ environment, stack: "orders", template: { Resources: {} }, now: NOW, ...subject });
}

const one = (Type: string, Properties: JsonObject): Template => ({
  Resources: { Thing: { Type, Properties } },
});
const turned = (Type: string, before: JsonObject, after: JsonObject): Case => ({
  before: one(Type, before),
  template: one(Type, after),
});

function change(changes: Partial<ResourceChange> = {}): ResourceChange {
  return {
    action: "remove",
    logicalId: "Thing",
    physicalId: "orders-db",
    type: "AWS::RDS::DBInstance",
    holdsState: true,
    fate: "delete",
    changed: [],
    ...changes,
  };
}

function snapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    snapshotId: "snap-1",
    of: "orders-db",
    createdAt: new Date(NOW.getTime() - HOUR).toISOString(),
    status: "available",
    encrypted: true,
    ...changes,
  };
}

const losing = (changes: Partial<ResourceChange>, snapshots: readonly Snapshot[] = []): Case => ({
  changes: [change(changes)],
  snapshots: new Map([["Thing", snapshots]]),
});

const ago = (hours: number) => new Date(NOW.getTime() - hours * HOUR).toISOString();

const ingress = (rule: Json, Type = "AWS::EC2::SecurityGroup"): Case => ({
  template: one(Type, Type.endsWith("Ingress") ? (rule as JsonObject) : { SecurityGroupIngress: [rule] }),
});
const POSTGRES = { IpProtocol: "tcp", FromPort: 5432, ToPort: 5432 };

const NOTHING = { Ref: "AWS::NoValue" };
const WHO = { Who: { Type: "String", Default: "0.0.0.0/0" } };
const ingressList = (rules: Json): Case => ({
  template: one("AWS::EC2::SecurityGroup", { SecurityGroupIngress: rules }),
});
const parts = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ ...POSTGRES, CidrIp: `${i}.0.0.0/8` }));
const scattered = (count: number) =>
  Object.fromEntries(
    parts(count).map((rule, i) => [
      `Rule${i}`,
      { Type: "AWS::EC2::SecurityGroupIngress", Properties: { GroupId: "sg-1", ...rule } },
    ]),
  );
const withPrefixList = (Entries: Json): Case => ({
  template: {
    Resources: {
      List: { Type: "AWS::EC2::PrefixList", Properties: { Entries } },
      ...one("AWS::EC2::SecurityGroup", {
        SecurityGroupIngress: [
          { ...POSTGRES, SourcePrefixListId: { "Fn::GetAtt": ["List", "PrefixListId"] } },
        ],
      }).Resources,
    },
  },
});
const guarded = (Port: Json, rule: JsonObject): Case => ({
  template: {
    Resources: {
      Database: {
        Type: "AWS::RDS::DBInstance",
        Properties: { Port, VpcSecurityGroupIds: [{ "Fn::GetAtt": "Group.GroupId" }] },
      },
      Group: { Type: "AWS::EC2::SecurityGroup" },
      Rule: { Type: "AWS::EC2::SecurityGroupIngress", Properties: { GroupId: { Ref: "Group" }, ...rule } },
    },
  },
});
const ownNetwork = (): Case => ({
  template: {
    Resources: {
      Network: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: { Ref: "Block" } } },
      ...one("AWS::EC2::SecurityGroup", {
        SecurityGroupIngress: [{ ...POSTGRES, CidrIp: { "Fn::GetAtt": ["Network", "CidrBlock"] } }],
      }).Resources,
    },
  },
});
const table = (Statement: JsonObject): Case => ({
  template: one("AWS::DynamoDB::Table", {
    ResourcePolicy: { PolicyDocument: { Version: "2012-10-17", Statement: [Statement] } },
  }),
});

const policyOf = (...Action: string[]): JsonObject => ({
  PolicyDocument: { Statement: [{ Effect: "Allow", Action, Resource: "*" }] },
});
const role = (Properties: JsonObject = {}) => ({ Type: "AWS::IAM::Role", Properties });
const boundary = (...actions: string[]) => ({
  Type: "AWS::IAM::ManagedPolicy",
  Properties: policyOf(...actions),
});
const REFERENCE = { PermissionsBoundary: { Ref: "Boundary" } };

/** Everything no approval can allow in prod. */
const FORBIDDEN: [string, Case][] = [
  ["deleting a database without a snapshot", losing({})],
  ["replacing a database without a snapshot", losing({ action: "replace" })],
  ["deleting data whose fate nobody knows", losing({ fate: undefined as never })],
  ["relying on a snapshot that the deletion itself would take", losing({ fate: "snapshot" })],
  ["relying on a snapshot that is older than a day", losing({}, [snapshot({ createdAt: ago(24.01) })])],
  ["relying on a snapshot of the future", losing({}, [snapshot({ createdAt: ago(-1) })])],
  ["relying on a snapshot of no date", losing({}, [snapshot({ createdAt: "soon" })])],
  ["relying on a snapshot that is not encrypted", losing({}, [snapshot({ encrypted: false })])],
  ["relying on a snapshot that is being made", losing({}, [snapshot({ status: "creating" })])],
  ["relying on a snapshot that failed", losing({}, [snapshot({ status: "failed" })])],
  ["relying on a snapshot of another database", losing({}, [snapshot({ of: "billing-db" })])],
  [
    "relying on snapshots that are each good in part",
    losing({}, [snapshot({ encrypted: false }), snapshot({ createdAt: ago(48) })]),
  ],
  ["deleting a queue's messages", losing({ type: "AWS::SQS::Queue", physicalId: "https://sqs/orders" })],
  [
    "deleting what has no physical name, whatever snapshots there are",
    losing({ physicalId: undefined as never }, [snapshot()]),
  ],
  [
    "one deletion among harmless ones",
    { changes: [change({ action: "add" }), change({ fate: "retain" }), change()] },
  ],

  [
    "switching a database's encryption off",
    turned("AWS::RDS::DBInstance", { StorageEncrypted: true }, { StorageEncrypted: false }),
  ],
  ["leaving a database's encryption out", turned("AWS::RDS::DBInstance", { StorageEncrypted: "true" }, {})],
  [
    "making a database's encryption depend on something",
    turned("AWS::RDS::DBInstance", { StorageEncrypted: true }, { StorageEncrypted: { Ref: "Encrypt" } }),
  ],
  [
    "switching off encryption that depended on something",
    turned("AWS::RDS::DBInstance", { StorageEncrypted: { Ref: "Encrypt" } }, { StorageEncrypted: false }),
  ],
  [
    "switching a bucket's encryption off",
    turned("AWS::S3::Bucket", { BucketEncryption: { Rules: [1] } }, {}),
  ],
  [
    "emptying a bucket's encryption",
    turned("AWS::S3::Bucket", { BucketEncryption: { Rules: [1] } }, { BucketEncryption: {} }),
  ],
  [
    "switching a bucket's access logs off",
    turned("AWS::S3::Bucket", { LoggingConfiguration: { DestinationBucketName: "l" } }, {}),
  ],
  [
    "switching a table's own key off",
    turned(
      "AWS::DynamoDB::Table",
      { SSESpecification: { SSEEnabled: true } },
      { SSESpecification: { SSEEnabled: false } },
    ),
  ],
  [
    "switching off the encryption a queue has by itself",
    turned("AWS::SQS::Queue", {}, { SqsManagedSseEnabled: false }),
  ],
  [
    "taking a queue's key away and its encryption with it",
    turned("AWS::SQS::Queue", { KmsMasterKeyId: "k" }, { SqsManagedSseEnabled: false }),
  ],
  ["taking a topic's key away", turned("AWS::SNS::Topic", { KmsMasterKeyId: "k" }, { KmsMasterKeyId: "" })],
  [
    "switching a file system's encryption off",
    turned("AWS::EFS::FileSystem", { Encrypted: true }, { Encrypted: false }),
  ],
  ["taking a log group's key away", turned("AWS::Logs::LogGroup", { KmsKeyId: "k" }, {})],
  ["taking a secret's key away", turned("AWS::SecretsManager::Secret", { KmsKeyId: "k" }, {})],
  [
    "switching a cluster's encryption off",
    turned("AWS::Redshift::Cluster", { Encrypted: true }, { Encrypted: false }),
  ],
  [
    "switching a cache's encryption off",
    turned(
      "AWS::ElastiCache::ReplicationGroup",
      { AtRestEncryptionEnabled: true },
      { AtRestEncryptionEnabled: false },
    ),
  ],
  [
    "switching a cache's encryption in transit off",
    turned(
      "AWS::ElastiCache::ReplicationGroup",
      { TransitEncryptionEnabled: true },
      { TransitEncryptionEnabled: false },
    ),
  ],
  [
    "switching a stream's encryption off",
    turned("AWS::Kinesis::Stream", { StreamEncryption: { KeyId: "k" } }, {}),
  ],
  [
    "switching a search domain's encryption off",
    turned(
      "AWS::OpenSearchService::Domain",
      { EncryptionAtRestOptions: { Enabled: true } },
      { EncryptionAtRestOptions: { Enabled: false } },
    ),
  ],
  [
    "ending a database's log exports",
    turned(
      "AWS::RDS::DBInstance",
      { EnableCloudwatchLogsExports: ["postgresql"] },
      { EnableCloudwatchLogsExports: [] },
    ),
  ],
  [
    "ending an API's access logs",
    turned(
      "AWS::ApiGatewayV2::Stage",
      { AccessLogSettings: { DestinationArn: "a" } },
      { AccessLogSettings: {} },
    ),
  ],
  ["ending a trail", turned("AWS::CloudTrail::Trail", { IsLogging: true }, { IsLogging: false })],
  [
    "turning a state machine's logging off while leaving it there",
    turned(
      "AWS::StepFunctions::StateMachine",
      { LoggingConfiguration: { Level: "ALL" } },
      { LoggingConfiguration: { Level: "OFF" } },
    ),
  ],
  ["taking a trail away", { before: one("AWS::CloudTrail::Trail", {}) }],
  ["taking a network's flow log away", { before: one("AWS::EC2::FlowLog", {}) }],

  ["taking a role's boundary away", turned("AWS::IAM::Role", { PermissionsBoundary: "arn:b" }, {})],
  [
    "exchanging a role's boundary",
    turned("AWS::IAM::Role", { PermissionsBoundary: "arn:b" }, { PermissionsBoundary: "arn:c" }),
  ],
  ["taking a user's boundary away", turned("AWS::IAM::User", { PermissionsBoundary: { Ref: "B" } }, {})],
  [
    "widening the policy that is a boundary",
    {
      before: { Resources: { Role: role(REFERENCE), Boundary: boundary("s3:Get*") } },
      template: { Resources: { Role: role(REFERENCE), Boundary: boundary("s3:*") } },
    },
  ],
  [
    "giving a role without a boundary the name of one that had it",
    {
      before: { Resources: { Role: role({ RoleName: "worker", PermissionsBoundary: "arn:b" }) } },
      template: { Resources: { Other: role({ RoleName: "worker" }) } },
    },
  ],

  [
    "a database that is publicly accessible",
    { template: one("AWS::RDS::DBInstance", { PubliclyAccessible: true }) },
  ],
  [
    "a database that says so in words",
    { template: one("AWS::RDS::DBInstance", { PubliclyAccessible: "true" }) },
  ],
  [
    "a warehouse that is publicly accessible",
    { template: one("AWS::Redshift::Cluster", { PubliclyAccessible: true }) },
  ],
  [
    "a database that may be publicly accessible",
    { template: one("AWS::RDS::DBInstance", { PubliclyAccessible: { Ref: "Public" } }) },
  ],
  ["everybody at a database's port", ingress({ ...POSTGRES, CidrIp: "0.0.0.0/0" })],
  ["everybody by IPv6", ingress({ ...POSTGRES, CidrIpv6: "::/0" })],
  ["everybody by IPv6 written out", ingress({ ...POSTGRES, CidrIpv6: "0:0:0:0:0:0:0:0/0" })],
  ["half the internet", ingress({ ...POSTGRES, CidrIp: "128.0.0.0/1" })],
  [
    "everybody in a range of ports around it",
    ingress({ IpProtocol: "tcp", FromPort: 0, ToPort: 65535, CidrIp: "0.0.0.0/0" }),
  ],
  [
    "everybody at ports written as text",
    ingress({ IpProtocol: "6", FromPort: "3000", ToPort: "4000", CidrIp: "0.0.0.0/0" }),
  ],
  ["everybody at every protocol", ingress({ IpProtocol: "-1", CidrIp: "0.0.0.0/0" })],
  ["everybody at every protocol as a number", ingress({ IpProtocol: -1, CidrIp: "0.0.0.0/0" })],
  [
    "everybody at a port that is chosen later",
    ingress({ IpProtocol: "tcp", FromPort: { Ref: "P" }, ToPort: { Ref: "P" }, CidrIp: "0.0.0.0/0" }),
  ],
  [
    "everybody in a rule of its own",
    ingress({ ...POSTGRES, CidrIp: "0.0.0.0/0" }, "AWS::EC2::SecurityGroupIngress"),
  ],
  [
    "everybody at a Redis port",
    ingress({ IpProtocol: "tcp", FromPort: 6379, ToPort: 6379, CidrIp: "0.0.0.0/0" }),
  ],
  ["addresses that a parameter without a value gives", ingress({ ...POSTGRES, CidrIp: { Ref: "Who" } })],
  [
    "addresses that a parameter's default gives",
    {
      template: { ...ingress({ ...POSTGRES, CidrIp: { Ref: "Who" } }).template, Parameters: WHO } as Template,
    },
  ],
  [
    "addresses that a value of a parameter gives, whatever its default is",
    {
      template: {
        ...ingress({ ...POSTGRES, CidrIp: { Ref: "Who" } }).template,
        Parameters: { Who: { Type: "String", Default: "10.0.0.0/8" } },
      } as Template,
      parameters: { Who: "0.0.0.0/0" },
    },
  ],
  [
    "addresses that are put in",
    ingress({ ...POSTGRES, CidrIp: { "Fn::Sub": ["${a}/0", { a: "0.0.0.0" }] } }),
  ],
  [
    "addresses that are put together",
    ingress({ ...POSTGRES, CidrIp: { "Fn::Join": ["/", ["0.0.0.0", "0"]] } }),
  ],
  ["addresses of another stack", ingress({ ...POSTGRES, CidrIp: { "Fn::ImportValue": "addresses" } })],
  ["addresses that are none", ingress({ ...POSTGRES, CidrIp: "anybody" })],
  [
    "a rule behind a condition",
    ingress({ "Fn::If": ["Open", { ...POSTGRES, CidrIp: "0.0.0.0/0" }, NOTHING] }),
  ],
  [
    "addresses behind a condition",
    ingress({ ...POSTGRES, CidrIp: { "Fn::If": ["Open", "::/0", "10.0.0.0/8"] } }),
  ],
  [
    "a list of rules behind a condition",
    ingressList({ "Fn::If": ["Open", [{ ...POSTGRES, CidrIp: "0.0.0.0/0" }], []] }),
  ],
  ["a list of rules that nobody knows", ingressList({ "Fn::FindInMap": ["Rules", "all", "open"] })],
  ["a rule that stands alone for a list", ingressList({ ...POSTGRES, CidrIp: "0.0.0.0/0" })],
  ["the internet in 256 parts", ingressList(parts(256))],
  ["the internet in parts that are each a resource", { template: { Resources: scattered(256) } }],
  ["a list of addresses that others keep", ingress({ ...POSTGRES, SourcePrefixListId: "pl-1" })],
  [
    "a list of addresses that holds everybody's",
    withPrefixList([{ Cidr: "10.0.0.0/8" }, { Cidr: "0.0.0.0/0" }]),
  ],
  [
    "everybody at the port a database says it listens on",
    guarded(6000, { IpProtocol: "tcp", FromPort: 6000, ToPort: 6000, CidrIp: "0.0.0.0/0" }),
  ],
  [
    "everybody at some port of a database that chooses its own later",
    guarded({ Ref: "Port" }, { IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: "0.0.0.0/0" }),
  ],
  [
    "a database that says so in capitals",
    { template: one("AWS::RDS::DBInstance", { PubliclyAccessible: "True" }) },
  ],
  [
    "a database that a parameter's default makes public",
    {
      template: {
        ...one("AWS::RDS::DBInstance", { PubliclyAccessible: { Ref: "Public" } }),
        Parameters: { Public: { Type: "String", Default: "true" } },
      },
    },
  ],
  ["a table for everybody", table({ Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*" })],
  ["a table for everybody's accounts", table({ Effect: "Allow", Principal: { AWS: ["arn:x", "*"] } })],
  ["a table for all but one", table({ Effect: "Allow", NotPrincipal: { AWS: "arn:x" } })],
  [
    "a table for everybody who comes by TLS",
    table({ Effect: "Allow", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } }),
  ],
  ["a table for whoever a parameter names", table({ Effect: "Allow", Principal: { AWS: { Ref: "Who" } } })],
  [
    "a table that a condition opens to everybody",
    table({ "Fn::If": ["Open", { Effect: "Allow", Principal: "*" }, NOTHING] }),
  ],
];

/** What looks like it and is not. */
const ALLOWED: [string, Case][] = [
  ["retaining what is removed", losing({ fate: "retain" })],
  ["deleting with a verified snapshot", losing({}, [snapshot()])],
  ["deleting with a snapshot exactly a day old", losing({}, [snapshot({ createdAt: ago(24) })])],
  [
    "one good snapshot among bad ones",
    losing({}, [snapshot({ encrypted: false }), snapshot({ createdAt: ago(50) }), snapshot()]),
  ],
  ["replacing with a verified snapshot", losing({ action: "replace" }, [snapshot()])],
  ["modifying what holds data", losing({ action: "modify" })],
  ["removing what holds none", losing({ holdsState: false, type: "AWS::Lambda::Function" })],
  [
    "switching encryption on",
    turned("AWS::RDS::DBInstance", { StorageEncrypted: false }, { StorageEncrypted: true }),
  ],
  ["leaving what was never encrypted", turned("AWS::RDS::DBInstance", {}, { StorageEncrypted: false })],
  [
    "leaving encryption that depends on something as it is",
    turned("AWS::RDS::DBInstance", { StorageEncrypted: { Ref: "E" } }, { StorageEncrypted: { Ref: "E" } }),
  ],
  [
    "a queue that changes its key for the managed one",
    turned("AWS::SQS::Queue", { KmsMasterKeyId: "k" }, { SqsManagedSseEnabled: true }),
  ],
  ["a queue that says what it does anyway", turned("AWS::SQS::Queue", {}, { SqsManagedSseEnabled: true })],
  ["giving a role a boundary", turned("AWS::IAM::Role", {}, { PermissionsBoundary: "arn:b" })],
  [
    "leaving a boundary, written in another order",
    turned(
      "AWS::IAM::Role",
      { PermissionsBoundary: { a: 1, b: 2 } },
      { PermissionsBoundary: { b: 2, a: 1 } },
    ),
  ],
  ["removing a role with its boundary", { before: one("AWS::IAM::Role", { PermissionsBoundary: "arn:b" }) }],
  [
    "changing a policy that is no boundary",
    {
      before: { Resources: { Policy: boundary("s3:Get*") } },
      template: { Resources: { Policy: boundary("s3:*") } },
    },
  ],
  ["a private database", { template: one("AWS::RDS::DBInstance", { PubliclyAccessible: false }) }],
  [
    "a web server open to everybody",
    ingress({ IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: "0.0.0.0/0" }),
  ],
  ["a database open to the network", ingress({ ...POSTGRES, CidrIp: "10.0.0.0/8" })],
  ["a database open to a network of the stack's own", ownNetwork()],
  [
    "a database open to addresses that a parameter gives",
    {
      template: { ...ingress({ ...POSTGRES, CidrIp: { Ref: "Who" } }).template, Parameters: WHO } as Template,
      parameters: { Who: "10.0.0.0/8" },
    },
  ],
  [
    "a database open to one of two networks",
    ingress({ ...POSTGRES, CidrIp: { "Fn::If": ["Wide", "10.0.0.0/8", "10.0.0.0/16"] } }),
  ],
  [
    "a database open to all private networks",
    ingressList(
      ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map((CidrIp) => ({
        ...POSTGRES,
        CidrIp,
      })),
    ),
  ],
  [
    "a network named by many rules",
    ingressList(Array.from({ length: 40 }, () => ({ ...POSTGRES, CidrIp: "10.0.0.0/8" }))),
  ],
  ["a list of addresses of the stack's own", withPrefixList([{ Cidr: "10.0.0.0/8" }])],
  [
    "a web server beside a database that listens elsewhere",
    guarded(6000, { IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: "0.0.0.0/0" }),
  ],
  [
    "a database that says no in capitals",
    { template: one("AWS::RDS::DBInstance", { PubliclyAccessible: "False" }) },
  ],
  ["a table for a role", table({ Effect: "Allow", Principal: { AWS: { "Fn::GetAtt": ["Role", "Arn"] } } })],
  [
    "a table for the account",
    table({ Effect: "Allow", Principal: { AWS: { "Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root" } } }),
  ],
  [
    "a table that refuses everybody something",
    table({ Effect: "Deny", Principal: "*", Action: "dynamodb:DeleteTable" }),
  ],
  [
    "a table for everybody of one organization",
    table({ Effect: "Allow", Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } }),
  ],
  ["a database open to a group", ingress({ ...POSTGRES, SourceSecurityGroupId: "sg-1" })],
  ["pings from everybody", ingress({ IpProtocol: "icmp", FromPort: -1, ToPort: -1, CidrIp: "0.0.0.0/0" })],
  ["nothing at all", {}],
];

describe("in prod no approval can allow", () => {
  test.each(FORBIDDEN)("%s", (_what, subject) => {
    const findings = judge("prod", subject);
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings) expect(finding).toMatchObject({ law: 7, severity: "fatal" });
  });

  test("and it says of each how it could be done instead", () => {
    for (const [, subject] of FORBIDDEN) {
      for (const { message, fix } of judge("prod", subject)) expect([message, fix]).not.toContain("");
    }
  });
});

describe("in prod there is no law against", () => {
  test.each(ALLOWED)("%s", (_what, subject) => {
    expect(judge("prod", subject)).toEqual([]);
  });
});

describe.each(["dev", "sit"] as const)("in %s", (environment) => {
  test.each(FORBIDDEN)("law 7 does not speak of %s", (_what, subject) => {
    expect(judge(environment, subject)).toEqual([]);
  });
});

test("all at once are all found", () => {
  const removing = losing({});
  const before = {
    Resources: {
      ...one("AWS::RDS::DBInstance", { StorageEncrypted: true }).Resources,
      Trail: { Type: "AWS::CloudTrail::Trail" },
    },
  };
  const template = one("AWS::RDS::DBInstance", { StorageEncrypted: false, PubliclyAccessible: true });
  expect(
    judge("prod", { ...removing, before, template })
      .map(({ resource }) => resource)
      .toSorted(),
  ).toEqual(["Thing", "Thing", "Thing", "Trail"]);
});
