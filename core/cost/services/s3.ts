import { type Charge, charge, unpriced } from "../charge.ts";
import { service, type Use } from "../service.ts";

export interface BucketFacts {
  readonly replicated: boolean;
}

/** https://aws.amazon.com/s3/pricing, Standard class; objects moved to colder classes cost less than this. */
export function bucketCharges(facts: BucketFacts, use: Use<"AWS::S3::Bucket">): readonly Charge[] {
  return [
    charge("storage, Standard", "s3.stored", use("storedGb")),
    charge("PUT, COPY, POST, LIST requests", "s3.put", use("putsPerMonth")),
    charge("GET and other requests", "s3.get", use("getsPerMonth")),
    charge("sent to the internet", "transfer.internet", use("internetEgressGb")),
    ...(facts.replicated ? [unpriced("replication: how much is copied, and to where, is not known")] : []),
  ];
}

export const bucket = service({
  type: "AWS::S3::Bucket",
  read: (properties) => ({ replicated: properties.has("ReplicationConfiguration") }),
  charges: bucketCharges,
});
