import { z } from "zod";
import type { Finding } from "../../artifacts/validation-report.ts";
import { matches } from "../../iam/evaluate.ts";
import type { PolicyRule } from "./rule-file.ts";

const person = z.string().regex(/^\S+$/, "must be a name without spaces");

/** An exception from a rule for some resources, for a time, for a reason, by named people. */
const waiver = z.strictObject({
  rule: z.string().min(1),
  /** An address, in which `*` stands for any text. */
  resource: z.string().min(1),
  reason: z.string().min(10, "must say why in at least 10 characters"),
  until: z.iso.date("must be a day such as 2026-12-31"),
  approvedBy: z.array(person).min(1),
});

/** `{ "owners": { "data": ["ada"] }, "waivers": [...] }`; a group without names may be spoken for by anybody. */
export const waiverFile = z.strictObject({
  owners: z.record(z.string(), z.array(person)).default({}),
  waivers: z.array(waiver).default([]),
});

export type WaiverFile = z.output<typeof waiverFile>;
type Waiver = WaiverFile["waivers"][number];

/** What is left of findings when exceptions are heeded: one that counts makes a note of it, one that does not says why. */
export function afterWaivers(
  findings: readonly Finding[],
  rules: ReadonlyMap<string, PolicyRule>,
  { waivers, owners }: WaiverFile,
  now: Date,
): Finding[] {
  return findings.map((found) => {
    const rule = rules.get(found.rule);
    const given = waivers.filter((one) => one.rule === found.rule && matches(one.resource, found.resource));
    if (given.length === 0 || !rule) return found;
    const faults = given.map((one) => faultOf(one, rule, owners, now));
    const counting = given.find((_one, index) => faults[index] === undefined);
    if (counting) return waived(found, counting);
    return { ...found, message: `${found.message}; its waiver does not count: ${faults.join(", ")}` };
  });
}

function waived(found: Finding, { reason, until, approvedBy }: Waiver): Finding {
  return {
    ...found,
    severity: "info",
    message: `${found.message}; waived until ${until} by ${approvedBy.join(", ")}: ${reason}`,
  };
}

/** Why an exception does not count. */
function faultOf(
  { until, approvedBy }: Waiver,
  { approvers, owner }: PolicyRule,
  owners: WaiverFile["owners"],
  now: Date,
): string | undefined {
  // It holds through its last day, wherever in the world that ends.
  if (now.getTime() >= Date.parse(until) + 36 * 3_600_000) return `it ended on ${until}`;
  const group = owner === undefined ? [] : (owners[owner] ?? []);
  const people = new Set(approvedBy.filter((name) => group.length === 0 || group.includes(name)));
  if (people.size >= approvers) return undefined;
  const who = group.length > 0 ? ` of the group ${owner}` : "";
  return `it takes ${approvers} people${who}, and ${people.size} approved`;
}
