import { type Charge, charge, unpriced, whenKnown } from "../charge.ts";
import { type Fact, isKnown, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";
import { type InsightsFacts, insightsCharges } from "./rds-insights.ts";

/** What an instance takes over from its cluster. */
export interface AuroraInstanceFacts {
  /** The configuration without charges for I/O, dearer by the hour and by the GB. */
  readonly ioOptimized: Fact<boolean>;
  readonly leastAcu: Fact<number>;
  readonly mostAcu: Fact<number>;
}

interface InstanceFacts {
  readonly instanceClass: Fact<string>;
  readonly aurora: AuroraInstanceFacts;
  readonly insights: InsightsFacts;
}

const TABLES = {
  aurora: "aurora.mysql",
  "aurora-mysql": "aurora.mysql",
  "aurora-postgresql": "aurora.postgres",
} as const;

/** https://aws.amazon.com/rds/aurora/pricing: an instance by its class, a serverless one by capacity units. */
export function auroraInstanceCharges(
  engine: string,
  { instanceClass, aurora, insights }: InstanceFacts,
  use: Use<"AWS::RDS::DBInstance">,
): readonly Charge[] {
  if (!isAurora(engine)) return [unpriced(`instance: the price sheet has no prices of the engine ${engine}`)];
  return whenKnown("instance", { instanceClass, ioOptimized: aurora.ioOptimized }, (known) => {
    if (known.instanceClass === "db.serverless") return serverless(known.ioOptimized, aurora, insights, use);
    const name = known.instanceClass.replace(/^db\./, "");
    const table = TABLES[engine];
    return [
      charge(
        `${known.instanceClass}, Aurora`,
        known.ioOptimized ? `${table}.io-optimized#${name}` : `${table}#${name}`,
        use("hoursPerMonth"),
      ),
      ...insightsCharges("aurora", { instanceClass, multiAz: false }, insights),
    ];
  });
}

function isAurora(engine: string): engine is keyof typeof TABLES {
  return Object.hasOwn(TABLES, engine);
}

/** Capacity follows the load between the cluster's limits; a least of zero lets it pause. */
function serverless(
  ioOptimized: boolean,
  { leastAcu, mostAcu }: AuroraInstanceFacts,
  insights: InsightsFacts,
  use: Use<"AWS::RDS::DBInstance">,
): readonly Charge[] {
  return [
    ...whenKnown("serverless capacity", { leastAcu, mostAcu }, (known) => {
      const acu = Math.max(known.leastAcu, Math.min(use("averageAcu"), known.mostAcu));
      const price = ioOptimized ? "aurora.io-optimized.serverless" : "aurora.serverless";
      return [charge("serverless capacity", price, acu * use("hoursPerMonth"))];
    }),
    ...whenKnown("Performance Insights", { days: insights.days }, ({ days }) =>
      days > 7 ? [unpriced("Performance Insights: a serverless instance pays by the capacity it uses")] : [],
    ),
  ];
}

export function readAuroraInstance(properties: Properties): AuroraInstanceFacts {
  const cluster = properties.resource("DBClusterIdentifier");
  if (!isKnown(cluster)) return { ioOptimized: cluster, leastAcu: cluster, mostAcu: cluster };
  const scaling = "ServerlessV2ScalingConfiguration";
  return {
    ioOptimized: ioOptimized(cluster.properties),
    leastAcu: cluster.properties.number(`${scaling}.MinCapacity`),
    mostAcu: cluster.properties.number(`${scaling}.MaxCapacity`),
  };
}

function ioOptimized(cluster: Properties): Fact<boolean> {
  return mapFact(cluster.text("StorageType", "aurora"), (type) => type === "aurora-iopt1");
}

export interface ClusterFacts {
  readonly engine: Fact<string>;
  readonly engineMode: Fact<string>;
  readonly ioOptimized: Fact<boolean>;
  readonly backtracks: boolean;
  readonly managedPassword: Fact<boolean>;
}

/** The volume that a cluster's instances share; the instances are resources of their own. */
export function clusterCharges(facts: ClusterFacts, use: Use<"AWS::RDS::DBCluster">): readonly Charge[] {
  return whenKnown("cluster", { engine: facts.engine, mode: facts.engineMode }, ({ engine, mode }) => {
    if (!isAurora(engine))
      return [unpriced(`cluster: the price sheet has no prices of Multi-AZ clusters of ${engine}`)];
    if (mode === "serverless") return [unpriced("cluster: we have no prices of the first Aurora Serverless")];
    return [
      ...volume(facts, use),
      charge("backups beyond the size of the cluster", "aurora.backup", use("backupGbBeyondStorage")),
      ...(facts.backtracks ? [unpriced("backtrack: how many changes it keeps is not known")] : []),
      ...whenKnown("master password", { managed: facts.managedPassword }, ({ managed }) =>
        managed ? [charge("secret with the master password", "secrets.secret", 1)] : [],
      ),
    ];
  });
}

function volume({ ioOptimized }: ClusterFacts, use: Use<"AWS::RDS::DBCluster">): readonly Charge[] {
  return whenKnown("storage", { ioOptimized }, (known) =>
    known.ioOptimized
      ? [charge("storage, I/O-Optimized", "aurora.io-optimized.stored", use("storedGb"))]
      : [
          charge("storage", "aurora.stored", use("storedGb")),
          charge("I/O requests", "aurora.request", use("requestsPerMonth")),
        ],
  );
}

export const databaseCluster = service({
  type: "AWS::RDS::DBCluster",
  read: (properties): ClusterFacts => ({
    engine: mapFact(properties.text("Engine"), (name) => name.toLowerCase()),
    engineMode: properties.text("EngineMode", "provisioned"),
    ioOptimized: ioOptimized(properties),
    backtracks: properties.has("BacktrackWindow"),
    managedPassword: properties.flag("ManageMasterUserPassword", false),
  }),
  charges: clusterCharges,
});
