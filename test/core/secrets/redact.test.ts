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
  "a Slack app's token": "xapp-1-A0123456789-abcdefGHIJKL",
  "a GitLab token": `glpat-${"a1B2-".repeat(4)}`,
  "a package registry's token": `npm_${"a1B2".repeat(9)}`,
  "a test payment key": `sk_${"test"}_${"a1B2".repeat(6)}`,
  "a mail service's key": `SG.${"a1B2".repeat(5)}.${"c3D4".repeat(8)}`,
  "a model hub's token": `hf_${"a1B2".repeat(9)}`,
  "a model's key": `sk-ant-api03-${"a1B2_".repeat(8)}`,
  "a model's key of a project": `sk-proj-${"a1B2_".repeat(8)}`,
  "a model's older key": `sk-${"a1B2".repeat(12)}`,
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
  "an assignment to a short name": `export DB_PASS=${SECRET} && run`,
  "an assignment to an abbreviation": `pwd=${SECRET}`,
  "an assignment to secret": `secret=${SECRET}`,
  "an assignment to token": `curl -d token=${SECRET}&x=1`,
  "a quoted assignment to token": `TOKEN="${SECRET}"`,
  "an assignment to a longer name": `WEBHOOK_SECRET = ${SECRET}`,
  "a part of a connection string": `AccountName=shop;AccountKey=${SECRET};EndpointSuffix=x`,
  "a member that may be a secret": `{"token":"abc123${SECRET.slice(4).replace("-", "9")}X"}`,
  "a line of YAML that may be a secret": "webhookSecret: Hunter2Hunter2-correct",
  "the basic scheme": `Authorization: Basic ${SECRET.replace("-", "")}Zm9v==`,
  "the basic scheme in JSON": `{"Authorization":"Basic ${SECRET.replace("-", "")}Zm9v"}`,
  "a sentence": `The Password is ${SECRET}.`,
  "a key after words that announce it": `my aws secret is wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`,
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
    expect(clean).not.toMatch(/hunter2|wJalr|correct/i);
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
    "the password is rotated every 30 days",
    "a secret called signing-key",
    "the secret: signing-key-2, and a token: whatever",
    '{"block":"secret","name":"signing-key","secret":"signing-key-2","token":"short"}',
    "secret: SigningKeySecret1A2B3C4D",
    "secret=SigningKeySecret1A2B3C4D",
    `token: ${"c0ffee".repeat(8)}`,
    `secret=sha256:${"c0ffee01".repeat(8)}`,
    "arn:aws:secretsmanager:af-south-1:123456789012:secret:SigningKey1a2B3c-AbCdEf",
    "secret: arn:aws:secretsmanager:af-south-1:123456789012:secret:SigningKey1a2B3c-AbCdEf",
    "{{resolve:secretsmanager:db:SecretString:password::a1b2c3d4-5678-90ab-cdef-1234567890ab}}",
    '{"nextToken":"AbC123dEf456","clientToken":"AbC123dEf456","task_token":"AbC123dEf456"}',
    "PWD=/work/shop",
    "token=$TOKEN secret=<yours>",
    "PASS: 12 of 12 rules, bypass=everything, compass: north2West",
    "commit 0123456789abcdef0123456789abcdef01234567 of aws secret rotation",
    "arn:aws:iam::123456789012:role/agent-mesh-dev-apply",
    "https://example.com:8080/path",
    "c0ffee".repeat(10),
  ])("keeps %s as it is", (text) => {
    expect(redact(text)).toBe(text);
  });

  test("loses a short password too, where nothing else can be meant", () => {
    expect(redact("password=short")).toBe(`password=${REDACTED}`);
    expect(redact("mysql --user=app --password=abc --host=db")).toBe(
      `mysql --user=app --password=${REDACTED} --host=db`,
    );
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
