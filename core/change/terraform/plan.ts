import { isObject, type Json, type JsonObject, type Template } from "../../template/template.ts";
import { refused } from "../document.ts";
import {
  type ChangeAction,
  type ChangedProperty,
  type ChangedResource,
  type InfrastructureChange,
  inOrderOfAddress,
} from "../infrastructure-change.ts";
import { member, objectOf, objectsOf, textOf, textsOf } from "../json-access.ts";
import { holdsState } from "../stateful.ts";
import { actionOf, fateOf, type PlannedAction } from "./actions.ts";
import { pointed } from "./pointers.ts";
import { type Configuration, configurationOf } from "./references.ts";
import { propertiesOf } from "./shapes.ts";
import { cloudFormationType } from "./types.ts";
import { hideSensitive, withConstants, withUnknown } from "./values.ts";

/** A resource as the plan has it, before and after. */
interface Planned {
  readonly address: string;
  readonly sourceType: string;
  readonly type: string;
  readonly action: PlannedAction;
  readonly movedFrom: string | undefined;
  readonly changed: readonly ChangedProperty[];
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
  readonly fate: ChangedResource["fate"];
  /** Known values that identify it, to find what points at it. */
  readonly names: readonly string[];
}

/** Whether this is what `terraform show -json PLAN` prints. */
export function isTerraformPlan(document: JsonObject): boolean {
  return Array.isArray(document["resource_changes"]) || isObject(document["planned_values"] ?? null);
}

/**
 * A Terraform plan in neutral form: resources of AWS in CloudFormation's terms, others as they are, sensitive values
 * nowhere.
 * @throws InputError for a format this reader does not know
 */
export function changeOfPlan(document: JsonObject, name: string): InfrastructureChange {
  refuseFormat(document, name);
  const entries = changesIn(document);
  const addresses = entries.map((entry) => textOf(entry["address"]) ?? "");
  const configuration = configurationOf(document["configuration"], addresses);
  const planned = distinct(entries.map((entry) => plannedIn(entry, configuration)));
  const managed = pointed(planned);
  const changes = managed.filter(({ action }) => action !== "stays").map(changedOf);
  return {
    source: "terraform plan",
    changes: inOrderOfAddress(changes),
    before: templateOf(managed, "before"),
    after: templateOf(managed, "after"),
    sourceTypes: new Map(managed.map(({ address, sourceType }) => [address, sourceType])),
    knowsBefore: true,
    knowsAfter: true,
    region: regionOf(document),
    notes: notesOn(document, managed),
  };
}

const FORMATS = /^(0\.[12]|1\.\d+)$/;

function refuseFormat(document: JsonObject, name: string): void {
  const format = textOf(document["format_version"]);
  if (format !== undefined && !FORMATS.test(format))
    throw refused(
      name,
      `is a Terraform plan of the format ${format.slice(0, 20)}: formats 0.1 to 1.x are read`,
    );
}

/** Without `resource_changes` a plan still says what there will be. */
function changesIn(document: JsonObject): readonly JsonObject[] {
  const changes = objectsOf(document["resource_changes"]);
  const deferred = objectsOf(document["deferred_changes"]).flatMap((one) =>
    isObject(one["resource_change"] ?? null) ? [one["resource_change"] as JsonObject] : [],
  );
  if (Array.isArray(document["resource_changes"])) return [...changes, ...deferred];
  const root = member(document["planned_values"], "root_module");
  return plannedValues(root).map((resource) => ({
    ...resource,
    change: { actions: ["create"], before: null, after: resource["values"] ?? {}, after_unknown: {} },
  }));
}

function plannedValues(module: Json | undefined, depth = 0): JsonObject[] {
  if (depth > 50) return [];
  const children = objectsOf(member(module, "child_modules"));
  return [
    ...objectsOf(member(module, "resources")),
    ...children.flatMap((child) => plannedValues(child, depth + 1)),
  ];
}

function plannedIn(entry: JsonObject, configuration: Configuration): Planned {
  const change = isObject(entry["change"] ?? null) ? (entry["change"] as JsonObject) : {};
  const deposed = textOf(entry["deposed"]);
  const written = textOf(entry["address"]) ?? "(no address)";
  const address = deposed === undefined ? written : `${written} (deposed ${deposed})`;
  const sourceType = textOf(entry["type"]) ?? "(no type)";
  const [was, is] = [objectOf(change["before"]), objectOf(change["after"])];
  const unknown = change["after_unknown"];
  const action = actionOf(entry, change, deposed !== undefined);
  const shown = (value: JsonObject | undefined, marks: Json | undefined) =>
    value && (hideSensitive(value, marks) as JsonObject);
  const before = shown(was, change["before_sensitive"]);
  const planned = shown(is, change["after_sensitive"]);
  const marked = planned && withConstants(planned, change["after_sensitive"], configuration.written(written));
  const after = afterOf(marked, before, unknown, written, configuration);
  return {
    address,
    sourceType,
    type: typeOf(sourceType, after ?? before),
    action,
    movedFrom: textOf(entry["previous_address"]),
    changed: changedBetween(
      was,
      is,
      writtenMarks(unknown, configuration.written(written)),
      change["replace_paths"],
    ),
    before: before && propertiesOf(sourceType, before),
    after: action === "remove" ? undefined : after && propertiesOf(sourceType, after),
    fate: fateOf(sourceType, action, change, before),
    names: namesOf(was, is),
  };
}

/** Egress has a type of its own in CloudFormation. */
function typeOf(sourceType: string, values: JsonObject | undefined): string {
  if (sourceType === "aws_security_group_rule" && values?.["type"] === "egress")
    return "AWS::EC2::SecurityGroupEgress";
  return cloudFormationType(sourceType);
}

/** Attributes through which resources find one another; what is not known yet is looked up in the configuration. */
const POINTING = [
  "task_definition",
  "cluster_identifier",
  "launch_template",
  "launch_configuration",
  "function_name",
  "replicate_source_db",
  "subnet_id",
  "security_group_id",
  "stream_arn",
  "role",
  "policy_arn",
  "bucket",
] as const;

function afterOf(
  after: JsonObject | undefined,
  before: JsonObject | undefined,
  unknown: Json | undefined,
  address: string,
  configuration: Configuration,
): JsonObject | undefined {
  if (!after && !isObject(unknown ?? null)) return undefined;
  const call: Json = { "Fn::GetAtt": [address, "known after apply"] };
  const computed = { call, written: configuration.written(address), before };
  const known = withUnknown(after ?? {}, unknown, computed) as JsonObject;
  const pointing = POINTING.flatMap((attribute) => {
    if (member(unknown, attribute) !== true && attribute !== "launch_template") return [];
    const target = configuration.referred(address, attribute);
    if (target === undefined) return [];
    const reference = { Ref: target };
    return [[attribute, attribute === "launch_template" ? [{ id: reference }] : reference] as const];
  });
  return { ...known, ...Object.fromEntries(pointing) };
}

function changedBetween(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  unknown: Json | undefined,
  replacePaths: Json | undefined,
): ChangedProperty[] {
  if (!before || !after) return [];
  const forced = new Set(
    (Array.isArray(replacePaths) ? (replacePaths as readonly Json[]) : []).map((path) =>
      Array.isArray(path) ? String((path as readonly Json[])[0]) : String(path),
    ),
  );
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...forced]);
  for (const [name, mark] of Object.entries(objectOf(unknown) ?? {})) if (mark === true) names.add(name);
  return [...names]
    .filter(
      (name) =>
        forced.has(name) ||
        member(unknown, name) === true ||
        JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null),
    )
    .sort()
    .map((path) => ({ path, requiresRecreation: forced.has(path) ? "always" : "never" }));
}

/** What is unknown only because Terraform computes it does not count as changed. */
function writtenMarks(unknown: Json | undefined, written: JsonObject | undefined): Json | undefined {
  if (!written) return unknown;
  return Object.fromEntries(
    Object.entries(objectOf(unknown) ?? {}).filter(([name]) => Object.hasOwn(written, name)),
  );
}

function namesOf(...states: readonly (JsonObject | undefined)[]): string[] {
  return states.flatMap((state) =>
    ["arn", "id", "arn_without_revision"].flatMap((name) => {
      const value = state?.[name];
      return typeof value === "string" && value !== "" ? [value] : [];
    }),
  );
}

/** One entry for each address: a plan that repeats one is read as it is, with the repetition told apart. */
function distinct(planned: readonly Planned[]): Planned[] {
  const seen = new Map<string, number>();
  return planned.map((one) => {
    const times = seen.get(one.address) ?? 0;
    seen.set(one.address, times + 1);
    return times === 0 ? one : { ...one, address: `${one.address} (${times + 1})` };
  });
}

function changedOf(planned: Planned): ChangedResource {
  const { address, type, sourceType, movedFrom, changed, before, after, fate } = planned;
  return {
    address,
    type,
    ...(sourceType === type ? {} : { sourceType }),
    action: planned.action as ChangeAction,
    ...(movedFrom === undefined || movedFrom === address ? {} : { movedFrom }),
    changed,
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    holdsState: holdsState(type, before ?? after ?? {}),
    ...(fate ? { fate } : {}),
  };
}

function templateOf(planned: readonly Planned[], which: "before" | "after"): Template {
  const there = planned.filter((one) => one[which] !== undefined && one.action !== "read");
  return {
    Resources: Object.fromEntries(
      there.map((one) => [one.address, { Type: one.type, Properties: one[which] as JsonObject }]),
    ),
  };
}

function regionOf(document: JsonObject): string | undefined {
  const provider = member(member(document["configuration"], "provider_config"), "aws");
  const region = member(member(provider, "expressions"), "region");
  const constant = textOf(member(region, "constant_value"));
  if (constant !== undefined) return constant;
  const [variable = ""] = textsOf(member(region, "references")).map((one) => one.replace(/^var\./, ""));
  return textOf(member(member(document["variables"], variable), "value"));
}

function notesOn(document: JsonObject, planned: readonly Planned[]): string[] {
  const deferred = objectsOf(document["deferred_changes"]).length;
  const drifted = objectsOf(document["resource_drift"]).length;
  return [
    ...(document["errored"] === true ? ["the plan ended in an error and is not complete"] : []),
    ...(document["complete"] === false
      ? ["the plan is not complete: another one follows after it is applied"]
      : []),
    ...(deferred > 0 ? [`${deferred} changes are put off until more is known, and judged by what is`] : []),
    ...(drifted > 0 ? [`${drifted} resources were changed outside Terraform since`] : []),
    ...(planned.length === 0 ? ["the plan changes nothing"] : []),
    ...(Array.isArray(document["resource_changes"])
      ? []
      : ["the plan says only what there will be: everything counts as added"]),
  ];
}
