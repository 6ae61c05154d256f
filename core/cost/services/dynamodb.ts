import { type Charge, charge, HOURS_PER_MONTH, whenKnown } from "../charge.ts";
import { type Fact, mapFact, sumFacts } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";
import type { PriceRef } from "../sheet.ts";

export interface TableFacts {
  readonly onDemand: Fact<boolean>;
  /** The Standard-Infrequent Access table class: cheaper to keep, dearer to use. */
  readonly infrequent: Fact<boolean>;
  /** Provisioned units of the table and all its indexes. */
  readonly readCapacity: Fact<number>;
  readonly writeCapacity: Fact<number>;
  readonly pointInTimeRecovery: Fact<boolean>;
  readonly stream: Fact<boolean>;
  readonly kinesisStream: Fact<boolean>;
}

/** https://aws.amazon.com/dynamodb/pricing: throughput, storage, continuous backups and change streams. */
export function tableCharges(facts: TableFacts, use: Use<"AWS::DynamoDB::Table">): readonly Charge[] {
  const { infrequent } = facts;
  return [
    ...throughput(facts, use),
    ...whenKnown("storage", { infrequent }, (known) => [
      charge("storage", known.infrequent ? "dynamodb.ia.stored" : "dynamodb.stored", use("storedGb")),
    ]),
    ...whenKnown("point-in-time recovery", { on: facts.pointInTimeRecovery }, ({ on }) =>
      on ? [charge("point-in-time recovery", "dynamodb.point-in-time", use("storedGb"))] : [],
    ),
    ...whenKnown("stream", { on: facts.stream }, ({ on }) =>
      on ? [charge("stream reads", "dynamodb.stream-read", use("streamReadsPerMonth"))] : [],
    ),
    ...whenKnown("changes sent to Kinesis", { on: facts.kinesisStream }, ({ on }) =>
      on ? [charge("changes sent to Kinesis", "dynamodb.kinesis-change", use("writesPerMonth"))] : [],
    ),
  ];
}

function throughput(facts: TableFacts, use: Use<"AWS::DynamoDB::Table">): readonly Charge[] {
  const { onDemand, infrequent, readCapacity, writeCapacity } = facts;
  return whenKnown("throughput", { onDemand, infrequent }, (known) => {
    const price = (name: "read" | "write" | "read-capacity" | "write-capacity"): PriceRef =>
      known.infrequent ? `dynamodb.ia.${name}` : `dynamodb.${name}`;
    if (known.onDemand) {
      return [
        charge("reads", price("read"), use("readsPerMonth")),
        charge("writes", price("write"), use("writesPerMonth")),
      ];
    }
    return whenKnown("provisioned throughput", { readCapacity, writeCapacity }, (units) => [
      charge("read capacity", price("read-capacity"), units.readCapacity * HOURS_PER_MONTH),
      charge("write capacity", price("write-capacity"), units.writeCapacity * HOURS_PER_MONTH),
    ]);
  });
}

function capacity(table: Properties, kind: "Read" | "Write"): Fact<number> {
  const path = `ProvisionedThroughput.${kind}CapacityUnits`;
  return mapFact(table.children("GlobalSecondaryIndexes"), (indexes) =>
    sumFacts([table, ...indexes].map((holder) => holder.number(path))),
  );
}

export const table = service({
  type: "AWS::DynamoDB::Table",
  read: (properties) => ({
    onDemand: onDemand(properties),
    infrequent: infrequent(properties.text("TableClass", "STANDARD")),
    readCapacity: capacity(properties, "Read"),
    writeCapacity: capacity(properties, "Write"),
    pointInTimeRecovery: properties.flag(
      "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
      false,
    ),
    stream: properties.has("StreamSpecification"),
    kinesisStream: properties.has("KinesisStreamSpecification"),
  }),
  charges: tableCharges,
});

function onDemand(properties: Properties): Fact<boolean> {
  return mapFact(properties.text("BillingMode", "PROVISIONED"), (mode) => mode === "PAY_PER_REQUEST");
}

function infrequent(tableClass: Fact<string>): Fact<boolean> {
  return mapFact(tableClass, (name) => name === "STANDARD_INFREQUENT_ACCESS");
}

interface ReplicaFacts {
  readonly region: Fact<string>;
  readonly infrequent: Fact<boolean>;
  readonly readCapacity: Fact<number>;
  readonly pointInTimeRecovery: Fact<boolean>;
}

interface GlobalTableFacts {
  readonly onDemand: Fact<boolean>;
  /** Provisioned write units, the same in every replica. */
  readonly writeCapacity: Fact<number>;
  readonly replicas: Fact<readonly ReplicaFacts[]>;
}

type GlobalUse = Use<"AWS::DynamoDB::GlobalTable">;

/** A replica's writes cost the replicated price as soon as there are two; its reads are taken to be spread evenly. */
function replicaCharges(
  replica: ReplicaFacts,
  table: GlobalTableFacts,
  among: number,
  use: GlobalUse,
): readonly Charge[] {
  const { region, infrequent } = replica;
  return whenKnown("replica", { region, infrequent, onDemand: table.onDemand }, (known) => {
    const where = `in ${known.region}`;
    const prefix = known.infrequent ? "dynamodb.ia" : "dynamodb";
    const write = among > 1 ? "replicated-write" : "write";
    const throughput: readonly Charge[] = known.onDemand
      ? [
          charge(`reads ${where}`, `${prefix}.read`, use("readsPerMonth") / among, known.region),
          charge(`writes ${where}`, `${prefix}.${write}`, use("writesPerMonth"), known.region),
        ]
      : whenKnown(
          `provisioned throughput ${where}`,
          { reads: replica.readCapacity, writes: table.writeCapacity },
          ({ reads, writes }) => [
            charge(
              `read capacity ${where}`,
              `${prefix}.read-capacity`,
              reads * HOURS_PER_MONTH,
              known.region,
            ),
            charge(
              `write capacity ${where}`,
              `${prefix}.${write}-capacity`,
              writes * HOURS_PER_MONTH,
              known.region,
            ),
          ],
        );
    return [
      ...throughput,
      charge(`storage ${where}`, `${prefix}.stored`, use("storedGb"), known.region),
      ...whenKnown(`point-in-time recovery ${where}`, { on: replica.pointInTimeRecovery }, ({ on }) =>
        on
          ? [
              charge(
                `point-in-time recovery ${where}`,
                "dynamodb.point-in-time",
                use("storedGb"),
                known.region,
              ),
            ]
          : [],
      ),
    ];
  });
}

/** Provisioned units, or the least that automatic scaling keeps. */
function scaledCapacity(properties: Properties, kind: "Read" | "Write"): Fact<number> {
  const settings = `${kind}ProvisionedThroughputSettings.${kind}Capacity`;
  return properties.has(`${settings}Units`)
    ? properties.number(`${settings}Units`)
    : properties.number(`${settings}AutoScalingSettings.MinCapacity`);
}

export const globalTable = service({
  type: "AWS::DynamoDB::GlobalTable",
  read: (properties): GlobalTableFacts => ({
    onDemand: onDemand(properties),
    writeCapacity: scaledCapacity(properties, "Write"),
    replicas: mapFact(properties.count("Replicas"), () => readReplicas(properties)),
  }),
  charges: (facts, use) =>
    whenKnown("replicas", { replicas: facts.replicas }, ({ replicas }) =>
      replicas.flatMap((replica) => replicaCharges(replica, facts, replicas.length, use)),
    ),
});

function readReplicas(properties: Properties): Fact<readonly ReplicaFacts[]> {
  return mapFact(properties.children("Replicas"), (replicas) =>
    replicas.map((replica) => ({
      region: replica.text("Region"),
      infrequent: infrequent(replica.text("TableClass", "STANDARD")),
      readCapacity: scaledCapacity(replica, "Read"),
      pointInTimeRecovery: replica.flag("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", false),
    })),
  );
}
