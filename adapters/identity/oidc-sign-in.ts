import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import * as z from "zod";
import { SessionError } from "../../core/identity/sessions.ts";
import { TokenError } from "../../core/identity/tokens.ts";
import { lazily } from "../../core/lazily.ts";
import type { JwtVerifier } from "./jwt-verifier.ts";

export interface OidcOptions {
  readonly issuer: string;
  /** A public client: a code is exchanged with proof of who asked for it (PKCE), so there is no secret to keep. */
  readonly clientId: string;
  /** Where browsers come back to. */
  readonly redirectUri: string;
  readonly signOutUrl: string;
  /** Judges the ID token, as it judges those that come to the API. */
  readonly tokens: JwtVerifier;
  /** Only for an issuer on this machine. */
  readonly insecure?: boolean;
}

const keptThere = z.strictObject({ state: z.string(), nonce: z.string(), verifier: z.string() });

/** Signs people in at an OpenID provider by the authorization code flow with PKCE (RFC 9700, 2.1.1). */
export class OidcSignIn {
  readonly #options: OidcOptions;
  readonly #configuration: () => Promise<Configuration>;

  constructor(options: OidcOptions) {
    this.#options = options;
    const { issuer, clientId, insecure } = options;
    this.#configuration = lazily(() =>
      discovery(new URL(issuer), clientId, undefined, None(), {
        ...(insecure && { execute: [allowInsecureRequests] }),
      }),
    );
  }

  get signOutUrl(): string {
    return this.#options.signOutUrl;
  }

  /** @param fresh has the provider ask again also whom it knows (`prompt=login`) */
  async begin(fresh: boolean): Promise<{ readonly url: string; readonly kept: string }> {
    const kept = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const url = buildAuthorizationUrl(await this.#configuration(), {
      redirect_uri: this.#options.redirectUri,
      scope: "openid email",
      code_challenge: await calculatePKCECodeChallenge(kept.verifier),
      code_challenge_method: "S256",
      state: kept.state,
      nonce: kept.nonce,
      ...(fresh && { prompt: "login" }),
    });
    return { url: url.href, kept: JSON.stringify(kept) };
  }

  /** @throws SessionError SignInRefused when the provider, the code or the token does not hold */
  async finish(back: URL, kept: string, now: Date) {
    const { state, nonce, verifier } = keptThere.parse(JSON.parse(kept));
    const configuration = await this.#configuration();
    try {
      const answer = await authorizationCodeGrant(configuration, back, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const { caller, grants, signIn } = await this.#options.tokens.verify(answer.id_token ?? "", now);
      if (!signIn) throw refused("its token does not say when you signed in");
      const claims = answer.claims();
      const email = claims?.["email_verified"] === true ? claims["email"] : undefined;
      const mail = typeof email === "string" ? { mail: email } : {};
      return { principal: caller.principal, grants, signIn, ...mail };
    } catch (error) {
      throw error instanceof TokenError || isProtocolError(error) ? refused(error.message, error) : error;
    }
  }
}

/** What openid-client says of answers that do not hold, as opposed to a network that does not. */
const PROTOCOL_ERRORS = new Set(["AuthorizationResponseError", "ResponseBodyError", "ClientError"]);

function isProtocolError(error: unknown): error is Error {
  return error instanceof Error && PROTOCOL_ERRORS.has(error.name);
}

function refused(why: string, cause?: Error): SessionError {
  return new SessionError(
    "SignInRefused",
    `you are not signed in: the identity provider's answer does not hold (${why})`,
    cause ? { cause } : {},
  );
}
