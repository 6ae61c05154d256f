import { InstanceType, type IVpc, Port, SecurityGroup, SubnetType } from "aws-cdk-lib/aws-ec2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Credentials, DatabaseInstance, ParameterGroup, StorageType } from "aws-cdk-lib/aws-rds";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { type DatabaseEngine, DIALECTS, type Dialect } from "./dialect.ts";

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
  readonly #dialect: Dialect;
  readonly #instance: DatabaseInstance;
  readonly #securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const { vpc, databaseName = "app" } = props;
    this.#dialect = DIALECTS[props.engine ?? "postgres"];
    const { engine, port, parameters, logs } = this.#dialect;
    this.port = port;
    this.databaseName = databaseName;
    this.#securityGroup = new SecurityGroup(this, "SecurityGroup", {
      vpc,
      description: `Who may reach ${this.node.path}`,
      allowAllOutbound: false,
    });
    this.#instance = new DatabaseInstance(this, "Instance", {
      engine,
      port,
      databaseName,
      parameterGroup: new ParameterGroup(this, "Parameters", { engine, parameters: { ...parameters } }),
      cloudwatchLogsExports: [...logs],
      autoMinorVersionUpgrade: true,
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [this.#securityGroup],
      publiclyAccessible: false,
      iamAuthentication: true,
      manageMasterUserPassword: true,
      ...size(props),
      ...encryption(props.encryptionKey),
      ...protection(props),
    });
    this.host = this.#instance.dbInstanceEndpointAddress;
  }

  /** The SQL by which the owner, once, lets a user sign in by IAM: no template can. */
  admission(user: string): string {
    return this.#dialect.admission(user, this.databaseName);
  }

  /** Lets a function of the same network sign in as one database user. */
  grantConnect(client: IFunction, user: string): void {
    this.#instance.grantConnect(client, user);
    client.connections.allowTo(this.#securityGroup, Port.tcp(this.port), "database");
  }
}

function size({ instanceClass = "db.t4g.micro", storageGb = 20, multiAz = false }: DatabaseProps) {
  const instanceType = new InstanceType(instanceClass.replace(/^db\./, ""));
  return { instanceType, allocatedStorage: storageGb, storageType: StorageType.GP3, multiAz };
}

/** One key for the storage and for the owner's password. */
function encryption(encryptionKey: IKey | undefined) {
  const owner = (key = {}) => Credentials.fromUsername("dbadmin", key);
  return encryptionKey
    ? { storageEncrypted: true, storageEncryptionKey: encryptionKey, credentials: owner({ encryptionKey }) }
    : { storageEncrypted: true, credentials: owner() };
}

function protection({ removalPolicy = RemovalPolicy.SNAPSHOT, backupDays = 7 }: DatabaseProps) {
  const mayGo = removalPolicy === RemovalPolicy.DESTROY;
  return {
    removalPolicy,
    deletionProtection: !mayGo,
    deleteAutomatedBackups: mayGo,
    backupRetention: Duration.days(backupDays),
  };
}
