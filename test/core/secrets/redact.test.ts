// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders for secrets look like this.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../../core/digest.ts";
import { REDACTED, redact, redactIn } from "../../../core/secrets/redact.ts";
import { json } from "../../support/json.ts";

/** Credentials as they are leaked; none of them is one. */
const SHAPED = {
  "an access key": "AKIAIOSFODNN7EXAMPLE",
  "a session's access key": "ASIAIOSFODNN7EXAMPLE",
  "a JSON Web Token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV",
  "a GitHub token": `ghp_${"a1B2".repeat(9)}`,
  "a fine-grained GitHub token": `github_pat_${"a1B2_".repeat(8)}`,
  "a Slack token": "xoxb-123456789012-abcdefGHIJKL",
  "a payment key": `sk_${"live"}_${"a1B2".repeat(6)}`,
  "a maps key": `AIza${"a1B2-".repeat(7)}`,
  "a private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc\n-----END RSA PRIVATE KEY-----",
  "a private key without its end": "-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc",
} as const;

const SECRET = "hunter2-correct";

/** Ways in which people and programs write down a secret beside its name. */
const NAMED = {
  "a JSON member": `{"password":"${SECRET}"}`,
  "a JSON member with spaces": `{ "dbPassword" : "${SECRET}" }`,
  "a member of a string of JSON": JSON.stringify({ body: JSON.stringify({ password: SECRET }) }),
  "a member of a string in a string": JSON.stringify(JSON.stringify(JSON.stringify({ api_key: SECRET }))),
  "an assignment": `export DB_PASSWORD=${SECRET} && run`,
  "a quoted assignment": `client_secret = '${SECRET}'`,
  "a quoted assignment in JSON": JSON.stringify({ goal: `use password="${SECRET}" there` }),
  "a line of YAML": `secretAccessKey: ${SECRET}\n`,
  "a URL": `postgres://app:${SECRET}@db.example.com/app`,
  "a header": `Authorization: Bearer ${SECRET}-${SECRET}`,
  "a short one": `{"password":"${SECRET.slice(0, 3)}"}`,
  "one with spaces": `{"password":"correct horse ${SECRET}"}`,
  "one with a quote inside": JSON.stringify({ password: `ab"${SECRET}` }),
  "one that begins like a variable": `{"password":"$${SECRET}"}`,
  "one that begins like a word": `{"password":"true-${SECRET}"}`,
  "one over two lines": `{"private_key":"abc\n${SECRET}"}`,
} as const;

describe("text", () => {
  test.each(Object.entries(SHAPED))("loses %s by its shape alone, wherever it stands", (_what, secret) => {
    for (const text of [secret, `see ${secret}`, `key=${secret};`, JSON.stringify({ note: secret })]) {
      expect(redact(text)).toContain(REDACTED);
      expect(redact(text)).not.toContain(secret.slice(-12));
    }
  });

  test.each(Object.entries(NAMED))("loses a secret written as %s", (what, text) => {
    const clean = redact(text);
    expect(clean).toContain(REDACTED);
    expect(clean).not.toContain(what === "a short one" ? `"${SECRET.slice(0, 3)}"` : SECRET.slice(4));
  });

  test.each([
    '{"MasterUserPassword":{"Ref":"Password"}}',
    '{"MasterUserPassword":"{{resolve:secretsmanager:db:SecretString:password}}"}',
    '{"ManageMasterUserPassword":true,"x":1}',
    '{"ManageMasterUserPassword":"true"}',
    '{"GenerateStringKey":"password","PasswordLength":30}',
    '{"password":""}',
    "password=${DB_PASSWORD}",
    "the password is kept in Secrets Manager",
    "arn:aws:iam::123456789012:role/agent-mesh-dev-apply",
    "https://example.com:8080/path",
    "c0ffee".repeat(10),
  ])("keeps %s as it is", (text) => {
    expect(redact(text)).toBe(text);
  });

  test("that was cleaned once has nothing left to clean", () => {
    const piece = fc.oneof(
      fc.constantFrom(...Object.values(SHAPED), ...Object.values(NAMED)),
      fc.constantFrom('"', "\\", "password", ":", "=", " ", "}", "\n", "'"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const clean = redact(pieces.join(""));
        expect(redact(clean)).toBe(clean);
      }),
      { numRuns: 500 },
    );
  });

  test("without a credential stays as it is", () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 30 }), (text) => {
        expect(redact(text)).toBe(text);
      }),
    );
  });
});

describe("a JSON value", () => {
  const secrets = fc.constantFrom(...Object.values(SHAPED), ...Object.values(NAMED));

  test("keeps its form, whatever it holds and wherever a secret stands in it", () => {
    const form = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(form);
      if (typeof value !== "object" || value === null) return typeof value;
      return Object.values(value).map(form);
    };
    fc.assert(
      fc.property(json, secrets, fc.string(), (value, secret, name) => {
        const holder = { a: [value, { [name]: secret }], password: value };
        const cleaned = redactIn(holder);
        expect(JSON.parse(canonicalJson(cleaned))).toEqual(JSON.parse(JSON.stringify(cleaned)));
        expect(form(cleaned.a[1])).toEqual(form(holder.a[1]));
        expect(redactIn(cleaned)).toEqual(cleaned);
      }),
    );
  });

  test("loses every secret in it, by shape or by name", () => {
    const value = {
      MasterUserPassword: SECRET,
      Variables: { API_KEY: SECRET, Plain: "kept", list: [`password=${SECRET}`] },
      privateKeys: { private_key: ["a", SECRET] },
      [`password=${SECRET}`]: 1,
      nested: JSON.stringify({ auth_token: SECRET }),
    };
    const text = JSON.stringify(redactIn(value));
    expect(text).not.toContain(SECRET.slice(4));
    expect(text).toContain('"Plain":"kept"');
  });

  test("keeps references to secrets, flags, numbers and empty values", () => {
    const value = {
      MasterUserPassword: { "Fn::Sub": "{{resolve:secretsmanager:${Secret}:SecretString:password}}" },
      Password: "{{resolve:secretsmanager:x}}",
      ManageMasterUserPassword: true,
      UsePassword: "true",
      PasswordLength: 32,
      apiKey: "",
      password: null,
    };
    expect(redactIn(value)).toEqual(value);
  });
});
