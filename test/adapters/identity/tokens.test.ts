import { generateKeyPairSync } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, test } from "vitest";
import { LOCAL_AUDIENCE, LOCAL_ISSUER, LocalIssuer } from "../../../adapters/identity/local-issuer.ts";
import { grantsOf } from "../../../core/identity/access.ts";
import { temporaryFolder } from "../../support/workspace.ts";

const NOW = new Date("2026-11-26T10:00:00.000Z");
const SECONDS = NOW.getTime() / 1000;
const GRANTS = grantsOf(["approver:dev"]);

const claims = { grants: ["approver:dev"] };
const other = await generateKeyPair("ES256");

/** A token that is right in everything but what a test changes of it. */
function draft(
  changes: {
    readonly iss?: string;
    readonly aud?: string;
    readonly exp?: number;
    readonly nbf?: number;
  } = {},
) {
  return new SignJWT(claims)
    .setSubject("grace")
    .setIssuer(changes.iss ?? LOCAL_ISSUER)
    .setAudience(changes.aud ?? LOCAL_AUDIENCE)
    .setIssuedAt(SECONDS)
    .setNotBefore(changes.nbf ?? SECONDS)
    .setExpirationTime(changes.exp ?? SECONDS + 3_600);
}

async function issuer() {
  const folder = temporaryFolder();
  const made = await LocalIssuer.open(folder);
  const [key] = made.keySet.keys;
  return { made, folder, kid: key?.kid ?? "", publicKey: key };
}

test("who has a token is who it was issued to, with what it grants", async () => {
  const { made } = await issuer();
  const token = await made.issue({ user: "Grace", grants: GRANTS, hours: 1 }, NOW);
  expect(await made.verifier.verify(token, NOW)).toEqual({
    caller: { principal: "grace", via: "api", authenticated: true },
    grants: GRANTS,
  });
});

test("the key is made once, for its owner alone, and shows no secret half", async () => {
  const folder = temporaryFolder();
  const [one, two] = await Promise.all([LocalIssuer.open(folder), LocalIssuer.open(folder)]);
  expect(one.keySet).toEqual(two.keySet);
  expect((await LocalIssuer.open(folder)).keySet).toEqual(one.keySet);
  expect(JSON.stringify(one.keySet)).not.toContain('"d"');
  if (process.platform !== "win32")
    expect(statSync(join(folder, "signing-key.json")).mode & 0o777).toBe(0o600);
});

type Forge = (kid: string, publicKey: object) => Promise<string> | string;

const signed = (token: SignJWT, kid: string, key: Awaited<ReturnType<typeof importJWK>> = other.privateKey) =>
  token.setProtectedHeader({ alg: "ES256", kid }).sign(key);

const FORGERIES: [string, Forge][] = [
  ["no algorithm", () => new UnsecuredJWT(claims).setSubject("grace").encode()],
  ["another key under the same name", (kid) => signed(draft(), kid)],
  ["a key nobody knows", () => signed(draft(), "another")],
  ["no key's name", () => draft().setProtectedHeader({ alg: "ES256" }).sign(other.privateKey)],
  [
    "the public key taken for a shared secret",
    (kid, publicKey) =>
      draft()
        .setProtectedHeader({ alg: "HS256", kid })
        .sign(new TextEncoder().encode(JSON.stringify(publicKey))),
  ],
  [
    "RS256 where ES256 is signed",
    (kid) =>
      draft()
        .setProtectedHeader({ alg: "RS256", kid })
        .sign(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey),
  ],
  [
    "a key it brings itself",
    async (kid) =>
      draft()
        .setProtectedHeader({ alg: "ES256", kid, jwk: await exportJWK(other.publicKey) })
        .sign(other.privateKey),
  ],
  ["no token at all", () => "hello"],
  ["something endless", () => "a".repeat(100_000)],
];

test.each(FORGERIES)("a token with %s is refused", async (_what, forge) => {
  const { made, kid, publicKey } = await issuer();
  const token = await forge(kid, publicKey ?? {});
  await expect(made.verifier.verify(token, NOW)).rejects.toMatchObject({ name: "TokenInvalid" });
});

describe("a good token", () => {
  test.each([
    ["of another issuer", { iss: "https://elsewhere.example" }, "TokenInvalid"],
    ["for somebody else", { aud: "another" }, "TokenInvalid"],
    ["that is not valid yet", { nbf: SECONDS + 60 }, "TokenInvalid"],
    ["that has expired", { exp: SECONDS - 60 }, "TokenExpired"],
  ])("%s is refused", async (_what, changes, name) => {
    const folder = temporaryFolder();
    const made = await LocalIssuer.open(folder);
    const jwk = JSON.parse(readFileSync(join(folder, "signing-key.json"), "utf8"));
    const token = await signed(draft(changes), jwk.kid, await importJWK(jwk, "ES256"));
    await expect(made.verifier.verify(token, NOW)).rejects.toMatchObject({ name });
  });

  test("is refused when any part of it is changed, cut or exchanged", async () => {
    const { made } = await issuer();
    const token = await made.issue({ user: "grace", grants: GRANTS, hours: 1 }, NOW);
    const richer = await made.issue({ user: "grace", grants: grantsOf(["admin:prod"]), hours: 1 }, NOW);
    const [header, payload, signature = ""] = token.split(".");
    const forged = [
      [header, richer.split(".")[1], signature].join("."),
      [header, payload, ""].join("."),
      [header, payload].join("."),
      [header, payload, signature.slice(0, -4)].join("."),
      [header, payload, `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`].join("."),
      `${token}.${signature}`,
    ];
    for (const text of forged)
      await expect(made.verifier.verify(text, NOW)).rejects.toMatchObject({ name: "TokenInvalid" });
  });

  test("is good to its end and no longer", async () => {
    const { made } = await issuer();
    const token = await made.issue({ user: "grace", grants: GRANTS, hours: 1 }, NOW);
    const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
    await expect(made.verifier.verify(token, at(3_599))).resolves.toBeDefined();
    await expect(made.verifier.verify(token, at(3_606))).rejects.toMatchObject({ name: "TokenExpired" });
  });

  test("is not kept beyond its end, nor taken for another", async () => {
    const { made } = await issuer();
    const token = await made.issue({ user: "grace", grants: GRANTS, hours: 0.005 }, NOW);
    const verifier = made.verifier;
    const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
    for (const seconds of [0, 1, 17]) await verifier.verify(token, at(seconds));
    await expect(verifier.verify(token, at(24))).rejects.toMatchObject({ name: "TokenExpired" });
    await expect(verifier.verify(`${token}x`, at(1))).rejects.toMatchObject({ name: "TokenInvalid" });
  });
});
