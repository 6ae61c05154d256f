import { Match } from "aws-cdk-lib/assertions";
import { RemovalPolicy, type Stack } from "aws-cdk-lib/core";
import { describe, expect, test } from "vitest";
import { DataKey } from "../../../../lib/constructs/data-key.ts";
import { Database, type DatabaseProps } from "../../../../lib/constructs/database/database.ts";
import { DatabaseNetwork } from "../../../../lib/constructs/database/database-network.ts";
import { HttpApi } from "../../../../lib/constructs/http-api/http-api.ts";
import { statementsOf, synthesized } from "../synthesized.ts";

const INSTANCE = "AWS::RDS::DBInstance";

function networkOf(stack: Stack): DatabaseNetwork {
  return new DatabaseNetwork(stack, "Network", { availabilityZones: ["af-south-1a", "af-south-1b"] });
}

function database(props: Omit<DatabaseProps, "vpc"> = {}) {
  return synthesized((stack) => new Database(stack, "records", { ...props, vpc: networkOf(stack).vpc }));
}

test("a database told nothing is encrypted, backed up, private and protected from deletion", () => {
  database().hasResource(INSTANCE, {
    DeletionPolicy: "Snapshot",
    UpdateReplacePolicy: "Snapshot",
    Properties: {
      BackupRetentionPeriod: 7,
      CopyTagsToSnapshot: true,
      DeleteAutomatedBackups: false,
      DeletionProtection: true,
      PubliclyAccessible: false,
      StorageEncrypted: true,
      StorageType: "gp3",
      AutoMinorVersionUpgrade: true,
    },
  });
});

test("a database that may go leaves nothing behind", () => {
  database({ removalPolicy: RemovalPolicy.DESTROY }).hasResource(INSTANCE, {
    DeletionPolicy: "Delete",
    Properties: { DeletionProtection: false, DeleteAutomatedBackups: true },
  });
});

test("nobody is told the owner's password, and everybody else signs in by IAM", () => {
  const template = database();
  template.hasResourceProperties(INSTANCE, {
    EnableIAMDatabaseAuthentication: true,
    ManageMasterUserPassword: true,
    MasterUserPassword: Match.absent(),
    MasterUsername: Match.not("postgres"),
  });
  template.resourceCountIs("AWS::SecretsManager::Secret", 0);
});

test("a database has the sizes it was asked for", () => {
  const props = { instanceClass: "db.r8g.large", storageGb: 100, multiAz: true, backupDays: 35 };
  database({ ...props, databaseName: "billing" }).hasResourceProperties(INSTANCE, {
    DBInstanceClass: "db.r8g.large",
    AllocatedStorage: "100",
    MultiAZ: true,
    BackupRetentionPeriod: 35,
    DBName: "billing",
  });
});

test("one key encrypts a database's storage and its owner's password", () => {
  const template = synthesized((stack) => {
    const { key: encryptionKey } = new DataKey(stack, "DataKey");
    new Database(stack, "records", { vpc: networkOf(stack).vpc, encryptionKey });
  });
  const [keyId] = Object.keys(template.findResources("AWS::KMS::Key"));
  const KmsKeyId = { "Fn::GetAtt": [keyId, "Arn"] };
  template.hasResourceProperties(INSTANCE, { KmsKeyId, MasterUserSecret: { KmsKeyId } });
});

describe.each([
  { engine: "postgres", port: 5432, logs: ["postgresql", "upgrade"], tls: { "rds.force_ssl": "1" } },
  { engine: "mysql", port: 3306, logs: ["error", "slowquery"], tls: { require_secure_transport: "1" } },
] as const)("$engine", ({ engine, port, logs, tls }) => {
  test("refuses connections without TLS", () => {
    database({ engine }).hasResourceProperties("AWS::RDS::DBParameterGroup", { Parameters: tls });
  });

  test("sends its logs to CloudWatch", () => {
    database({ engine }).hasResourceProperties(INSTANCE, {
      Engine: engine,
      EnableCloudwatchLogsExports: logs,
    });
  });

  test("does not listen where scanners look first", () => {
    database({ engine }).hasResourceProperties(INSTANCE, { Port: Match.not(String(port)) });
  });
});

describe("a function that was granted a connection", () => {
  const template = synthesized((stack) => {
    const network = networkOf(stack);
    const records = new Database(stack, "records", { vpc: network.vpc });
    const api = new HttpApi(stack, "api", { network: network.forFunctions() });
    records.grantConnect(api.function, "app");
  });

  test("may sign in as that user of that database and no other", () => {
    const [connect] = statementsOf(template).filter(({ Action }) => Action === "rds-db:connect");
    expect(JSON.stringify(connect?.Resource)).toMatch(/"DbiResourceId"\]\},"\/app"/);
  });

  test("is the only one the database lets in", () => {
    template.resourceCountIs("AWS::EC2::SecurityGroupIngress", 1);
    template.hasResourceProperties("AWS::EC2::SecurityGroupIngress", {
      GroupId: { "Fn::GetAtt": [Match.stringLikeRegexp("^recordsSecurityGroup"), "GroupId"] },
      SourceSecurityGroupId: {
        "Fn::GetAtt": [Match.stringLikeRegexp("^apiFunctionSecurityGroup"), "GroupId"],
      },
      FromPort: 15_432,
      ToPort: 15_432,
    });
    template.allResourcesProperties("AWS::EC2::SecurityGroup", { SecurityGroupIngress: Match.absent() });
  });
});

test("the owner is told how to admit a user who signs in by IAM", () => {
  synthesized((stack) => {
    const { vpc } = networkOf(stack);
    expect(new Database(stack, "records", { vpc }).admission("app")).toContain("GRANT rds_iam TO app");
    const ledger = new Database(stack, "ledger", { vpc, engine: "mysql", databaseName: "billing" });
    expect(ledger.admission("app")).toMatch(/AWSAuthenticationPlugin.*billing\.\*/);
  });
});
