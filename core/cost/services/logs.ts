import { type Charge, charge, free, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";

export interface LogGroupFacts {
  readonly infrequent: Fact<boolean>;
  /** Whether flow logs of the same template write to it, which are paid for themselves. */
  readonly takesFlowLogs: boolean;
}

/** https://aws.amazon.com/cloudwatch/pricing, logs: by GB written, and by GB kept. */
export function logGroupCharges(facts: LogGroupFacts, use: Use<"AWS::Logs::LogGroup">): readonly Charge[] {
  return [...ingestionCharges(facts, use), charge("storage", "logs.stored", use("storedGb"))];
}

function ingestionCharges(
  { infrequent, takesFlowLogs }: LogGroupFacts,
  use: Use<"AWS::Logs::LogGroup">,
): readonly Charge[] {
  if (takesFlowLogs) return [free("what flow logs write is paid for with the flow log")];
  return whenKnown("ingestion", { infrequent }, (known) => [
    charge(
      "ingestion",
      known.infrequent ? "logs.infrequent-ingested" : "logs.ingested",
      use("ingestedGbPerMonth"),
    ),
  ]);
}

export const logGroup = service({
  type: "AWS::Logs::LogGroup",
  read: (properties: Properties) => ({
    infrequent: mapFact(properties.text("LogGroupClass", "STANDARD"), (name) => name === "INFREQUENT_ACCESS"),
    takesFlowLogs: properties.pointedAtBy("AWS::EC2::FlowLog", ["LogGroupName", "LogDestination"]).length > 0,
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
