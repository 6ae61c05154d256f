import type { Finding } from "../../artifacts/validation-report.ts";
import type { InfrastructureChange } from "../../change/infrastructure-change.ts";
import { evaluated, knownIn } from "../../change/template-change.ts";
import { evaluation } from "../../template/evaluation.ts";
import { isObject, type Json, type JsonObject, type Template } from "../../template/template.ts";
import type { PolicyRule, RuleFile } from "./rule-file.ts";

/** A rule that is broken by a resource, as the engine of the rules found it. */
export interface Breach {
  readonly rule: string;
  readonly resource: string;
  readonly message: string;
}

/** Runs rules over documents; gives the breaches of each document. */
export type RunRules = (rules: readonly RuleFile[], documents: readonly JsonObject[]) => Promise<Breach[][]>;

/**
 * What policy as code finds against a change: only resources that it touches, and a rule that they broke before is no
 * more than a remark.
 */
export async function policyFindings(
  change: InfrastructureChange,
  files: readonly RuleFile[],
  run: RunRules,
): Promise<Finding[]> {
  const touched = change.changes.filter(
    ({ action }) => action !== "remove" && action !== "move" && action !== "read",
  );
  if (touched.length === 0 || files.length === 0) return [];
  const addresses = touched.map(({ address }) => address);
  const after = documentOf(change, change.after, addresses);
  const before = change.before ? documentOf(change, change.before, addresses) : undefined;
  const [is = [], was = []] = await run(files, before ? [after, before] : [after]);
  const stood = new Set(was.map(({ rule, resource }) => `${rule} ${resource}`));
  const rules = rulesIn(files);
  return is.flatMap(({ rule, resource, message }) => {
    const known = rules.get(rule);
    const address = addresses[Number(resource.slice(1))];
    if (!known || address === undefined) return [];
    const old = stood.has(`${rule} ${resource}`);
    const severity = old && known.severity !== "info" ? "info" : known.severity;
    const text = `${message || `it breaks ${rule}`}${old ? ", as it did before" : ""} (${known.file}${known.owner === undefined ? "" : `, owned by ${known.owner}`})`;
    return [{ rule, severity, resource: address, message: text, fix: known.fix }];
  });
}

/** The rules of all files by name; where two have the same, the last one's word counts. */
export function rulesIn(files: readonly RuleFile[]): Map<string, PolicyRule> {
  return new Map(files.flatMap(({ rules }) => rules.map((rule) => [rule.name, rule] as const)));
}

/** Stands for what only the deployment knows. */
const LATER = "(known later)";

/** A template of these resources under short names, which paths can hold whatever the addresses are. */
function documentOf(
  change: InfrastructureChange,
  template: Template,
  addresses: readonly string[],
): JsonObject {
  const seen = evaluation(template, knownIn({ region: change.region, parameters: change.parameters }));
  const resources = addresses.flatMap((address, index) => {
    const resource = Object.hasOwn(template.Resources, address) ? template.Resources[address] : undefined;
    return resource
      ? [[`R${index}`, { Type: resource.Type, Properties: plain("", evaluated(address, seen)) }] as const]
      : [];
  });
  return { Resources: Object.fromEntries(resources) };
}

/** Calls become a text, and ports numbers: the language of the rules compares like with like only. */
function plain(name: string, value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => plain(name, item));
  if (typeof value === "string") return /Port$/.test(name) && /^-?\d+$/.test(value) ? Number(value) : value;
  if (!isObject(value)) return value;
  const [first, ...others] = Object.keys(value);
  if (others.length === 0 && (first === "Ref" || first?.startsWith("Fn::"))) return LATER;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(key, inner)]));
}
