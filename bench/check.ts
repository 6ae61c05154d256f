import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { guardProgram } from "../adapters/guard/cfn-guard.ts";
import { judgePolicies } from "../bin/home/policies.ts";
import { readChange } from "../core/change/read-change.ts";
import { check } from "../core/check/check.ts";
import { costOf } from "../core/check/cost.ts";
import { score } from "../core/risk/score.ts";

/** What a template of so many resources costs to judge: for the figures in docs/check.md. */
const SIZES = [10, 100, 1_000, 10_000];
const RUNS = 5;
const POLICIES = join(import.meta.dirname, "../policies");

const KINDS: readonly ((index: number) => object)[] = [
  (i) => ({
    Type: "AWS::Lambda::Function",
    Properties: {
      MemorySize: 256,
      Role: { "Fn::GetAtt": [`Role${i}`, "Arn"] },
      Environment: { Variables: { TABLE: { Ref: `Table${i}` }, STAGE: { Ref: "Stage" } } },
    },
  }),
  () => ({
    Type: "AWS::DynamoDB::Table",
    Properties: {
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  }),
  (i) => ({
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      },
      Policies: [
        {
          PolicyName: "work",
          PolicyDocument: {
            Statement: [
              {
                Effect: "Allow",
                Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
                Resource: { "Fn::GetAtt": [`Table${i}`, "Arn"] },
              },
            ],
          },
        },
      ],
    },
  }),
  (i) => ({
    Type: "AWS::EC2::SecurityGroup",
    Properties: {
      GroupDescription: "g",
      SecurityGroupIngress: [
        { IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: `10.${i % 256}.0.0/16` },
      ],
    },
  }),
  () => ({
    Type: "AWS::S3::Bucket",
    Properties: {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
    },
  }),
  () => ({ Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 60 } }),
  () => ({
    Type: "AWS::RDS::DBInstance",
    Properties: {
      Engine: "postgres",
      DBInstanceClass: "db.t4g.medium",
      AllocatedStorage: "50",
      StorageType: "gp3",
      StorageEncrypted: true,
    },
  }),
  () => ({ Type: "AWS::Logs::LogGroup", Properties: { RetentionInDays: 30 } }),
];
const NAMES = ["Function", "Table", "Role", "Group", "Bucket", "Queue", "Database", "Logs"];

function templateOf(size: number): string {
  const resources = Array.from({ length: size }, (_, index) => {
    const kind = index % KINDS.length;
    const number = Math.floor(index / KINDS.length);
    return [`${NAMES[kind]}${number}`, KINDS[kind]!(number)] as const;
  });
  return JSON.stringify({
    Parameters: { Stage: { Type: "String", Default: "dev" } },
    Resources: Object.fromEntries(resources),
  });
}

async function median(work: () => unknown): Promise<number> {
  const times: number[] = [];
  await work();
  for (let run = 0; run < RUNS; run += 1) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] as number;
}

const recreation = () => Promise.reject(new Error("a template alone asks for none"));
const read = (text: string) => readChange({ name: "bench", text }, { recreation, region: "eu-west-1" });

function bareGuard(program: string, text: string): void {
  const rules = readdirSync(POLICIES)
    .filter((name) => name.endsWith(".guard"))
    .map((name) => readFileSync(join(POLICIES, name), "utf8"));
  const input = JSON.stringify({ rules, data: [text] });
  spawnSync(program, ["validate", "--payload", "--structured", "-o", "json", "-S", "none"], {
    input,
    maxBuffer: 1 << 30,
  });
}

const program = guardProgram();
console.log("resources   read ms   cost ms   risk ms   policy ms   whole ms   bare cfn-guard ms   memory MB");
for (const size of SIZES) {
  const text = templateOf(size);
  const change = await read(text);
  const columns = [
    await median(() => read(text)),
    await median(() => costOf(change, "eu-west-1", undefined)),
    await median(() => score({ change })),
    await median(() => judgePolicies(change, { folders: [], waivers: undefined })),
    await median(async () => {
      const one = await read(text);
      const policy = await judgePolicies(one, { folders: [], waivers: undefined });
      return JSON.stringify(check(one, { region: "eu-west-1", policy, now: new Date() }));
    }),
    program === undefined ? Number.NaN : await median(() => bareGuard(program, text)),
    process.memoryUsage().rss / 1024 / 1024,
  ];
  console.log(
    `${String(size).padStart(9)}${columns.map((value) => value.toFixed(0).padStart(10)).join(" ")}`,
  );
}
