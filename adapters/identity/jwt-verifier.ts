import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { sha256 } from "../../core/digest.ts";
import { type Grant, grantsOf, identityOf } from "../../core/identity/access.ts";
import { type Bearer, TokenError, type TokenVerifier } from "../../core/identity/tokens.ts";
import { PrincipalError } from "../../core/principal.ts";

/** Clocks of two machines may differ by this much, in seconds. */
const CLOCK_TOLERANCE = 5;
/** No token of ours or of Cognito's comes near it. */
const LONGEST_TOKEN = 8_192;

export interface JwtRules {
  readonly issuer: string;
  readonly audience: string;
  /** The one algorithm the issuer signs with: who verifies decides it, never the token (RFC 8725, 3.1). */
  readonly algorithm: "ES256" | "RS256";
  readonly keys: JWTVerifyGetKey;
  /** The claim that lists grants: `grants`, or `cognito:groups`. */
  readonly grantsClaim: string;
  /** What its texts stand for; `approver:prod` and the like unless another reading is given. */
  readonly grantsOf?: (texts: readonly string[]) => readonly Grant[];
  /** The claim that says who it is; the subject unless another is named. */
  readonly nameClaim?: string;
}

/** Tokens kept whose signature was found good, and for how long: verifying one takes most of a small request. */
const MOST_KEPT = 1_000;
const KEPT_MS = 60_000;

interface Kept {
  readonly payload: JWTPayload;
  readonly until: number;
}

/** Verifies tokens against an issuer's keys: signature, key id, issuer, audience and times. */
export class JwtVerifier implements TokenVerifier {
  readonly #rules: JwtRules;
  readonly #kept = new Map<string, Kept>();

  constructor(rules: JwtRules) {
    this.#rules = rules;
  }

  async verify(token: string, now: Date): Promise<Bearer> {
    const name = sha256(token);
    const known = this.#kept.get(name);
    if (known && now.getTime() < known.until) return bearerOf(known.payload, this.#rules);
    this.#kept.delete(name);
    const payload = await this.#payloadOf(token, now);
    const bearer = bearerOf(payload, this.#rules);
    this.#keep(name, payload, now);
    return bearer;
  }

  /** Never beyond its own end, nor so long that a key the issuer has taken back would matter. */
  #keep(name: string, payload: JWTPayload, now: Date): void {
    const until = Math.min(now.getTime() + KEPT_MS, (payload.exp ?? 0) * 1000);
    if (until <= now.getTime()) return;
    this.#kept.set(name, { payload, until });
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value ?? name);
  }

  async #payloadOf(token: string, now: Date): Promise<JWTPayload> {
    const { keys, issuer, audience, algorithm } = this.#rules;
    if (token.length > LONGEST_TOKEN) throw invalid(`it has more than ${LONGEST_TOKEN} characters`);
    requireKeyId(token);
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: [algorithm],
        requiredClaims: ["sub", "iat", "exp"],
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: now,
      });
      return payload;
    } catch (error) {
      throw refusalOf(error);
    }
  }
}

/** With one key in the set jose would take it for a token that names none. */
function requireKeyId(token: string): void {
  let kid: unknown;
  try {
    ({ kid } = decodeProtectedHeader(token));
  } catch {
    throw invalid("it is no JSON Web Token");
  }
  if (typeof kid !== "string" || kid === "") throw invalid("it names no key (kid)");
}

function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired)
    return new TokenError("TokenExpired", "the token has expired; get a new one and send the request again");
  if (error instanceof errors.JWTClaimValidationFailed)
    return invalid(`its claim ${error.claim} does not hold`);
  if (error instanceof errors.JWKSNoMatchingKey) return invalid("no key of the issuer's is the one it names");
  if (error instanceof errors.JOSEAlgNotAllowed)
    return invalid("it is signed in another way than the issuer signs");
  // A key set that cannot be fetched is nobody's forgery.
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) return error;
  return invalid("its signature or its form does not hold");
}

function bearerOf(
  payload: JWTPayload,
  { grantsClaim, grantsOf: reading = grantsOf, nameClaim = "sub" }: JwtRules,
): Bearer {
  const { auth_time: at, amr } = payload;
  const name = payload[nameClaim];
  const grants = reading(textsIn(payload[grantsClaim]));
  const signIn = typeof at === "number" ? { signIn: { at: new Date(at * 1000), means: textsIn(amr) } } : {};
  try {
    return { ...identityOf(typeof name === "string" ? name : "", grants, "api"), ...signIn };
  } catch (error) {
    if (error instanceof PrincipalError) throw invalid("its subject is no user name");
    throw error;
  }
}

function textsIn(claim: unknown): readonly string[] {
  return Array.isArray(claim) ? claim.filter((text) => typeof text === "string") : [];
}

function invalid(why: string): TokenError {
  return new TokenError("TokenInvalid", `the token is refused: ${why}`);
}
