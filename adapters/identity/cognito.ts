import { createRemoteJWKSet } from "jose";
import { InputError } from "../../core/artifacts/parse.ts";
import { JwtVerifier } from "./jwt-verifier.ts";

type Variables = Readonly<Record<string, string | undefined>>;

const VARIABLES = ["AGENT_MESH_TOKEN_ISSUER", "AGENT_MESH_TOKEN_AUDIENCE"] as const;

/**
 * Verifies the ID tokens of a Cognito user pool: its groups are grants (`approver:prod`), its user names principals.
 * Keys are fetched once and again when a token names one that is not among them.
 * @throws InputError that names the variables that are not set
 */
export function cognitoVerifier(variables: Variables): JwtVerifier {
  const [issuer, audience] = VARIABLES.map((name) => variables[name] || undefined);
  if (!issuer || !audience) {
    const missing = VARIABLES.filter((name) => !variables[name]).join(" and ");
    throw new InputError(
      "InvalidInput",
      `${missing} is not set; deploy the API again, which sets it to its user pool and client`,
    );
  }
  return new JwtVerifier({
    issuer,
    audience,
    algorithm: "RS256",
    keys: createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`)),
    grantsClaim: "cognito:groups",
    nameClaim: "cognito:username",
  });
}
