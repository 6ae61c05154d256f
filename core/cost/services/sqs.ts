import { type Charge, charge, whenKnown } from "../charge.ts";
import type { Fact } from "../fact.ts";
import { service, type Use } from "../service.ts";

export interface QueueFacts {
  readonly fifo: Fact<boolean>;
}

/** https://aws.amazon.com/sqs/pricing: every call counts, in chunks of 64 KB. */
export function queueCharges(facts: QueueFacts, use: Use<"AWS::SQS::Queue">): readonly Charge[] {
  return whenKnown("requests", { fifo: facts.fifo }, ({ fifo }) => [
    charge("requests", fifo ? "sqs.fifo-request" : "sqs.request", use("requestsPerMonth")),
  ]);
}

export const queue = service({
  type: "AWS::SQS::Queue",
  read: (properties) => ({ fifo: properties.flag("FifoQueue", false) }),
  charges: queueCharges,
});
