import { type Charge, charge, HOURS_PER_MONTH, unpriced, whenKnown } from "../charge.ts";
import { type Fact, isKnown, mapFact, sumFacts } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";

export interface CacheFacts {
  readonly engine: Fact<string>;
  /** "cache.t4g.micro" */
  readonly nodeType: Fact<string>;
  readonly nodes: Fact<number>;
  readonly snapshotsKept: Fact<number>;
}

const ENGINES = ["redis", "valkey", "memcached"] as const;

/** https://aws.amazon.com/elasticache/pricing: by node and hour. */
export function cacheCharges({ engine, nodeType, nodes, snapshotsKept }: CacheFacts): readonly Charge[] {
  return [
    ...whenKnown("nodes", { engine, nodeType, nodes }, (known) => {
      const table = ENGINES.find((name) => name === known.engine);
      if (!table) return [unpriced(`nodes: the price sheet has no prices of the engine ${known.engine}`)];
      const name = known.nodeType.replace(/^cache\./, "");
      return [
        charge(`${known.nodeType}, ${table}`, `elasticache.${table}#${name}`, known.nodes * HOURS_PER_MONTH),
      ];
    }),
    // One snapshot is included; the price of keeping more is not on the sheet.
    ...whenKnown("snapshots", { snapshotsKept }, (known) =>
      known.snapshotsKept > 1
        ? [unpriced("snapshots: the price sheet has no price for keeping more than one")]
        : [],
    ),
  ];
}

export const cacheCluster = service({
  type: "AWS::ElastiCache::CacheCluster",
  read: (properties) => ({
    engine: engineOf(properties),
    nodeType: properties.text("CacheNodeType"),
    nodes: properties.number("NumCacheNodes"),
    snapshotsKept: properties.number("SnapshotRetentionLimit", 0),
  }),
  charges: cacheCharges,
});

export const replicationGroup = service({
  type: "AWS::ElastiCache::ReplicationGroup",
  read: (properties) => ({
    engine: engineOf(properties),
    nodeType: properties.text("CacheNodeType"),
    nodes: nodesOf(properties),
    snapshotsKept: properties.number("SnapshotRetentionLimit", 0),
  }),
  charges: cacheCharges,
});

function engineOf(properties: Properties): Fact<string> {
  return mapFact(properties.text("Engine", "redis"), (name) => name.toLowerCase());
}

/** A group is sized by its clusters, or by shards and the replicas of each. */
function nodesOf(properties: Properties): Fact<number> {
  if (properties.has("NumCacheClusters")) return properties.number("NumCacheClusters");
  const replicas = properties.number("ReplicasPerNodeGroup", 0);
  return mapFact(properties.children("NodeGroupConfiguration"), (shards) => {
    if (shards.length === 0) {
      return mapFact(properties.number("NumNodeGroups", 1), (count) =>
        mapFact(replicas, (each) => count * (each + 1)),
      );
    }
    const each = shards.map((shard) =>
      shard.number("ReplicaCount", isKnown(replicas) ? replicas : undefined),
    );
    return mapFact(sumFacts(each), (total) => total + shards.length);
  });
}

/** The least that a serverless cache is billed for (https://aws.amazon.com/elasticache/pricing). */
const LEAST_GB = { valkey: 0.1, redis: 1, memcached: 1 } as const;

export interface ServerlessCacheFacts {
  readonly engine: Fact<string>;
}

/** By GB kept and by processing units, one for each KB of a simple request. */
export function serverlessCacheCharges(
  facts: ServerlessCacheFacts,
  use: Use<"AWS::ElastiCache::ServerlessCache">,
): readonly Charge[] {
  return whenKnown("cache", { engine: facts.engine }, ({ engine }) => {
    const name = ENGINES.find((candidate) => candidate === engine);
    if (!name) return [unpriced(`cache: the price sheet has no prices of the engine ${engine}`)];
    const gb = Math.max(use("storedGb"), LEAST_GB[name]);
    return [
      charge("storage", `elasticache.serverless-${name}.stored`, gb * HOURS_PER_MONTH),
      charge("processing units", `elasticache.serverless-${name}.request`, use("processingUnitsPerMonth")),
    ];
  });
}

export const serverlessCache = service({
  type: "AWS::ElastiCache::ServerlessCache",
  read: (properties) => ({ engine: engineOf(properties) }),
  charges: serverlessCacheCharges,
});
