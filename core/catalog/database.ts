import * as z from "zod";
import { block, type Circumstances, wantsCustomerManagedKey } from "./block.ts";

const CLASS_BY_ENVIRONMENT = { dev: "db.t4g.micro", sit: "db.t4g.small", prod: "db.t4g.medium" } as const;

export const database = block({
  name: "database",
  title: "PostgreSQL or MySQL database with its network",
  keywords: ["database", "postgres", "postgresql", "mysql", "relational", "sql", "rds"],
  holdsState: true,
  parameters: z.strictObject({
    engine: z.enum(["postgres", "mysql"]).default("postgres"),
    instanceClass: z
      .string()
      .regex(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, 'must be an instance class such as "db.t4g.micro"')
      .default("db.t4g.micro"),
    storageGb: z.int().min(20).max(65_536).default(20),
    multiAz: z.boolean().default(false),
    backupDays: z.int().min(1).max(35).default(7),
    databaseName: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,62}$/, "must be a database name: lower-case letters, digits, _")
      .default("app"),
    customerManagedKey: z.boolean().default(false),
  }),
  sizing: (circumstances) => ({
    instanceClass: CLASS_BY_ENVIRONMENT[circumstances.environment],
    multiAz: circumstances.availability === "multi-az",
    backupDays: backupDays(circumstances),
    customerManagedKey: wantsCustomerManagedKey(circumstances),
  }),
  frugal: (parameters, { availability }) => ({
    ...parameters,
    instanceClass: "db.t4g.micro",
    storageGb: 20,
    multiAz: availability === "multi-az",
  }),
  priced: (parameters) => [
    {
      type: "AWS::RDS::DBInstance",
      properties: {
        Engine: parameters.engine,
        DBInstanceClass: parameters.instanceClass,
        AllocatedStorage: String(parameters.storageGb),
        StorageType: "gp3",
        MultiAZ: parameters.multiAz,
        BackupRetentionPeriod: parameters.backupDays,
        ManageMasterUserPassword: true,
      },
    },
  ],
});

function backupDays({ environment, compliance }: Circumstances): number {
  if (compliance.length > 0) return 35;
  return environment === "prod" ? 14 : 7;
}
