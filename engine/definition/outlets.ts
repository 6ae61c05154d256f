import type { Template } from "../jsonata/template.ts";
import type { Fields } from "./fields.ts";
import type { Assignment, Outlet } from "./machine.ts";
import type { Access } from "./reserved.ts";

/** Reads Output and Assign. */
export function outlet(fields: Fields, access: Access = {}): Outlet {
  return { output: fields.template("Output", access), assign: assignment(fields, access) };
}

/** Reads where a state leads, with its Output and Assign. */
export function flow(fields: Fields, access: Access = {}): Outlet & { next: string | undefined } {
  const next = fields.string("Next");
  const end = fields.value("End");
  if (end !== undefined && typeof end !== "boolean") fields.refuse("End", "must be true or false");
  if ((next !== undefined) === (end === true)) {
    fields.refuse("Next", 'a state must have either Next or "End": true');
  }
  return { ...outlet(fields, access), next };
}

const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
const LONGEST_VARIABLE_NAME = 80;
/** The service's own variable, and a name under which JavaScript's JSONata finds nothing. */
const RESERVED: ReadonlySet<string> = new Set(["states", "__proto__"]);

function assignment(fields: Fields, access: Access): Assignment | undefined {
  const object = fields.object_("Assign");
  if (!object) return undefined;
  const inside = fields.inside("Assign", object);
  const assigned = new Map<string, Template>();
  for (const name of Object.keys(object)) {
    if (RESERVED.has(name)) inside.refuse(name, "is reserved: choose another name");
    else if (!VARIABLE_NAME.test(name) || [...name].length > LONGEST_VARIABLE_NAME) {
      inside.refuse(
        name,
        `a variable's name is a letter or _, then letters, digits or _, at most ${LONGEST_VARIABLE_NAME}`,
      );
    }
    const template = inside.template(name, access);
    if (template) assigned.set(name, template);
  }
  return assigned;
}
