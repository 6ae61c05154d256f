import type { ChangeSet, ResourceChange } from "../artifacts/change-set.ts";
import type { Finding } from "../artifacts/validation-report.ts";
import { fateUnder } from "../change/deletion.ts";
import { breaches } from "../policy/laws.ts";
import { SNAPSHOT_HOURS } from "../policy/policy.ts";
import type { Subject } from "../policy/subject.ts";
import { own, type Template } from "../template/template.ts";

/** Undoing the change would break a law that no approval can override. */
export const UNDO_REFUSED = "undo-refused";

/** Undoing the change deletes data, and so takes a snapshot of it first. */
export const UNDO_NEEDS_SNAPSHOT = "undo-needs-snapshot";

/** What the laws will say to undoing a change, asked before anybody approves it (law 8). */
export function undoFindings(subject: Subject, { type, changes, baseline }: ChangeSet): Finding[] {
  const { template, before, environment, stack, now } = subject;
  const back: Subject =
    type === "CREATE"
      ? { environment, stack, template, parameters: subject.parameters, now }
      : {
          environment,
          stack,
          template: before ?? template,
          before: template,
          parameters: baseline.parameters,
          now,
        };
  const refused = breaches(back);
  const known = new Set(refused.map(({ message }) => message));
  const losing = breaches({ ...back, changes: deletions(changes, template) });
  return [
    // Deleting a new stack asks nothing of its template.
    ...(type === "CREATE" ? [] : refused).map(({ resource, message }) =>
      finding(
        UNDO_REFUSED,
        resource,
        `undoing this would be refused: ${message}`,
        "weigh it as a change for good",
      ),
    ),
    ...losing
      .filter(({ message }) => !known.has(message))
      .map(({ resource }) =>
        finding(
          UNDO_NEEDS_SNAPSHOT,
          resource,
          `undoing this deletes ${resource}, which takes a verified snapshot of it`,
          `to undo it, take an encrypted snapshot within the ${SNAPSHOT_HOURS} hours before`,
        ),
      ),
  ];
}

/** What the change makes that holds data goes away when the change is undone. */
function deletions(changes: readonly ResourceChange[], template: Template): ResourceChange[] {
  return changes
    .filter(({ action, holdsState }) => holdsState && (action === "add" || action === "replace"))
    .map(({ action, logicalId, type }) => {
      const made = own(template.Resources, logicalId);
      const fate = fateUnder(action === "add" ? made?.DeletionPolicy : made?.UpdateReplacePolicy);
      return { action: "remove", logicalId, type, holdsState: true, fate, changed: [] };
    });
}

function finding(rule: string, resource: string, message: string, fix: string): Finding {
  return { rule, severity: "warning", resource, message, fix };
}
