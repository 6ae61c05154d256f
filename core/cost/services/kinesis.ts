import { type Charge, charge, HOURS_PER_MONTH, unpriced, whenKnown } from "../charge.ts";
import { type Fact, isKnown, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";

export interface StreamFacts {
  readonly onDemand: Fact<boolean>;
  readonly shards: Fact<number>;
  readonly retentionHours: Fact<number>;
}

const HOURS_INCLUDED = 24;
const HOURS_AT_EXTENDED_PRICE = 168;

/** https://aws.amazon.com/kinesis/data-streams/pricing */
export function streamCharges(facts: StreamFacts, use: Use<"AWS::Kinesis::Stream">): readonly Charge[] {
  const { onDemand, shards, retentionHours } = facts;
  return whenKnown("stream", { onDemand, retentionHours }, (known) => {
    if (known.onDemand) {
      return [
        charge("stream", "kinesis.stream", HOURS_PER_MONTH),
        charge("data in", "kinesis.stream-in", use("ingestedGbPerMonth")),
        charge("data out", "kinesis.stream-out", use("retrievedGbPerMonth")),
        ...longer(known.retentionHours, "kinesis.stream-extended", use("storedGbBeyondFirstDay")),
      ];
    }
    return whenKnown("shards", { shards }, (size) => [
      charge("shards", "kinesis.shard", size.shards * HOURS_PER_MONTH),
      charge("payload units put", "kinesis.put", use("payloadUnitsPerMonth")),
      ...longer(known.retentionHours, "kinesis.extended", size.shards * HOURS_PER_MONTH),
      ...(known.retentionHours > HOURS_AT_EXTENDED_PRICE
        ? [charge("kept beyond a week", "kinesis.long-term", use("storedGbBeyondFirstDay"))]
        : []),
    ]);
  });
}

function longer(
  hours: number,
  price: "kinesis.stream-extended" | "kinesis.extended",
  quantity: number,
): readonly Charge[] {
  return hours > HOURS_INCLUDED ? [charge("kept beyond a day", price, quantity)] : [];
}

function readStream(properties: Properties): StreamFacts {
  return {
    onDemand: mapFact(
      properties.text("StreamModeDetails.StreamMode", "PROVISIONED"),
      (mode) => mode === "ON_DEMAND",
    ),
    shards: properties.number("ShardCount"),
    retentionHours: properties.number("RetentionPeriodHours", HOURS_INCLUDED),
  };
}

export const stream = service({ type: "AWS::Kinesis::Stream", read: readStream, charges: streamCharges });

/** A consumer with a throughput of its own, by the shards it reads, or by GB from an on-demand stream. */
export const streamConsumer = service({
  type: "AWS::Kinesis::StreamConsumer",
  read: (properties) => {
    const target = properties.resource("StreamARN");
    return isKnown(target) ? readStream(target.properties) : { onDemand: target, shards: target };
  },
  charges: ({ onDemand, shards }, use) =>
    whenKnown("consumer", { onDemand }, (known) => {
      if (known.onDemand) {
        return [charge("data out", "kinesis.stream-consumer-out", use("retrievedGbPerMonth"))];
      }
      return whenKnown("consumer", { shards }, (size) => [
        charge("shards read", "kinesis.consumer", size.shards * HOURS_PER_MONTH),
        charge("data out", "kinesis.consumer-out", use("retrievedGbPerMonth")),
      ]);
    }),
});

const CONVERSION = "ExtendedS3DestinationConfiguration.DataFormatConversionConfiguration";

/** https://aws.amazon.com/firehose/pricing: by GB, every record rounded up to 5 KB. */
export const deliveryStream = service({
  type: "AWS::KinesisFirehose::DeliveryStream",
  read: (properties) => ({
    source: properties.text("DeliveryStreamType", "DirectPut"),
    // A conversion is on as soon as it is described, unless it says otherwise.
    converts: properties.has(CONVERSION) ? properties.flag(`${CONVERSION}.Enabled`, true) : false,
  }),
  charges: ({ source, converts }, use) =>
    whenKnown("data", { source, converts }, (known) => {
      if (known.source.startsWith("MSK") || known.source.startsWith("Database")) {
        return [unpriced(`data: we have no prices of deliveries from ${known.source}`)];
      }
      return [
        charge("data ingested", "firehose.ingested", use("ingestedGbPerMonth")),
        ...(known.converts
          ? [charge("format conversion", "firehose.converted", use("ingestedGbPerMonth"))]
          : []),
      ];
    }),
});
