import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import { onTestFinished } from "vitest";

export const CLIENT_ID = "console";

/** Somebody as the provider knows them, and how it answers for them. */
export interface AtProvider {
  readonly username: string;
  readonly groups?: readonly string[];
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly signedInSecondsAgo?: number;
  /** What the token says instead of the truth. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Signs with a key that the provider does not publish. */
  readonly forged?: boolean;
}

interface Asked {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
  readonly who: AtProvider;
}

/** An OpenID provider on this machine that speaks as Cognito does: discovery, keys, authorization, token. */
export class OidcProvider {
  readonly issuer: string;
  /** Whoever signs in next. */
  next: AtProvider = { username: "ada" };
  /** Whether each was asked to sign in anew. */
  readonly prompts: (string | null)[] = [];
  readonly #asked = new Map<string, Asked>();

  private constructor(issuer: string) {
    this.issuer = issuer;
  }

  static async start(): Promise<OidcProvider> {
    const [own, foreign] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);
    const key = await exportJWK(own.publicKey);
    const kid = await calculateJwkThumbprint(key);
    const server = createServer(async (request, response) => {
      const url = new URL(request.url ?? "/", provider.issuer);
      const answer = (status: number, body: object) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      };
      if (url.pathname === "/jwks") return answer(200, { keys: [{ ...key, kid, alg: "RS256", use: "sig" }] });
      if (url.pathname !== "/token") return answer(200, provider.#metadata());
      const redeemed = provider.#redeem(new URLSearchParams(await textOf(request)));
      if (!redeemed) return answer(400, { error: "invalid_grant" });
      const { nonce, who } = redeemed;
      const signer = who.forged ? foreign.privateKey : own.privateKey;
      const token = await new SignJWT(claimsOf(provider.issuer, nonce, who))
        .setProtectedHeader({ alg: "RS256", kid })
        .sign(signer);
      answer(200, { id_token: token, access_token: "access", token_type: "Bearer", expires_in: 3_600 });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const provider = new OidcProvider(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return provider;
  }

  /** What the browser does at the provider: somebody signs in, and it is sent back with a code. */
  signIn(location: string): string {
    const { searchParams: asked } = new URL(location);
    this.prompts.push(asked.get("prompt"));
    const code = randomUUID();
    this.#asked.set(code, {
      nonce: asked.get("nonce") ?? "",
      challenge: asked.get("code_challenge") ?? "",
      redirectUri: asked.get("redirect_uri") ?? "",
      who: this.next,
    });
    const back = new URLSearchParams({ code, state: asked.get("state") ?? "" });
    return `${new URL(asked.get("redirect_uri") ?? "").pathname}?${back}`;
  }

  /** A code is good once, and for who can show the secret behind its challenge (RFC 7636). */
  #redeem(form: URLSearchParams): Asked | undefined {
    const code = form.get("code") ?? "";
    const asked = this.#asked.get(code);
    this.#asked.delete(code);
    const shown = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const holds =
      asked?.challenge === shown &&
      asked.redirectUri === form.get("redirect_uri") &&
      form.get("client_id") === CLIENT_ID;
    return holds ? asked : undefined;
  }

  #metadata(): object {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/jwks`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    };
  }
}

function claimsOf(issuer: string, nonce: string, who: AtProvider): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1_000);
  return {
    iss: issuer,
    aud: CLIENT_ID,
    sub: randomUUID(),
    nonce,
    iat: now,
    exp: now + 3_600,
    auth_time: now - (who.signedInSecondsAgo ?? 0),
    "cognito:username": who.username,
    "cognito:groups": who.groups ?? [],
    ...(who.email ? { email: who.email, email_verified: who.emailVerified ?? true } : {}),
    ...who.claims,
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
