import type { Finding } from "../artifacts/validation-report.ts";
import { redactIn } from "../secrets/redact.ts";
import { readings } from "../template/readings.ts";
import { asIntrinsic, isObject, type Json } from "../template/template.ts";
import { type Entry, entriesOf, textOf, textsIn } from "../template/texts.ts";
import { fromOutside } from "./outside.ts";
import type { Subject } from "./subject.ts";

/** `{{resolve:service:reference}}` as CloudFormation reads it; one whose end is not in the template has no version either. */
const DYNAMIC_REFERENCE = /\{\{resolve:([^}]*)(\}\})?/g;

/** EC2 takes the same without braces for an image: `resolve:ssm:parameter`. */
const IMAGE_REFERENCE = /^resolve:ssm:(?!.*:\d+$)/;

const IMAGE_KEYS = new Set(["Image", "ImageUri", "ImageIdentifier"]);

/** Law 2: what is approved must be what is applied, so nothing in the template may mean something else later. */
export function isNotPinned({ template, stack, parameters }: Subject): Finding[] {
  const read = readings(template, { stack, parameters });
  return entriesOf(template).flatMap((entry) => [
    ...valueFromOutside(entry),
    ...fromOutside(entry).map(({ what, fix }) => finding(entry.name, `${entry.name}: ${what}`, fix)),
    ...mutableReferences(entry.name, [...textsIn(entry.value), ...read(entry.value)]),
    ...(entry.section === "Resources" ? mutableImages(entry.name, entry.value) : []),
  ]);
}

function valueFromOutside({ section, name, value }: Entry): Finding[] {
  const type = section === "Parameters" && isObject(value) ? value["Type"] : undefined;
  if (typeof type !== "string" || !type.startsWith("AWS::SSM::Parameter::Value")) return [];
  const message = `the parameter ${name} takes its value from SSM when the change is applied`;
  return [finding(name, message, "pass the value itself")];
}

function mutableReferences(name: string, texts: readonly string[]): Finding[] {
  const mutable = texts.flatMap((text) => [
    ...[...text.matchAll(DYNAMIC_REFERENCE)]
      .filter(([, reference = "", end]) => end === undefined || !isVersioned(reference))
      .map(([whole]) => whole),
    ...(IMAGE_REFERENCE.test(text) ? [text] : []),
  ]);
  return [...new Set(mutable)].map((reference) =>
    finding(
      name,
      `${reference} is resolved anew at every deployment`,
      "name a version, or let the service manage the value",
    ),
  );
}

/** `ssm:name:3`, or `secretsmanager:id:SecretString:key:stage:version-id`. */
function isVersioned(reference: string): boolean {
  const [service, ...rest] = reference.split(":");
  if (service === "ssm" || service === "ssm-secure")
    return rest.length > 1 && /^\d+$/.test(rest.at(-1) ?? "");
  const parts = rest
    .join(":")
    .replace(/^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:/, "")
    .split(":");
  return service === "secretsmanager" && (parts[4] ?? "") !== "";
}

function mutableImages(logicalId: string, value: Json): Finding[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => mutableImages(logicalId, item));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(IMAGE_KEYS.has(key) ? choicesOf(inner).filter(isMutable) : []).map((image) =>
      finding(
        logicalId,
        `the image ${textOf(image)} can change under its tag`,
        "pin it: name@sha256:<digest>",
      ),
    ),
    ...mutableImages(logicalId, inner),
  ]);
}

/** What a value may come to: a condition leaves both its branches open. */
function choicesOf(value: Json): readonly Json[] {
  const call = asIntrinsic(value);
  if (call?.name !== "Fn::If" || !Array.isArray(call.argument)) return [value];
  return (call.argument as readonly Json[]).slice(1).flatMap(choicesOf);
}

function isMutable(image: Json): boolean {
  const isReference = typeof image === "string" || asIntrinsic(image) !== undefined;
  return isReference && !/@sha256:[0-9a-f]{64}$/.test(textOf(image));
}

/** Law 11: a credential in a template would travel into artifacts, mails and the record. */
export function holdsSecrets({ template }: Subject): Finding[] {
  return entriesOf(template)
    .filter(holdsSecret)
    .map(({ name }) => ({
      rule: "law-11-secrets-stay-out",
      severity: "fatal",
      law: 11,
      resource: name,
      message: `${name} holds what looks like a credential in plain text`,
      fix: "keep it in Secrets Manager and let the resource read it there",
    }));
}

function holdsSecret({ section, name, value }: Entry): boolean {
  // A parameter's name says what its default is.
  const said = section === "Parameters" && isObject(value) ? [value, { [name]: value["Default"] }] : value;
  return JSON.stringify(redactIn(said)) !== JSON.stringify(said);
}

function finding(resource: string, message: string, fix: string): Finding {
  return { rule: "law-2-pinned", severity: "fatal", law: 2, resource, message, fix };
}
