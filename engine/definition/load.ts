import { createHash } from "node:crypto";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { Fields, type QueryLanguage } from "./fields.ts";
import { checkGraph } from "./graph.ts";
import { foreignFields, knownFields } from "./known-fields.ts";
import type { Machine, Scope, State } from "./machine.ts";
import { DefinitionRefused, type Problem, Problems } from "./problems.ts";
import { readState } from "./states.ts";
import { checkVariables } from "./variables.ts";

const MACHINE_FIELDS: ReadonlySet<string> = new Set([
  "Comment",
  "QueryLanguage",
  "StartAt",
  "States",
  "TimeoutSeconds",
  "Version",
]);
const SCOPE_FIELDS: ReadonlySet<string> = new Set(["Comment", "StartAt", "States", "ProcessorConfig"]);
const LONGEST_STATE_NAME = 80;
const LARGEST_DEFINITION = 1_048_576;
/** Deeper ones would overflow the stack of what reads them. */
const DEEPEST_DEFINITION = 1_000;

/** What a definition amounts to: the machine, and what its author may want to know. */
export interface Loaded {
  readonly machine: Machine;
  readonly warnings: readonly Problem[];
}

/** Compiles a definition; throws DefinitionRefused with every reason why it cannot be run faithfully. */
export function loadDefinition(text: string): Loaded {
  const problems = new Problems();
  const definition = parse(text, problems);
  const machine = definition && readMachine(definition, problems, text);
  if (!machine || problems.errors.length > 0) throw new DefinitionRefused(problems.errors);
  return { machine, warnings: problems.warnings };
}

function parse(text: string, problems: Problems): JsonObject | undefined {
  if (Buffer.byteLength(text) > LARGEST_DEFINITION) {
    problems.refuse("", `the definition has more than ${LARGEST_DEFINITION} bytes`);
    return undefined;
  }
  let definition: Json;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    problems.refuse("", `the definition is not JSON: ${(error as Error).message}`);
    return undefined;
  }
  if (!isObject(definition)) {
    problems.refuse("", "the definition must be a JSON object");
  } else if (nestsDeeper(definition, DEEPEST_DEFINITION)) {
    problems.refuse("", `the definition nests more than ${DEEPEST_DEFINITION} arrays and objects`);
  } else return definition;
  return undefined;
}

function nestsDeeper(value: Json, limit: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return false;
}

function readMachine(definition: JsonObject, problems: Problems, text: string): Machine {
  const language = readLanguage(definition, problems) ?? "JSONPath";
  const fields = new Fields(definition, problems, language);
  fields.only(MACHINE_FIELDS, "a state machine");
  const version = fields.string("Version");
  if (version !== undefined && version !== "1.0") fields.refuse("Version", `must be "1.0"`);
  const scopes = new Map<string, Scope>();
  const reader = new ScopeReader(scopes, language);
  const root = reader.read(definition, problems, "", "");
  if (!reader.readJsonata && root.states.size > 0) refuseJsonPath("a machine", problems);
  checkVariables(root, problems);
  return {
    hash: createHash("sha256").update(text).digest("hex"),
    timeoutSeconds: fields.number("TimeoutSeconds", { whole: true, least: 1, most: 99_999_999 }),
    root,
    scopes,
  };
}

class ScopeReader {
  /** Whether anything that was read is written in JSONata. */
  readJsonata: boolean;
  readonly #scopes: Map<string, Scope>;
  readonly #language: QueryLanguage;
  readonly #names = new Set<string>();

  constructor(scopes: Map<string, Scope>, language: QueryLanguage) {
    this.#scopes = scopes;
    this.#language = language;
    this.readJsonata = language === "JSONata";
  }

  read(value: Json | undefined, problems: Problems, field: string, path: string): Scope {
    const object = isObject(value) ? value : {};
    const fields = new Fields(object, problems, this.#language, field && `${field}/`);
    if (value !== undefined && !isObject(value)) fields.refuse("", "must be an object");
    if (field) fields.only(SCOPE_FIELDS, field.startsWith("Branches") ? "a branch" : "an ItemProcessor");
    const startAt = fields.requiredString("StartAt") ?? "";
    if (!fields.has("States")) fields.refuse("States", "is missing");
    const states = new Map<string, State>();
    for (const [name, state] of Object.entries(fields.object_("States") ?? {})) {
      const read = this.#readState(name, state, problems.inside(name), path);
      if (read) states.set(name, read);
    }
    const scope = { path, startAt, states };
    this.#scopes.set(path, scope);
    if (fields.has("StartAt") && fields.has("States")) checkGraph(scope, fields, problems);
    return scope;
  }

  #readState(name: string, value: Json, problems: Problems, path: string): State | undefined {
    if (!isObject(value)) {
      problems.refuse("", "must be an object");
      return undefined;
    }
    if ([...name].length > LONGEST_STATE_NAME)
      problems.refuse("", `the name has more than ${LONGEST_STATE_NAME} characters`);
    if (this.#names.has(name)) problems.refuse("", "another state of this machine has the same name");
    this.#names.add(name);
    const language = this.#languageOf(value, problems);
    const fields = new Fields(value, problems, language);
    const type = fields.value("Type");
    if (typeof type === "string") {
      const foreign = foreignFields(type, language, value);
      if (foreign.length > 0 || (type === "Choice" && language === "JSONPath")) {
        refuseJsonPath(foreign.length > 0 ? `its ${foreign.join(", ")}` : "a Choice", problems);
        return undefined;
      }
      fields.only(knownFields(type, language), `a ${type} state in ${language}`);
    }
    return readState(name, fields, `${path}/${asStep(name)}`, (inner, outer, field, innerPath) =>
      this.read(inner, outer.problems, field, innerPath),
    );
  }

  #languageOf(state: JsonObject, problems: Problems): QueryLanguage {
    const own = readLanguage(state, problems);
    if (own === "JSONPath" && this.#language === "JSONata") {
      problems.refuse(
        "QueryLanguage",
        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
      );
    }
    if (own === "JSONata") this.readJsonata = true;
    return own ?? this.#language;
  }
}

/** A state's name as one step of a path, in which `/` and `#` mean something. */
function asStep(name: string): string {
  return name.replace(/[%/#]/g, encodeURIComponent);
}

function refuseJsonPath(what: string, problems: Problems): void {
  problems.refuse(
    "QueryLanguage",
    `the engine speaks JSONata only and cannot run ${what} in JSONPath: set "QueryLanguage": "JSONata"`,
  );
}

function readLanguage(object: JsonObject, problems: Problems): QueryLanguage | undefined {
  const language = object["QueryLanguage"];
  if (language === undefined || language === "JSONata" || language === "JSONPath") return language;
  problems.refuse("QueryLanguage", `must be JSONata or JSONPath, not ${JSON.stringify(language)}`);
  return undefined;
}
