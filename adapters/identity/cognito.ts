import { createRemoteJWKSet } from "jose";
import { InputError } from "../../core/artifacts/parse.ts";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import { type Grant, ROLES, type Role } from "../../core/identity/access.ts";
import { JwtVerifier } from "./jwt-verifier.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** What the groups of one environment's user pool stand for. */
export interface Groups {
  readonly environment: Environment;
  readonly groups: Readonly<Record<Role, string>>;
}

/** A user pool as a deployment tells of it. */
export interface UserPool extends Groups {
  readonly issuer: string;
  readonly clientId: string;
  /** Where its pages are: `https://….auth.af-south-1.amazoncognito.com`. */
  readonly pages: string;
}

const VARIABLES = [
  "AGENT_MESH_TOKEN_ISSUER",
  "AGENT_MESH_TOKEN_AUDIENCE",
  "AGENT_MESH_SIGN_IN_PAGES",
] as const;

/** @throws InputError that names the variables that are not set */
export function userPoolFrom(variables: Variables, groups: Groups): UserPool {
  const missing = VARIABLES.filter((name) => !variables[name]);
  if (missing.length > 0) {
    throw new InputError(
      "InvalidInput",
      `${missing.join(" and ")} is not set; deploy the function again, which sets it to its user pool`,
    );
  }
  const [issuer = "", clientId = "", pages = ""] = VARIABLES.map((name) => variables[name]);
  return { ...groups, issuer, clientId, pages };
}

/**
 * Verifies the ID tokens of a user pool: its groups are the roles of its environment, its user names principals. An
 * access token has no audience and is refused. Keys are fetched once, and again when a token names one that is not
 * among them.
 */
export function cognitoVerifier({ issuer, clientId, environment, groups }: UserPool): JwtVerifier {
  return new JwtVerifier({
    issuer,
    audience: clientId,
    algorithm: "RS256",
    keys: createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`)),
    grantsClaim: "cognito:groups",
    grantsOf: (names) => grantsByGroup(names, { environment, groups }),
    nameClaim: "cognito:username",
  });
}

/** Roles by the names of groups; other groups are somebody else's business. */
export function grantsByGroup(names: readonly string[], { environment, groups }: Groups): Grant[] {
  return ROLES.filter((role) => names.includes(groups[role])).map((role) => ({ role, environment }));
}
