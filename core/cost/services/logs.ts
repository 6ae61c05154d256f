import { type Charge, charge, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import { service, type Use } from "../service.ts";

export interface LogGroupFacts {
  readonly infrequent: Fact<boolean>;
}

/** https://aws.amazon.com/cloudwatch/pricing, logs: by GB written, and by GB kept. */
export function logGroupCharges(facts: LogGroupFacts, use: Use<"AWS::Logs::LogGroup">): readonly Charge[] {
  return [
    ...whenKnown("ingestion", { infrequent: facts.infrequent }, ({ infrequent }) => [
      charge(
        "ingestion",
        infrequent ? "logs.infrequent-ingested" : "logs.ingested",
        use("ingestedGbPerMonth"),
      ),
    ]),
    charge("storage", "logs.stored", use("storedGb")),
  ];
}

export const logGroup = service({
  type: "AWS::Logs::LogGroup",
  read: (properties) => ({
    infrequent: mapFact(properties.text("LogGroupClass", "STANDARD"), (name) => name === "INFREQUENT_ACCESS"),
  }),
  charges: logGroupCharges,
});

/** Each transformation feeds a metric of its own, charged for the hours in which something matched. */
export const metricFilter = service({
  type: "AWS::Logs::MetricFilter",
  read: (properties) => ({ metrics: properties.count("MetricTransformations") }),
  charges: ({ metrics }, use) =>
    whenKnown("metrics", { metrics }, (known) => [
      charge("metrics", "cloudwatch.metric", known.metrics * use("shareOfHoursWithMatches")),
    ]),
});
