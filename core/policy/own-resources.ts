import type { Finding } from "../artifacts/validation-report.ts";
import { OWN_PREFIX } from "./policy.ts";
import type { Subject } from "./subject.ts";

/** Law 12: Conductor cannot change Conductor. Any mention of its own names counts, be it a name, an ARN or a policy. */
export function touchesConductor({ stack, template }: Subject): Finding[] {
  const findings: Finding[] = [];
  if (stack.toLowerCase().startsWith(OWN_PREFIX)) {
    findings.push(finding(stack, `the stack ${stack} is Conductor's own`));
  }
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    if (JSON.stringify(resource).toLowerCase().includes(OWN_PREFIX)) {
      findings.push(finding(logicalId, `${logicalId} names a resource of Conductor (${OWN_PREFIX}…)`));
    }
  }
  return findings;
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
