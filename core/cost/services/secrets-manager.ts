import { type Charge, charge, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import { service, type Use } from "../service.ts";

export interface SecretFacts {
  /** The regions of its replicas, each of which is paid for like a secret of its own. */
  readonly replicaRegions: Fact<readonly Fact<string>[]>;
}

/** https://aws.amazon.com/secrets-manager/pricing */
export function secretCharges(
  facts: SecretFacts,
  use: Use<"AWS::SecretsManager::Secret">,
): readonly Charge[] {
  return [
    charge("secret", "secrets.secret", 1),
    charge("API calls", "secrets.request", use("requestsPerMonth")),
    ...whenKnown("replicas", { regions: facts.replicaRegions }, ({ regions }) =>
      regions.flatMap((region) =>
        whenKnown("replica", { region }, (known) => [charge("replica", "secrets.secret", 1, known.region)]),
      ),
    ),
  ];
}

export const secret = service({
  type: "AWS::SecretsManager::Secret",
  read: (properties) => ({
    replicaRegions: mapFact(properties.children("ReplicaRegions"), (replicas) =>
      replicas.map((replica) => replica.text("Region")),
    ),
  }),
  charges: secretCharges,
});
