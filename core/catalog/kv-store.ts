import * as z from "zod";
import { block, wantsCustomerManagedKey } from "./block.ts";

const attribute = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,255}$/, "must be an attribute name of up to 255 letters, digits, _ . -");

export const kvStore = block({
  name: "kv_store",
  title: "DynamoDB table",
  keywords: ["key-value", "kv", "table", "dynamodb", "metadata", "index", "records", "lookup"],
  holdsState: true,
  parameters: z.strictObject({
    partitionKey: attribute.default("id"),
    sortKey: attribute.optional(),
    /** The attribute that holds each item's expiry, seconds since 1970. */
    timeToLiveAttribute: attribute.optional(),
    pointInTimeRecovery: z.boolean().default(true),
    customerManagedKey: z.boolean().default(false),
  }),
  sizing: (circumstances) => ({ customerManagedKey: wantsCustomerManagedKey(circumstances) }),
  frugal: (parameters) => parameters,
  priced: (parameters) => [
    {
      type: "AWS::DynamoDB::Table",
      properties: {
        BillingMode: "PAY_PER_REQUEST",
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: parameters.pointInTimeRecovery },
      },
    },
  ],
});
