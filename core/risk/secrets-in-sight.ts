import type { ChangedResource } from "../change/infrastructure-change.ts";
import { SENSITIVE_IN_SOURCE } from "../change/terraform/values.ts";
import { redact, redactIn } from "../secrets/redact.ts";
import type { Json, JsonObject } from "../template/template.ts";
import { type RiskRule, reason, touched } from "./subject.ts";

/** Credentials that stand in the file in plain text, and did not before. */
export const secretsInSight: RiskRule = ({ change }) =>
  touched(change).flatMap((one) => {
    const found = secretsIn(one.after).filter((path) => !had(one, path));
    const [first] = found;
    if (first === undefined) return [];
    return [reason("secret", one.address, `${first} holds what looks like a credential in plain text`, 50)];
  });

function had({ before }: ChangedResource, path: string): boolean {
  return secretsIn(before).includes(path);
}

/** Where secrets stand in properties; a value that the deployment looks up is none. */
function secretsIn(properties: JsonObject | undefined): string[] {
  if (!properties) return [];
  const found: string[] = [];
  for (const [name, value] of Object.entries(properties)) search(name, name, value, found, 0);
  return found;
}

const DEEPEST = 60;

function search(path: string, name: string, value: Json, found: string[], depth: number): void {
  if (depth > DEEPEST) return;
  if (typeof value === "string") {
    if (isSecret(name, value)) found.push(path);
    return;
  }
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) searchItem(path, item, found, depth);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const named = namedValue(value as JsonObject);
  if (named && isSecret(named.name, named.value)) found.push(`${path}.${named.name}`);
  for (const [key, inner] of Object.entries(value))
    search(`${path}.${key}`, key, inner as Json, found, depth + 1);
}

function searchItem(path: string, item: Json, found: string[], depth: number): void {
  search(path, "", item, found, depth + 1);
}

/** `{ "Name": "DB_PASSWORD", "Value": "…" }`, as containers are given their environment. */
function namedValue(value: JsonObject): { readonly name: string; readonly value: string } | undefined {
  const name = value["Name"] ?? value["Key"] ?? value["ParameterKey"];
  const held = value["Value"] ?? value["ParameterValue"];
  return typeof name === "string" && typeof held === "string" ? { name, value: held } : undefined;
}

/** Properties that AWS knows to be passwords, beside what the names and shapes of credentials tell. */
const PASSWORDS =
  /^(MasterUserPassword|MasterPassword|AdminPassword|AuthToken|SecretString|AdministratorLoginPassword|RootPassword)$/;

function isSecret(name: string, value: string): boolean {
  if (value === SENSITIVE_IN_SOURCE) return true;
  if (value === "" || value.startsWith("[") || value.startsWith("{{resolve:") || value.length > 20_000)
    return false;
  if (PASSWORDS.test(name)) return true;
  if (value.length < 4 || /^(arn:|https?:\/\/[^@]*$|ssm:|\/)/.test(value)) return redact(value) !== value;
  return redactIn({ [name]: value })[name] !== value;
}
