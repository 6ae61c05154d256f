import { type Charge, charge, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import { service, type Use } from "../service.ts";

export interface KeyFacts {
  readonly symmetric: Fact<boolean>;
}

/** https://aws.amazon.com/kms/pricing: the first two rotations, a year or more away, add the price of a key each. */
export function keyCharges(facts: KeyFacts, use: Use<"AWS::KMS::Key">): readonly Charge[] {
  return [
    charge("key", "kms.key", 1),
    ...whenKnown("API calls", { symmetric: facts.symmetric }, ({ symmetric }) => [
      charge("API calls", symmetric ? "kms.request" : "kms.asymmetric-request", use("requestsPerMonth")),
    ]),
  ];
}

/** RSA_2048 keys are asymmetric and yet called at the symmetric price. */
const SYMMETRIC_PRICE = ["SYMMETRIC_DEFAULT", "RSA_2048"];

export const key = service({
  type: "AWS::KMS::Key",
  read: (properties) => ({
    symmetric: mapFact(
      properties.text("KeySpec", "SYMMETRIC_DEFAULT"),
      (spec) => SYMMETRIC_PRICE.includes(spec) || spec.startsWith("HMAC"),
    ),
  }),
  charges: keyCharges,
});

/** A replica of a multi-region key is paid for like a key. */
export const replicaKey = service({
  type: "AWS::KMS::ReplicaKey",
  read: () => ({ symmetric: true }),
  charges: keyCharges,
});
