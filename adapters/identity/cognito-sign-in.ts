import { cognitoVerifier, type UserPool } from "./cognito.ts";
import { OidcSignIn } from "./oidc-sign-in.ts";

/** Signs people in at the pool's own pages, which ask for their second factor. */
export function cognitoSignIn(pool: UserPool, origin: string): OidcSignIn {
  const { issuer, clientId, pages } = pool;
  const leaving = new URLSearchParams({ client_id: clientId, logout_uri: `${origin}/sign-in` });
  return new OidcSignIn({
    issuer,
    clientId,
    redirectUri: `${origin}/sign-in/back`,
    signOutUrl: `${pages}/logout?${leaving}`,
    tokens: cognitoVerifier(pool),
  });
}
