import type { ResourceChange } from "../artifacts/change-set.ts";
import { evaluation } from "../template/evaluation.ts";
import type { Template } from "../template/template.ts";
import type { ChangedResource, InfrastructureChange } from "./infrastructure-change.ts";
import { inOrderOfAddress } from "./infrastructure-change.ts";
import { evaluated, knownIn } from "./template-change.ts";

interface ChangeSetParts {
  readonly changes: readonly ResourceChange[];
  readonly template: Template;
  /** Of the stack as it runs; absent when it is new. */
  readonly before?: Template | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly region?: string | undefined;
}

/** A change set of our own, with the templates it was made of, in neutral form. */
export function changeOfChangeSet(parts: ChangeSetParts): InfrastructureChange {
  const { changes, template, before, parameters, region } = parts;
  const known = knownIn({ region, parameters });
  const is = evaluation(template, known);
  const was = before && evaluation(before, known);
  const neutral = changes.map((change): ChangedResource => {
    const { logicalId, type, action, changed, holdsState, fate } = change;
    const had = before && was && action !== "add" && Object.hasOwn(before.Resources, logicalId);
    return {
      address: logicalId,
      type,
      action,
      changed,
      ...(had ? { before: evaluated(logicalId, was) } : {}),
      ...(action === "remove" ? {} : { after: evaluated(logicalId, is) }),
      holdsState,
      ...(fate ? { fate } : {}),
    };
  });
  return {
    source: "change set",
    changes: inOrderOfAddress(neutral),
    before,
    after: template,
    parameters,
    knowsBefore: before !== undefined,
    knowsAfter: true,
    region,
    notes: [],
  };
}
