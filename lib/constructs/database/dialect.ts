import {
  DatabaseInstanceEngine,
  type IInstanceEngine,
  MysqlEngineVersion,
  PostgresEngineVersion,
} from "aws-cdk-lib/aws-rds";

export type DatabaseEngine = "postgres" | "mysql";

/** What differs between the engines. */
export interface Dialect {
  /** RDS moves the minor version on by itself; CloudFormation compares templates, so it never asks to go back. */
  readonly engine: IInstanceEngine;
  /** Not the engine's usual port, which scanners try first; it cannot be changed later without a replacement. */
  readonly port: number;
  readonly parameters: Readonly<Record<string, string>>;
  /** The logs RDS sends to CloudWatch. */
  readonly logs: readonly string[];
  /** SQL that lets a user sign in by IAM and use the database. */
  admission(user: string, database: string): string;
}

export const DIALECTS: Readonly<Record<DatabaseEngine, Dialect>> = {
  postgres: {
    engine: DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18 }),
    port: 15_432,
    parameters: { "rds.force_ssl": "1" },
    logs: ["postgresql", "upgrade"],
    admission: (user) =>
      `CREATE USER ${user}; GRANT rds_iam TO ${user}; GRANT ALL ON SCHEMA public TO ${user};`,
  },
  mysql: {
    engine: DatabaseInstanceEngine.mysql({ version: MysqlEngineVersion.VER_8_4_10 }),
    port: 13_306,
    parameters: { require_secure_transport: "1", slow_query_log: "1", log_output: "FILE" },
    logs: ["error", "slowquery"],
    admission: (user, database) =>
      `CREATE USER ${user} IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'; GRANT ALL ON ${database}.* TO ${user};`,
  },
};
