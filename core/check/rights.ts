import type { Finding } from "../artifacts/validation-report.ts";
import type { InfrastructureChange } from "../change/infrastructure-change.ts";
import { allowedText, newlyAllowed } from "../iam/newly-allowed.ts";
import { IDENTITY, identityStatements } from "../risk/privilege-rule.ts";
import { touched } from "../risk/subject.ts";

/** Sentences that a report has for one resource. */
const SHOWN = 10;

/** What policies newly allow, in words: for people to read, and no judgement. */
export function rightsFindings(change: InfrastructureChange): Finding[] {
  return touched(change)
    .filter(({ type }) => IDENTITY.test(type))
    .flatMap(({ address, before, after }) => {
      const news = newlyAllowed(identityStatements(before), identityStatements(after)).map(allowedText);
      const more = news.length > SHOWN ? [`and ${news.length - SHOWN} more`] : [];
      return [...news.slice(0, SHOWN), ...more].map((message) => ({
        rule: "newly-allows",
        severity: "info" as const,
        resource: address,
        message,
        fix: "allow no more than is needed",
      }));
    });
}
