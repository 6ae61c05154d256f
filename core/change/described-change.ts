import { jsonIn } from "../json.ts";
import { isObject, type Json, type JsonObject, type Template } from "../template/template.ts";
import {
  type ChangedProperty,
  type ChangedResource,
  type InfrastructureChange,
  inOrderOfAddress,
} from "./infrastructure-change.ts";
import { onlyInterrupts } from "./interruptions.ts";
import { listOf, textOf } from "./json-access.ts";
import { holdsState } from "./stateful.ts";

/** What `aws cloudformation describe-change-set` prints: a list of changes, with values when they were asked for. */
export function isDescribedChangeSet(document: JsonObject): boolean {
  return (
    Array.isArray(document["Changes"]) &&
    (document["ChangeSetName"] !== undefined ||
      document["ChangeSetId"] !== undefined ||
      document["StackName"] !== undefined ||
      document["StackId"] !== undefined ||
      (document["Changes"] as readonly Json[]).some(
        (one) => isObject(one) && isObject(one["ResourceChange"]),
      ))
  );
}

/** A change set's description in neutral form; values are there only with `--include-property-values`. */
export function changeOfDescription(document: JsonObject): InfrastructureChange {
  const described = listOf(document["Changes"]).flatMap((one) => {
    const change = isObject(one) ? one["ResourceChange"] : undefined;
    return isObject(change ?? null) ? [change as JsonObject] : [];
  });
  const changes = inOrderOfAddress(described.map(resourceOf));
  const valued = described.every(
    (one) => one["BeforeContext"] !== undefined || one["AfterContext"] !== undefined,
  );
  return {
    source: "change set",
    changes,
    before: templateOf(changes, "before"),
    after: templateOf(changes, "after"),
    knowsBefore: valued,
    knowsAfter: valued,
    notes: notesOn(document, valued, changes.length),
  };
}

function notesOn(document: JsonObject, valued: boolean, count: number): string[] {
  const { NextToken } = document;
  return [
    ...(valued || count === 0
      ? []
      : [
          "the change set says which properties change and not to what: describe it with --include-property-values",
        ]),
    ...(typeof NextToken === "string" ? ["this is one page of the change set: describe all of it"] : []),
    ...(document["Status"] === "FAILED" ? ["this change set has failed and cannot be executed"] : []),
    "only what changes is judged and priced: a change set does not hold the rest of its stack",
  ];
}

function resourceOf(described: JsonObject): ChangedResource {
  const type = textOf(described["ResourceType"]) ?? "(no type)";
  const details = listOf(described["Details"]).filter((detail) => isObject(detail)) as readonly JsonObject[];
  const before = contextOf(described["BeforeContext"]) ?? valuesOf(details, "BeforeValue");
  const after = contextOf(described["AfterContext"]) ?? valuesOf(details, "AfterValue");
  const kept = holdsState(type, after ?? before ?? {});
  const changed = changedIn(details);
  const action = actionOf(
    described,
    kept && (changed.length === 0 || !changed.every((one) => isMereInterruption(type, one))),
  );
  const fate = fateOf(textOf(described["PolicyAction"]));
  return {
    address: textOf(described["LogicalResourceId"]) ?? "(no name)",
    type,
    action,
    changed,
    ...(action === "add" || before === undefined ? {} : { before }),
    ...(action === "remove" || after === undefined ? {} : { after }),
    holdsState: kept,
    ...(fate && (action === "remove" || action === "replace") ? { fate } : {}),
  };
}

/** Nothing that is said to change recreates it; without a word anything may. */
function isMereInterruption(type: string, { path, requiresRecreation }: ChangedProperty): boolean {
  const property = path.replace(/^Properties\./, "");
  return requiresRecreation === "never" || onlyInterrupts(type, property);
}

function actionOf(described: JsonObject, kept: boolean): ChangedResource["action"] {
  const replacement = textOf(described["Replacement"])?.toLowerCase();
  switch (textOf(described["Action"])) {
    case "Add":
      return "add";
    case "Remove":
      return "remove";
    case "Import":
      return "move";
    case "Dynamic":
      return kept ? "replace" : "modify";
    default:
      return replacement === "true" || (replacement === "conditional" && kept) ? "replace" : "modify";
  }
}

function fateOf(policy: string | undefined): ChangedResource["fate"] {
  if (policy === undefined) return undefined;
  if (policy.includes("Retain")) return "retain";
  return policy.endsWith("Snapshot") ? "snapshot" : "delete";
}

const RECREATION = { never: "never", conditionally: "conditionally", always: "always" } as const;

function changedIn(details: readonly JsonObject[]): ChangedProperty[] {
  const found = details.flatMap((detail): ChangedProperty[] => {
    const target = detail["Target"];
    if (!isObject(target ?? null)) return [];
    const { Attribute, Name, RequiresRecreation } = target as JsonObject;
    const required = (textOf(RequiresRecreation) ?? "Never").toLowerCase();
    const name = textOf(Name);
    return [
      {
        path: [textOf(Attribute) ?? "Properties", ...(name === undefined ? [] : [name])].join("."),
        requiresRecreation: RECREATION[required as keyof typeof RECREATION] ?? "conditionally",
      },
    ];
  });
  return [...new Map(found.map((one) => [one.path, one])).values()].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
}

/** `BeforeContext` is a JSON text with the resource's properties in it. */
function contextOf(context: Json | undefined): JsonObject | undefined {
  const value = typeof context === "string" ? (jsonIn(context) as Json | undefined) : context;
  const properties = isObject(value ?? null) ? (value as JsonObject)["Properties"] : undefined;
  return isObject(properties ?? null) ? (properties as JsonObject) : undefined;
}

/** Values of single properties, from details that name a whole property; those within one are not put together. */
function valuesOf(
  details: readonly JsonObject[],
  which: "BeforeValue" | "AfterValue",
): JsonObject | undefined {
  const found = details.flatMap((detail) => {
    const target = isObject(detail["Target"] ?? null) ? (detail["Target"] as JsonObject) : {};
    const [name, path, value] = [textOf(target["Name"]), textOf(target["Path"]), target[which]];
    if (name === undefined || value === undefined) return [];
    if (path !== undefined && path !== `/Properties/${name}`) return [];
    return [
      [name, typeof value === "string" ? ((jsonIn(value) as Json | undefined) ?? value) : value] as const,
    ];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/** Of what has no values nothing is known, which is not the same as having no properties. */
function templateOf(changes: readonly ChangedResource[], which: "before" | "after"): Template {
  const there = changes.filter(({ action }) => action !== (which === "before" ? "add" : "remove"));
  return {
    Resources: Object.fromEntries(
      there.map((change) => [
        change.address,
        { Type: change.type, Properties: change[which] ?? { "Fn::GetAtt": [change.address, which] } },
      ]),
    ),
  };
}
