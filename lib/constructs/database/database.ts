import { InstanceType, type IVpc, Port, SecurityGroup, SubnetType } from "aws-cdk-lib/aws-ec2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Credentials, DatabaseInstance, ParameterGroup, StorageType } from "aws-cdk-lib/aws-rds";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { type DatabaseEngine, DIALECTS } from "./dialect.ts";

export interface DatabaseProps {
  readonly vpc: IVpc;
  readonly engine?: DatabaseEngine;
  readonly instanceClass?: string;
  readonly storageGb?: number;
  readonly multiAz?: boolean;
  readonly backupDays?: number;
  readonly databaseName?: string;
  /** Without one RDS encrypts with the account's own key for it. */
  readonly encryptionKey?: IKey | undefined;
  /** SNAPSHOT also protects the instance from deletion; RETAIN would leave it running unmanaged. */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A relational database that is nobody's to log in to by password: RDS keeps the owner's, everybody else
 * signs in by IAM under the name of the database user they were granted.
 */
export class Database extends Construct {
  readonly host: string;
  readonly port: number;
  readonly databaseName: string;
  readonly #instance: DatabaseInstance;
  readonly #securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const dialect = DIALECTS[props.engine ?? "postgres"];
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.SNAPSHOT;
    const keeps = removalPolicy !== RemovalPolicy.DESTROY;
    this.port = dialect.port;
    this.databaseName = props.databaseName ?? "app";
    this.#securityGroup = new SecurityGroup(this, "SecurityGroup", {
      vpc: props.vpc,
      description: `Who may reach ${this.node.path}`,
      allowAllOutbound: false,
    });
    this.#instance = new DatabaseInstance(this, "Instance", {
      engine: dialect.engine,
      parameterGroup: new ParameterGroup(this, "Parameters", {
        engine: dialect.engine,
        parameters: { ...dialect.parameters },
      }),
      instanceType: new InstanceType((props.instanceClass ?? "db.t4g.micro").replace(/^db\./, "")),
      vpc: props.vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [this.#securityGroup],
      publiclyAccessible: false,
      port: dialect.port,
      databaseName: this.databaseName,
      credentials: Credentials.fromUsername("dbadmin", encryptedWith(props.encryptionKey)),
      manageMasterUserPassword: true,
      iamAuthentication: true,
      allocatedStorage: props.storageGb ?? 20,
      storageType: StorageType.GP3,
      storageEncrypted: true,
      ...(props.encryptionKey && { storageEncryptionKey: props.encryptionKey }),
      multiAz: props.multiAz ?? false,
      backupRetention: Duration.days(props.backupDays ?? 7),
      deleteAutomatedBackups: !keeps,
      deletionProtection: keeps,
      cloudwatchLogsExports: [...dialect.logs],
      autoMinorVersionUpgrade: true,
      removalPolicy,
    });
    this.host = this.#instance.dbInstanceEndpointAddress;
  }

  /** Lets a function of the same network sign in as one database user. */
  grantConnect(client: IFunction, user: string): void {
    this.#instance.grantConnect(client, user);
    client.connections.allowTo(this.#securityGroup, Port.tcp(this.port), "database");
  }
}

function encryptedWith(encryptionKey: IKey | undefined) {
  return encryptionKey ? { encryptionKey } : {};
}
