import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fullDiff } from "@aws-cdk/cloudformation-diff";
import aslValidator from "asl-validator";
import { Validations } from "aws-cdk-lib";
import { App } from "aws-cdk-lib/core";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { EXPIRY_ATTRIBUTE, tableDefinition } from "../../../adapters/aws/table-definition.ts";
import { ENVIRONMENTS } from "../../../config/environments/index.ts";
import { namesOf } from "../../../config/environments/names.ts";
import type { EnvironmentConfig } from "../../../config/environments/schema.ts";
import { loadDefinition } from "../../../engine/definition/load.ts";
import { addEnvironment } from "../../../lib/stacks/environment.ts";
import { FUNCTIONS } from "../../../lib/stacks/pipelines/functions.ts";
import { WATCHES } from "../../../lib/stacks/pipelines/watches.ts";
import { ROOT } from "../../support/processes.ts";
import { temporaryFolder } from "../../support/workspace.ts";
import { type Resource, templates } from "./app.ts";

const configured = Object.values(ENVIRONMENTS);
/** Every environment with all there is, so that every stack is looked at. */
const environments = configured.map((config) => ({
  ...config,
  tier: "large" as const,
  // One of them with its agents on workers, one with a domain and Slack.
  agentsOn: config.environment === "sit" ? ("workers" as const) : config.agentsOn,
  ...(config.environment === "prod" && {
    domain: {
      name: "conductor.example.com",
      certificateArn: `arn:aws:acm:af-south-1:${config.account}:certificate/1`,
    },
    slack: { channel: "C012AB3CD" },
  }),
}));
const all = templates(environments);

const resourcesOf = (stack: string) => Object.entries(all.get(stack)?.Resources ?? {});
const ofType = (stack: string, type: string) => resourcesOf(stack).filter(([, { Type }]) => Type === type);

const withModels = (configs: readonly EnvironmentConfig[]): EnvironmentConfig[] =>
  configs.map((config) => ({
    ...config,
    models: { region: "eu-west-1", primary: "bedrock:global.anthropic.claude-sonnet-4-5-20250929-v1:0" },
  }));

test("no rule of AWS Solutions and none of CloudFormation's own finds anything to say", () => {
  const app = new App({
    outdir: temporaryFolder(),
    analyticsReporting: false,
    context: { "aws:cdk:bundling-stacks": [], "@aws-cdk/core:validateAgainstDefaultRules": true },
  });
  for (const config of withModels(environments)) addEnvironment(app, config);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});

test("the rules are really asked: a bucket that everybody may read is found", async () => {
  const { Bucket } = await import("aws-cdk-lib/aws-s3");
  const { Stack } = await import("aws-cdk-lib/core");
  const app = new App({ outdir: temporaryFolder(), analyticsReporting: false });
  new Bucket(new Stack(app, "leaky"), "Bucket");
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).toThrow();
});

describe.each(environments)("$environment", (config) => {
  const names = namesOf(config);
  const stacks = [...all.keys()].filter((name) => name.startsWith(`${names.mesh}-`));

  test("everything that takes tags says where it belongs", () => {
    for (const stack of stacks)
      for (const [logicalId, { Properties = {} }] of resourcesOf(stack)) {
        const { Tags: tags } = Properties as { Tags?: unknown };
        if (tags === undefined) continue;
        const given = Array.isArray(tags)
          ? Object.fromEntries(
              (tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
            )
          : tags;
        expect([logicalId, given]).toMatchObject([
          logicalId,
          {
            Environment: config.environment,
            Name: expect.stringMatching(/^agent-mesh-/),
            Project: "conductor",
          },
        ]);
      }
  });

  test("no stack exports anything that would hold another's update back", () => {
    for (const stack of stacks) {
      const { Outputs = {} } = all.get(stack) ?? {};
      expect(JSON.stringify(Outputs)).not.toContain("Export");
      expect(JSON.stringify(all.get(stack))).not.toContain("Fn::ImportValue");
    }
  });

  test("what holds data is kept or may go, as the configuration says; the record is kept in any case", () => {
    const kept = config.retain ? "Retain" : "Delete";
    const [[, table] = []] = ofType(names.stack("small"), "AWS::DynamoDB::Table");
    expect(table).toMatchObject({
      DeletionPolicy: kept,
      UpdateReplacePolicy: kept,
      Properties: { DeletionProtectionEnabled: config.retain },
    });
    const bucket = (name: string) =>
      ofType(names.stack("small"), "AWS::S3::Bucket").find(
        ([, { Properties }]) => Properties?.["BucketName"] === name,
      )?.[1];
    expect(bucket(names.artifacts)?.DeletionPolicy).toBe(kept);
    expect(bucket(names.timeline)?.DeletionPolicy).toBe("Retain");
  });

  test("the table is as the program makes its own", () => {
    const [[, table] = []] = ofType(names.stack("small"), "AWS::DynamoDB::Table");
    const { AttributeDefinitions, ...definition } = tableDefinition(names.table);
    expect(table?.Properties).toMatchObject({
      ...definition,
      AttributeDefinitions: expect.arrayContaining(AttributeDefinitions as object[]),
      TimeToLiveSpecification: { AttributeName: EXPIRY_ATTRIBUTE, Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      StreamSpecification: { StreamViewType: "NEW_IMAGE" },
    });
  });

  test("every alarm says what is wrong, and its runbook entry is there", () => {
    const runbook = readFileSync(join(ROOT, "docs/operations.md"), "utf8");
    const alarms = stacks.flatMap((stack) => ofType(stack, "AWS::CloudWatch::Alarm"));
    expect(alarms.length).toBeGreaterThan(7);
    for (const [logicalId, { Properties }] of alarms) {
      // Of a worker's scaling: they are no news for people.
      if (Properties?.["AlarmDescription"] === undefined || logicalId.includes("ByDepth")) continue;
      const [, entry = logicalId] =
        /see docs\/operations\.md, (\w+)$/.exec(String(Properties["AlarmDescription"])) ?? [];
      expect(runbook).toContain(`**${entry}.**`);
      expect(Properties["AlarmActions"]).toHaveLength(1);
    }
  });

  test("nobody can remove an anchor before its time", () => {
    const [, store] =
      ofType(names.stack("small"), "AWS::S3::Bucket").find(
        ([, { Properties }]) => Properties?.["BucketName"] === names.timeline,
      ) ?? [];
    expect(store?.Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: config.timelineRetentionDays } },
      },
    });
  });

  const definitions = ofType(names.stack("pipelines"), "AWS::StepFunctions::StateMachine");

  test.each(definitions)(
    "%s calls functions that exist, and its role may call exactly those",
    (_, machine) => {
      const { DefinitionString, DefinitionSubstitutions, RoleArn } = machine.Properties as {
        DefinitionString: string;
        DefinitionSubstitutions: Record<string, string | { "Fn::GetAtt": [string, string] }>;
        RoleArn: { "Fn::GetAtt": [string, string] };
      };
      const placeholders = [
        ...new Set([...DefinitionString.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name)),
      ];
      expect(Object.keys(DefinitionSubstitutions).toSorted()).toEqual(placeholders.toSorted());
      const { Resources } = all.get(names.stack("pipelines"))!;
      const called = Object.values(DefinitionSubstitutions).flatMap((value) =>
        typeof value === "string" ? [] : [value["Fn::GetAtt"][0]],
      );
      const sent = Object.values(DefinitionSubstitutions).filter((value) => typeof value === "string");
      expect(sent.length > 0).toBe(config.agentsOn === "workers");
      for (const url of sent) expect(url).toMatch(/\/agent-mesh-sit-subtasks-(read-only|dry-run|execute)$/);
      for (const id of called) expect(Resources[id]?.Type).toBe("AWS::Lambda::Function");
      const invoked = policiesOf(Resources, RoleArn["Fn::GetAtt"][0]).flatMap(({ Action, Resource }) =>
        Action === "lambda:InvokeFunction" ? [Resource].flat() : [],
      ) as { "Fn::GetAtt": [string, string] }[];
      expect(invoked.map(({ "Fn::GetAtt": [id] }) => id).toSorted()).toEqual(called.toSorted());
    },
  );

  test.each(definitions)("%s passes our validator and asl-validator", (_, machine) => {
    const { DefinitionString } = machine.Properties as { DefinitionString: string };
    const text = DefinitionString.replace(/\$\{(\w+)\}/g, "$1");
    expect(loadDefinition(text).warnings).toEqual([]);
    const { isValid, errors } = aslValidator(JSON.parse(text) as object);
    expect([isValid, errors]).toEqual([true, []]);
  });

  test("every function is on arm64 and Node 24, leaves traces and keeps its log as long as configured", () => {
    const functions = ofType(names.stack("pipelines"), "AWS::Lambda::Function");
    const around = ["api", "console", "dispatcher", "notifier", ...WATCHES.map(({ name }) => name)];
    const slack = config.environment === "prod" ? ["slack", "slack-worker"] : [];
    expect(functions.map(([, { Properties }]) => Properties?.["FunctionName"]).toSorted()).toEqual(
      [...FUNCTIONS.map(({ name }) => name), ...around, ...slack].map(names.function).toSorted(),
    );
    for (const [logicalId, { Properties }] of functions)
      expect([logicalId, Properties]).toMatchObject([
        logicalId,
        {
          Architectures: ["arm64"],
          Runtime: "nodejs24.x",
          TracingConfig: { Mode: "Active" },
          LoggingConfig: { LogFormat: "JSON" },
          Environment: {
            Variables: {
              AGENT_MESH_ENVIRONMENT: config.environment,
              AGENT_MESH_KV_TABLE: names.table,
              AGENT_MESH_ARTIFACTS_BUCKET: names.artifacts,
              AGENT_MESH_EVENT_BUS: names.bus,
              AGENT_MESH_QUEUE_URL: expect.stringContaining(names.queue),
            },
          },
        },
      ]);
  });
});

describe.each(environments)("where people decide in $environment", (config) => {
  const names = namesOf(config);
  const pipelines = names.stack("pipelines");
  const only = (type: string) => {
    const found = ofType(pipelines, type);
    expect([type, found.length]).toEqual([type, 1]);
    return found[0]![1].Properties ?? {};
  };

  test("the pool invites, demands a second factor that is no text message, and has a group for each role", () => {
    expect(only("AWS::Cognito::UserPool")).toMatchObject({
      MfaConfiguration: "ON",
      EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      DeletionProtection: config.retain ? "ACTIVE" : "INACTIVE",
      Policies: { PasswordPolicy: { MinimumLength: 14 } },
    });
    const groups = ofType(pipelines, "AWS::Cognito::UserPoolGroup").map(
      ([, { Properties }]) => Properties?.["GroupName"],
    );
    expect(groups.toSorted()).toEqual(Object.values(config.groups).toSorted());
    expect(only("AWS::Cognito::UserPoolClient")).toMatchObject({
      AllowedOAuthFlows: ["code"],
      ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      GenerateSecret: false,
      PreventUserExistenceErrors: "ENABLED",
    });
  });

  test("every route takes a token but those that ask for themselves", () => {
    const routes = ofType(pipelines, "AWS::ApiGatewayV2::Route").map(
      ([, { Properties }]) => [Properties?.["RouteKey"], Properties?.["AuthorizationType"]] as const,
    );
    expect(Object.fromEntries(routes)).toEqual({
      "ANY /api/{proxy+}": "JWT",
      "GET /api/conductor/health": "NONE",
      "GET /openapi.json": "NONE",
      $default: "NONE",
      ...(config.slack && { "POST /slack/{proxy+}": "NONE" }),
    });
    const pool = ofType(pipelines, "AWS::Cognito::UserPool")[0]?.[0];
    const client = ofType(pipelines, "AWS::Cognito::UserPoolClient")[0]?.[0];
    const { JwtConfiguration } = only("AWS::ApiGatewayV2::Authorizer") as {
      JwtConfiguration: { Audience: unknown[]; Issuer: unknown };
    };
    expect(JwtConfiguration.Audience).toEqual([{ Ref: client }]);
    expect(JSON.stringify(JwtConfiguration.Issuer)).toContain(`{"Ref":"${pool}"}`);
  });

  test("requests are throttled and logged", () => {
    expect(only("AWS::ApiGatewayV2::Stage")).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 50 },
      AccessLogSettings: { Format: expect.stringContaining("$context.identity.sourceIp") },
    });
  });

  test("with a domain there is no other way in, and the pool sends people back to it", () => {
    const { CallbackURLs } = only("AWS::Cognito::UserPoolClient");
    const api = only("AWS::ApiGatewayV2::Api");
    expect(api["DisableExecuteApiEndpoint"]).toBe(config.domain !== undefined);
    if (!config.domain) return expect(JSON.stringify(CallbackURLs)).toContain("ApiEndpoint");
    expect(CallbackURLs).toEqual(["https://conductor.example.com/sign-in/back"]);
    expect(only("AWS::ApiGatewayV2::DomainName")["DomainName"]).toBe("conductor.example.com");
    only("AWS::ApiGatewayV2::ApiMapping");
  });

  test("mails are signed, go over TLS only, and not again to who refused them", () => {
    expect(only("AWS::SES::EmailIdentity")["EmailIdentity"]).toBe(config.mail.sender.split("@")[1]);
    expect(only("AWS::SES::ConfigurationSet")).toMatchObject({
      Name: names.mailSet,
      DeliveryOptions: { TlsPolicy: "REQUIRE" },
      SuppressionOptions: { SuppressedReasons: ["BOUNCE", "COMPLAINT"] },
    });
  });

  test("what looks by the clock looks at its hour, and what is told and delivered is looked at every minute", () => {
    const schedules = ofType(pipelines, "AWS::Scheduler::Schedule").map(([, { Properties = {} }]) => [
      String(Properties["Name"]).replace(`${names.mesh}-`, ""),
      [Properties["ScheduleExpression"], Properties["ScheduleExpressionTimezone"]],
    ]);
    expect(Object.fromEntries(schedules)).toEqual({
      reconcile: ["rate(1 minute)", undefined],
      notify: ["rate(1 minute)", undefined],
      "health-watch": ["cron(0 9 * * ? *)", "Africa/Johannesburg"],
      "spending-watch": ["cron(0 8 * * ? *)", "Africa/Johannesburg"],
      "stack-watch": ["cron(0 2 * * ? *)", "Africa/Johannesburg"],
    });
  });
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

function policiesOf(resources: Readonly<Record<string, Resource>>, role: string): Statement[] {
  return Object.values(resources)
    .filter(
      ({ Type, Properties }) =>
        Type === "AWS::IAM::Policy" && JSON.stringify(Properties?.["Roles"]).includes(`"Ref":"${role}"`),
    )
    .flatMap(({ Properties = {} }) => (Properties["PolicyDocument"] as { Statement: Statement[] }).Statement);
}

describe("going up a tier", () => {
  const [dev] = configured as [EnvironmentConfig, ...EnvironmentConfig[]];
  const at = (tier: "small" | "medium" | "large") => templates([{ ...dev, tier }]);
  const [small, medium, large] = [at("small"), at("medium"), at("large")];

  test("adds stacks and leaves those beneath as they are", () => {
    expect([...small.keys()].toSorted()).toEqual(
      ["budget", "pipelines", "small"].map((name) => `agent-mesh-dev-${name}`),
    );
    expect([...medium.keys()]).toEqual(expect.arrayContaining([...small.keys(), "agent-mesh-dev-medium"]));
    expect([...large.keys()]).toEqual(expect.arrayContaining([...medium.keys(), "agent-mesh-dev-large"]));
    expect(medium.get("agent-mesh-dev-small")).toEqual(small.get("agent-mesh-dev-small"));
    expect(large.get("agent-mesh-dev-small")).toEqual(small.get("agent-mesh-dev-small"));
    expect(large.get("agent-mesh-dev-medium")).toEqual(medium.get("agent-mesh-dev-medium"));
  });

  test("replaces nothing of the pipelines", () => {
    const pipelines = (which: typeof small) => which.get("agent-mesh-dev-pipelines")?.Resources ?? {};
    const pairs = [
      [small, medium],
      [medium, large],
    ] as const;
    for (const [before, after] of pairs) {
      const { resources } = fullDiff(
        { Resources: pipelines(before) },
        { Resources: pipelines(after), Parameters: after.get("agent-mesh-dev-pipelines")?.Parameters },
      );
      const lost = Object.entries(resources.changes).filter(([, { changeImpact }]) =>
        ["WILL_REPLACE", "WILL_DESTROY", "WILL_ORPHAN"].includes(changeImpact),
      );
      expect(lost.map(([logicalId]) => logicalId)).toEqual([]);
    }
  });
});

test("the logical ids of what holds data are frozen: another one would replace it", () => {
  const stateful = [
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::Events::EventBus",
    "AWS::SecretsManager::Secret",
    "AWS::KMS::Key",
    "AWS::RDS::DBCluster",
    "AWS::Cognito::UserPool",
    "AWS::Backup::BackupVault",
    "AWS::ECR::Repository",
  ];
  const ids = (environment: string) =>
    Object.fromEntries(
      [...all.keys()]
        .filter((stack) => stack.startsWith(`agent-mesh-${environment}-`))
        .map((stack) => [
          stack.replace(environment, "<env>"),
          resourcesOf(stack)
            .filter(([, { Type }]) => stateful.includes(Type))
            .map(([logicalId]) => logicalId)
            .toSorted(),
        ])
        .filter(([, found]) => (found as string[]).length > 0),
    );
  expect(ids("dev")).toMatchInlineSnapshot(`
    {
      "agent-mesh-<env>-large": [
        "AccessLogsBucketCD784A59",
        "AuditTrailBucketA91FD435",
        "DataKey17AFBB84",
        "TimelineLakeBucket62E03C6B",
        "VectorStoreCluster32503E1D",
        "VectorStoreVault8F20D79F",
      ],
      "agent-mesh-<env>-medium": [
        "LogKey15608DC4",
        "WorkersdryrunTasksDeadLetters71A2A0EF",
        "WorkersdryrunTasksQueue94D4529C",
        "WorkersexecuteTasksDeadLettersF89D9978",
        "WorkersexecuteTasksQueueF286E47B",
        "WorkersreadonlyTasksDeadLetters9FD6AA95",
        "WorkersreadonlyTasksQueueBA34A6D4",
      ],
      "agent-mesh-<env>-pipelines": [
        "WebPeoplePool28F4A2D9",
      ],
      "agent-mesh-<env>-small": [
        "AccessLogsBucketCD784A59",
        "ArtifactsBucket454C14F5",
        "EventBusEEC924FB",
        "KvStoreTable6789B846",
        "SigningKeySecret12FE2763",
        "TasksDeadLettersCFF7832A",
        "TasksQueue14B5121E",
        "TimelineStoreBucket9CADA985",
      ],
    }
  `);
  expect([ids("sit"), ids("prod")]).toEqual([ids("dev"), ids("dev")]);
});
