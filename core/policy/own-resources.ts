import type { Finding } from "../artifacts/validation-report.ts";
import type { Environment } from "../artifacts/vocabulary.ts";
import { type Reading, readings } from "../template/readings.ts";
import type { Template } from "../template/template.ts";
import { type Entry, entriesOf, textsIn } from "../template/texts.ts";
import { namesOwn } from "./own-names.ts";
import { OWN_PREFIX } from "./policy.ts";
import type { Subject } from "./subject.ts";

/** A physical id that is ours, or an ARN that ends in one; not one that merely has our prefix within its name. */
const OWN_ID = new RegExp(`(?<![a-z0-9-])${OWN_PREFIX}`, "i");

/**
 * Law 12: Conductor cannot change Conductor. Any mention of its own names counts, be it a name, an ARN or a policy,
 * and one that the stack makes now and would no longer make counts too.
 */
export function touchesConductor({
  stack,
  environment,
  template,
  parameters,
  before,
  changes = [],
}: Subject): Finding[] {
  const own = stack.toLowerCase().startsWith(OWN_PREFIX)
    ? [finding(stack, `the stack ${stack} is Conductor's own`)]
    : [];
  const now = before
    ? mentions(unbounded(before, environment), { stack }).filter(({ section }) => section === "Resources")
    : [];
  const touching = new Set([
    ...[...mentions(unbounded(template, environment), { stack, parameters }), ...now].map(({ name }) => name),
    ...changes.filter(({ physicalId = "" }) => OWN_ID.test(physicalId)).map(({ logicalId }) => logicalId),
  ]);
  return [
    ...own,
    ...[...touching].map((name) => finding(name, `${name} names a resource of Conductor (${OWN_PREFIX}…)`)),
  ];
}

/** The template without the boundary that every role must have: to be bounded by it is to stay off everything else. */
function unbounded(template: Template, environment: Environment): Template {
  const boundary = new RegExp(`^arn:aws:iam::\\d{12}:policy/${OWN_PREFIX}${environment}-boundary$`);
  const resources = Object.entries(template.Resources).map(([logicalId, resource]) => {
    const { PermissionsBoundary, ...properties } = resource.Properties ?? {};
    const isBounded =
      resource.Type === "AWS::IAM::Role" &&
      typeof PermissionsBoundary === "string" &&
      boundary.test(PermissionsBoundary);
    return [logicalId, isBounded ? { ...resource, Properties: properties } : resource];
  });
  return { ...template, Resources: Object.fromEntries(resources) as Template["Resources"] };
}

function mentions(template: Template, reading: Reading): Entry[] {
  const read = readings(template, reading);
  return entriesOf(template).filter(
    ({ value }) =>
      textsIn(value).some((text) => text.toLowerCase().includes(OWN_PREFIX)) || read(value).some(namesOwn),
  );
}

function finding(resource: string, message: string): Finding {
  return {
    rule: "law-12-conductor-is-not-changed",
    severity: "fatal",
    law: 12,
    resource,
    message,
    fix: "Conductor's own updates come from a person's `cdk deploy`; name another stack or resource",
  };
}
