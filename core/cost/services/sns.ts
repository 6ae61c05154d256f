import { type Charge, charge, free, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";
import type { PriceRef } from "../sheet.ts";

export interface TopicFacts {
  readonly fifo: Fact<boolean>;
  /** Subscriptions written inside the topic. */
  readonly protocols: Fact<readonly Fact<string>[]>;
}

/** https://aws.amazon.com/sns/pricing: by message published, in chunks of 64 KB, and by delivery. */
export function topicCharges(
  { fifo, protocols }: TopicFacts,
  use: Use<"AWS::SNS::Topic">,
): readonly Charge[] {
  return [
    ...whenKnown("messages", { fifo }, (known) =>
      known.fifo
        ? [
            charge("messages", "sns.fifo-request", use("messagesPerMonth")),
            charge(
              "message payload",
              "sns.fifo-payload",
              use("messagesPerMonth") * (use("averageKb") / KB_PER_GB),
            ),
          ]
        : [charge("messages", "sns.request", use("messagesPerMonth"))],
    ),
    ...whenKnown("subscriptions", { protocols }, (known) =>
      known.protocols.flatMap((protocol) => deliveryCharges(protocol, use("messagesPerMonth"))),
    ),
  ];
}

const KB_PER_GB = 1024 ** 2;

export const topic = service({
  type: "AWS::SNS::Topic",
  read: (properties) => ({
    fifo: properties.flag("FifoTopic", false),
    protocols: mapFact(properties.children("Subscription"), (subscriptions) => subscriptions.map(protocolOf)),
  }),
  charges: topicCharges,
});

const DELIVERY: Readonly<Record<string, PriceRef>> = {
  http: "sns.http",
  https: "sns.http",
  email: "sns.email",
  "email-json": "sns.email",
  application: "sns.push",
  firehose: "sns.firehose",
  sms: "sns.sms",
};

/** Deliveries to queues and functions are free, others have a price by protocol. */
export function deliveryCharges(protocol: Fact<string>, deliveries: number): readonly Charge[] {
  return whenKnown("deliveries", { protocol }, (known) => {
    const price = Object.hasOwn(DELIVERY, known.protocol) ? DELIVERY[known.protocol] : undefined;
    return price
      ? [charge(`deliveries by ${known.protocol}`, price, deliveries)]
      : [free(`deliveries to ${known.protocol} are free`)];
  });
}

function protocolOf(properties: Properties): Fact<string> {
  return mapFact(properties.text("Protocol"), (name) => name.toLowerCase());
}

export const subscription = service({
  type: "AWS::SNS::Subscription",
  read: (properties) => ({ protocol: protocolOf(properties) }),
  charges: ({ protocol }, use) => deliveryCharges(protocol, use("deliveriesPerMonth")),
});
