import { type Charge, charge, free, unpriced, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import { service, type Use } from "../service.ts";

export interface UserPoolFacts {
  readonly tier: Fact<string>;
  /** Threat protection, bought by itself in the Lite tier and part of Plus. */
  readonly threatProtection: Fact<boolean>;
}

const TIERS = {
  LITE: "cognito.lite.user",
  ESSENTIALS: "cognito.essentials.user",
  PLUS: "cognito.plus.user",
} as const;

/** https://aws.amazon.com/cognito/pricing: by users who sign in; new pools are of the Essentials tier. */
export function userPoolCharges(facts: UserPoolFacts, use: Use<"AWS::Cognito::UserPool">): readonly Charge[] {
  return [
    ...whenKnown("users", { tier: facts.tier }, ({ tier }) =>
      isTier(tier)
        ? [charge(`active users, ${tier}`, TIERS[tier], use("activeUsersPerMonth"))]
        : [unpriced(`users: the price sheet has no prices of the tier ${tier}`)],
    ),
    ...whenKnown("threat protection", { on: facts.threatProtection, tier: facts.tier }, ({ on, tier }) =>
      on && tier === "LITE"
        ? [charge("threat protection", "cognito.advanced-security.user", use("activeUsersPerMonth"))]
        : [],
    ),
  ];
}

function isTier(name: string): name is keyof typeof TIERS {
  return Object.hasOwn(TIERS, name);
}

export const userPool = service({
  type: "AWS::Cognito::UserPool",
  read: (properties) => ({
    tier: properties.text("UserPoolTier", "ESSENTIALS"),
    threatProtection: mapFact(
      properties.text("UserPoolAddOns.AdvancedSecurityMode", "OFF"),
      (mode) => mode !== "OFF",
    ),
  }),
  charges: userPoolCharges,
});

/** A client that signs in as itself, and not for a user, is paid for, and so are its tokens. */
export const userPoolClient = service({
  type: "AWS::Cognito::UserPoolClient",
  read: (properties) => ({
    machine: mapFact(properties.texts("AllowedOAuthFlows"), (flows) => flows.includes("client_credentials")),
  }),
  charges: ({ machine }, use) =>
    whenKnown("client", { machine }, (known) =>
      known.machine
        ? [
            charge("machine client", "cognito.machine-client", 1),
            charge("token requests", "cognito.machine-token", use("tokenRequestsPerMonth")),
          ]
        : [free("a client that signs users in is free")],
    ),
});
