import type { Finding } from "../artifacts/validation-report.ts";
import { REDACTED, redact } from "../secrets/redact.ts";
import { isObject } from "../template/template.ts";
import type { Subject } from "./subject.ts";

/** `{{resolve:service:reference}}` as CloudFormation reads it. */
const DYNAMIC_REFERENCE = /\{\{resolve:([a-z-]+):([^}]+)\}\}/g;

const IMAGE_KEYS = new Set(["Image", "ImageUri"]);

/** Law 2: what is approved must be what is applied, so nothing in the template may mean something else later. */
export function isNotPinned({ template }: Subject): Finding[] {
  return [
    ...Object.entries(template.Parameters ?? {}).flatMap(([name, { Type }]) =>
      Type.startsWith("AWS::SSM::Parameter::Value")
        ? [
            finding(
              name,
              `the parameter ${name} takes its value from SSM when the change is applied`,
              "pass the value itself",
            ),
          ]
        : [],
    ),
    ...Object.entries(template.Resources).flatMap(([logicalId, resource]) => [
      ...mutableReferences(logicalId, JSON.stringify(resource)),
      ...mutableImages(logicalId, resource.Properties),
    ]),
  ];
}

function mutableReferences(logicalId: string, text: string): Finding[] {
  return [...text.matchAll(DYNAMIC_REFERENCE)].flatMap(([reference, service = "", rest = ""]) =>
    isVersioned(service, rest)
      ? []
      : [
          finding(
            logicalId,
            `${reference} is resolved anew at every deployment`,
            "name a version, or let the service manage the value",
          ),
        ],
  );
}

/** `ssm:name:3`, or `secretsmanager:id:SecretString:key:stage:version-id`. */
function isVersioned(service: string, rest: string): boolean {
  if (service === "ssm" || service === "ssm-secure") return /:\d+$/.test(rest);
  const parts = rest.replace(/^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:/, "").split(":");
  return service === "secretsmanager" && (parts[4] ?? "") !== "";
}

function mutableImages(logicalId: string, value: unknown): Finding[] {
  if (Array.isArray(value)) return value.flatMap((item) => mutableImages(logicalId, item));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (IMAGE_KEYS.has(key) && typeof inner === "string" && !/@sha256:[0-9a-f]{64}$/.test(inner)) {
      return [
        finding(logicalId, `the image ${inner} can change under its tag`, "pin it: name@sha256:<digest>"),
      ];
    }
    return mutableImages(logicalId, inner);
  });
}

/** Law 11: a credential in a template would travel into artifacts, mails and the record. */
export function holdsSecrets({ template }: Subject): Finding[] {
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) =>
    redact(JSON.stringify(resource)).includes(REDACTED)
      ? [
          {
            rule: "law-11-secrets-stay-out",
            severity: "fatal" as const,
            law: 11,
            resource: logicalId,
            message: `${logicalId} holds what looks like a credential in plain text`,
            fix: "keep it in Secrets Manager and let the resource read it there",
          },
        ]
      : [],
  );
}

function finding(resource: string, message: string, fix: string): Finding {
  return { rule: "law-2-pinned", severity: "fatal", law: 2, resource, message, fix };
}
