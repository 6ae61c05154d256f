import * as z from "zod";
import { block, wantsCustomerManagedKey } from "./block.ts";

export const artifactsBucket = block({
  name: "artifacts_bucket",
  title: "S3 bucket",
  keywords: [
    "bucket",
    "s3",
    "files",
    "photos",
    "images",
    "uploads",
    "documents",
    "objects",
    "storage",
    "archive",
  ],
  holdsState: true,
  parameters: z.strictObject({
    /** Bucket names are global: leave it out and CloudFormation finds a free one. */
    bucketName: z
      .string()
      .regex(
        /^(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
        "must be a bucket name: 3 to 63 lower-case letters, digits, dots, hyphens",
      )
      .optional(),
    versioned: z.boolean().default(true),
    expireAfterDays: z.int().min(1).max(3650).optional(),
    customerManagedKey: z.boolean().default(false),
  }),
  sizing: (circumstances) => ({ customerManagedKey: wantsCustomerManagedKey(circumstances) }),
  frugal: (parameters) => parameters,
  priced: () => [{ type: "AWS::S3::Bucket", properties: {} }],
});
