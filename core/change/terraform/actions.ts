import { isObject, type JsonObject } from "../../template/template.ts";
import type { ChangeAction, ChangedResource } from "../infrastructure-change.ts";
import { textOf, textsOf } from "../json-access.ts";

/** A plan also lists what stays as it is. */
export type PlannedAction = ChangeAction | "stays";

/** What a plan would do to a resource, from its list of actions. */
export function actionOf(entry: JsonObject, change: JsonObject, isDeposed: boolean): PlannedAction {
  const actions = new Set(textsOf(change["actions"]));
  if (entry["mode"] === "data" || (actions.size === 1 && actions.has("read"))) return "read";
  if (actions.has("forget")) return actions.has("create") ? "replace" : "remove";
  if (actions.has("delete")) return deletion(actions.has("create"), isDeposed);
  if (actions.has("create")) return "add";
  const stays = actions.has("no-op") || actions.size === 0;
  return stays ? standing(entry, change) : "modify";
}

/** What a replacement left over is swept up: its successor has long been there. */
function deletion(creates: boolean, isDeposed: boolean): PlannedAction {
  if (creates) return "replace";
  return isDeposed ? "modify" : "remove";
}

function standing(entry: JsonObject, change: JsonObject): PlannedAction {
  const moved = textOf(entry["previous_address"]) !== undefined || isObject(change["importing"] ?? null);
  return moved ? "move" : "stays";
}

/** What Terraform leaves behind when a resource goes away. */
export function fateOf(
  type: string,
  action: PlannedAction,
  change: JsonObject,
  before: JsonObject | undefined,
): ChangedResource["fate"] {
  if (action !== "remove" && action !== "replace") return undefined;
  if (textsOf(change["actions"]).includes("forget") || before?.["skip_destroy"] === true) return "retain";
  const isDatabase = /^aws_(db_instance|(rds|docdb|neptune|redshift)_cluster)$/.test(type);
  return isDatabase && before?.["skip_final_snapshot"] === false ? "snapshot" : "delete";
}
