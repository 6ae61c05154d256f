import { type Charge, charge, unpriced, whenKnown } from "../charge.ts";
import { type Fact, isKnown, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";
import { type AuroraInstanceFacts, auroraInstanceCharges, readAuroraInstance } from "./rds-aurora.ts";
import { type InsightsFacts, insightsCharges, readInsights } from "./rds-insights.ts";
import { type DatabaseStorage, databaseStorageCharges, readDatabaseStorage } from "./rds-storage.ts";
import { readSupport, type SupportFacts, supportCharges } from "./rds-support.ts";

export interface DatabaseInstanceFacts {
  readonly engine: Fact<string>;
  /** "db.t4g.micro" */
  readonly instanceClass: Fact<string>;
  /** A standby in a second zone, which doubles the instance and its storage. */
  readonly multiAz: Fact<boolean>;
  readonly storage: DatabaseStorage;
  /** Metrics of the operating system, written to CloudWatch Logs and paid for there. */
  readonly enhancedMonitoring: Fact<boolean>;
  readonly support: SupportFacts;
  readonly insights: InsightsFacts;
  /** The master password lives in a secret that RDS keeps, and that is paid for like any other. */
  readonly managedPassword: Fact<boolean>;
  readonly aurora: AuroraInstanceFacts;
}

type InstanceUse = Use<"AWS::RDS::DBInstance">;

const ENGINES = { postgres: "rds.postgres", mysql: "rds.mysql", mariadb: "rds.mariadb" } as const;

/** https://aws.amazon.com/rds/postgresql/pricing and its siblings: on demand, no reservations. */
export function databaseInstanceCharges(facts: DatabaseInstanceFacts, use: InstanceUse): readonly Charge[] {
  return whenKnown("database", { engine: facts.engine }, ({ engine }) => {
    const extras = [...monitoring(facts, use), ...supportCharges(engine, facts.support)];
    if (engine.startsWith("aurora")) return [...auroraInstanceCharges(engine, facts, use), ...extras];
    if (!isPricedEngine(engine))
      return [unpriced(`database: the price sheet has no prices of the engine ${engine}`)];
    return [
      ...instance(ENGINES[engine], facts, use),
      ...databaseStorageCharges(facts.storage, facts.multiAz, use),
      ...insightsCharges("rds", facts, facts.insights),
      ...managedPassword(facts),
      ...extras,
    ];
  });
}

function isPricedEngine(engine: string): engine is keyof typeof ENGINES {
  return Object.hasOwn(ENGINES, engine);
}

function instance(
  table: (typeof ENGINES)[keyof typeof ENGINES],
  { instanceClass, multiAz }: DatabaseInstanceFacts,
  use: InstanceUse,
): readonly Charge[] {
  return whenKnown("instance", { instanceClass, multiAz }, (known) => {
    const zones = known.multiAz ? "multi" : "single";
    const name = `${known.instanceClass}, ${known.multiAz ? "Multi-AZ" : "Single-AZ"}`;
    return [charge(name, `${table}.${zones}#${withoutPrefix(known.instanceClass)}`, use("hoursPerMonth"))];
  });
}

function monitoring({ enhancedMonitoring: on }: DatabaseInstanceFacts, use: InstanceUse): readonly Charge[] {
  return whenKnown("enhanced monitoring", { on }, (known) =>
    known.on ? [charge("enhanced monitoring, as logs", "logs.ingested", use("monitoringGbPerMonth"))] : [],
  );
}

function managedPassword({ managedPassword: managed }: Pick<DatabaseInstanceFacts, "managedPassword">) {
  return whenKnown("master password", { managed }, (known) =>
    known.managed ? [charge("secret with the master password", "secrets.secret", 1)] : [],
  );
}

function withoutPrefix(instanceClass: string): string {
  return instanceClass.replace(/^db\./, "");
}

/** A replica of a replica of … ; more than RDS allows, and an end for templates that point in circles. */
const MOST_REPLICA_HOPS = 8;

/** The instance that a read replica copies its engine and size from, when it is in the same template. */
function original(properties: Properties): Properties {
  let found = properties;
  for (let hop = 0; hop < MOST_REPLICA_HOPS && !found.has("Engine"); hop += 1) {
    const source = found.resource("SourceDBInstanceIdentifier");
    if (!isKnown(source)) break;
    found = source.properties;
  }
  return found;
}

export const databaseInstance = service({
  type: "AWS::RDS::DBInstance",
  read: (properties) => ({
    engine: mapFact(original(properties).text("Engine"), (name) => name.toLowerCase()),
    instanceClass: properties.text("DBInstanceClass"),
    multiAz: properties.flag("MultiAZ", false),
    enhancedMonitoring: mapFact(properties.number("MonitoringInterval", 0), (seconds) => seconds > 0),
    support: readSupport(properties),
    storage: readDatabaseStorage(properties, original(properties)),
    insights: readInsights(properties),
    managedPassword: properties.flag("ManageMasterUserPassword", false),
    aurora: readAuroraInstance(properties),
  }),
  charges: databaseInstanceCharges,
});
