import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from "aws-cdk-lib/aws-backup";
import { IpAddresses, type IVpc, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import { Schedule } from "aws-cdk-lib/aws-events";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { CfnDBCluster, CfnDBInstance, CfnDBSubnetGroup } from "aws-cdk-lib/aws-rds";
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { acknowledge, acknowledgeWildcards, acknowledgeZones } from "./acknowledge.ts";
import { serviceLog } from "./service-log.ts";

export interface VectorStoreProps {
  readonly name: string;
  readonly key: IKey;
  /** Capacity units at most; none while nobody asks anything. */
  readonly mostAcu: number;
  readonly backupDays: number;
  readonly retain: boolean;
  readonly logRetentionDays: number;
  readonly logKey: IKey;
}

/** The database of the memory: its embeddings, which pgvector compares. The adapter makes the tables it needs. */
const DATABASE = "memory";

/**
 * Aurora PostgreSQL that pauses when nobody asks: reached by the RDS Data API only, so that its subnets have no route
 * to anywhere. RDS itself keeps and rotates the owner's password.
 */
export class VectorStore extends Construct {
  readonly cluster: CfnDBCluster;
  readonly secretArn: string;

  constructor(scope: Construct, id: string, props: VectorStoreProps) {
    super(scope, id);
    const { name, key, retain } = props;
    const vpc = new Vpc(this, "Vpc", {
      vpcName: name,
      ipAddresses: IpAddresses.cidr("10.65.0.0/24"),
      maxAzs: 2,
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: "Database", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 }],
    });
    acknowledgeZones(vpc);
    acknowledge(vpc, {
      VPC7: "No route leads into or out of it: there is no traffic that a flow log could show",
    });
    const subnets = new CfnDBSubnetGroup(this, "Subnets", {
      dbSubnetGroupDescription: "No route leads out of these",
      subnetIds: (vpc as IVpc).isolatedSubnets.map(({ subnetId }) => subnetId),
    });
    const logs = serviceLog(this, "Logs", {
      logGroupName: `/aws/rds/cluster/${name}/postgresql`,
      retentionDays: props.logRetentionDays,
      key: props.logKey,
    });
    this.cluster = new CfnDBCluster(this, "Cluster", {
      dbClusterIdentifier: name,
      engine: "aurora-postgresql",
      engineVersion: "16.9",
      databaseName: DATABASE,
      masterUsername: "conductor",
      manageMasterUserPassword: true,
      masterUserSecret: { kmsKeyId: key.keyArn },
      storageEncrypted: true,
      kmsKeyId: key.keyArn,
      enableHttpEndpoint: true,
      enableIamDatabaseAuthentication: true,
      enableCloudwatchLogsExports: ["postgresql"],
      port: 15_432,
      serverlessV2ScalingConfiguration: {
        minCapacity: 0,
        maxCapacity: props.mostAcu,
        secondsUntilAutoPause: 300,
      },
      dbSubnetGroupName: subnets.ref,
      backupRetentionPeriod: props.backupDays,
      copyTagsToSnapshot: true,
      deletionProtection: retain,
    });
    this.cluster.node.addDependency(logs);
    if (!retain)
      acknowledge(this.cluster, {
        RDS10: "The environment's configuration says that its data may go with its stack",
      });
    this.cluster.applyRemovalPolicy(retain ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY);
    const writer = new CfnDBInstance(this, "Writer", {
      dbClusterIdentifier: this.cluster.ref,
      dbInstanceIdentifier: `${name}-1`,
      dbInstanceClass: "db.serverless",
      engine: "aurora-postgresql",
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
    });
    writer.applyRemovalPolicy(RemovalPolicy.DESTROY);
    this.secretArn = this.cluster.attrMasterUserSecretSecretArn;
    this.#backUp(props);
  }

  #backUp({ name, key, backupDays, retain }: VectorStoreProps): void {
    const vault = new BackupVault(this, "Vault", {
      backupVaultName: name,
      encryptionKey: key,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      blockRecoveryPointDeletion: retain,
    });
    const plan = new BackupPlan(this, "Plan", {
      backupPlanName: name,
      backupVault: vault,
      backupPlanRules: [
        new BackupPlanRule({
          ruleName: "nightly",
          scheduleExpression: Schedule.cron({ hour: "1", minute: "30" }),
          deleteAfter: Duration.days(backupDays),
        }),
      ],
    });
    const { region, account } = Stack.of(this);
    const snapshots = `arn:aws:rds:${region}:${account}:cluster-snapshot:awsbackup:*`;
    const role = new Role(this, "BackupRole", {
      roleName: `${name}-backup`,
      assumedBy: new ServicePrincipal("backup.amazonaws.com"),
    });
    const backupPolicy = new ManagedPolicy(this, "BackupPolicy", {
      description: "Takes snapshots of the memory's database",
      statements: [
        new PolicyStatement({
          actions: [
            "rds:AddTagsToResource",
            "rds:CopyDBClusterSnapshot",
            "rds:CreateDBClusterSnapshot",
            "rds:DeleteDBClusterSnapshot",
            "rds:DescribeDBClusterSnapshots",
            "rds:DescribeDBClusters",
            "rds:ListTagsForResource",
          ],
          resources: [this.cluster.attrDbClusterArn, snapshots],
        }),
        new PolicyStatement({
          actions: ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
          resources: [key.keyArn],
        }),
      ],
      roles: [role],
    });
    acknowledgeWildcards(backupPolicy, {
      [snapshots]: "AWS Backup names the snapshots it takes by the time",
    });
    plan.addSelection("Database", {
      resources: [BackupResource.fromArn(this.cluster.attrDbClusterArn)],
      role,
      disableDefaultBackupPolicy: true,
    });
  }
}
