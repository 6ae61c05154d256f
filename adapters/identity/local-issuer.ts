import { join } from "node:path";
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from "jose";
import { type Grant, grantText } from "../../core/identity/access.ts";
import { principalOf } from "../../core/principal.ts";
import { madeOnce } from "../embedded/made-once.ts";
import { JwtVerifier } from "./jwt-verifier.ts";

export const LOCAL_ISSUER = "urn:conductor:local";
export const LOCAL_AUDIENCE = "conductor";
const ALGORITHM = "ES256";

export interface TokenRequest {
  readonly user: string;
  readonly grants: readonly Grant[];
  readonly hours: number;
}

/**
 * Issues tokens on one machine, with a key that is made once and kept beside the data for its owner alone. Who can read
 * that file can be anybody, as who can read the data can.
 */
export class LocalIssuer {
  readonly #key: JWK;

  private constructor(key: JWK) {
    this.#key = key;
  }

  /** Opens the key in a folder, or makes it; of two processes that make it at once the first one's stays. */
  static async open(folder: string): Promise<LocalIssuer> {
    const key = await madeOnce(join(folder, "signing-key.json"), async () => JSON.stringify(await newKey()));
    return new LocalIssuer(JSON.parse(key) as JWK);
  }

  /** The public halves of the keys, as verifiers fetch them (RFC 7517). */
  get keySet(): JSONWebKeySet {
    const { d: _secret, ...open } = this.#key;
    return { keys: [open as JWK] };
  }

  get verifier(): JwtVerifier {
    return new JwtVerifier({
      issuer: LOCAL_ISSUER,
      audience: LOCAL_AUDIENCE,
      algorithm: ALGORITHM,
      keys: createLocalJWKSet(this.keySet),
      grantsClaim: "grants",
    });
  }

  /** @throws PrincipalError */
  async issue({ user, grants, hours }: TokenRequest, now: Date): Promise<string> {
    const seconds = Math.floor(now.getTime() / 1000);
    return await new SignJWT({ grants: grants.map(grantText) })
      .setProtectedHeader({ alg: ALGORITHM, kid: this.#key.kid ?? "", typ: "JWT" })
      .setSubject(principalOf(user))
      .setIssuer(LOCAL_ISSUER)
      .setAudience(LOCAL_AUDIENCE)
      .setIssuedAt(seconds)
      .setNotBefore(seconds)
      .setExpirationTime(seconds + Math.round(hours * 3_600))
      .sign(await importJWK(this.#key, ALGORITHM));
  }
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const key = await exportJWK(privateKey);
  return { ...key, alg: ALGORITHM, use: "sig", kid: await calculateJwkThumbprint(key) };
}
