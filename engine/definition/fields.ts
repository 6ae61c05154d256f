import { isObject, type Json, type JsonObject } from "../json.ts";
import { compileTemplate, constant, expressionsOf, type Template } from "../jsonata/template.ts";
import type { Problems } from "./problems.ts";
import { type Access, misusedReserved } from "./reserved.ts";

export type QueryLanguage = "JSONata" | "JSONPath";

/** Reads the fields of one object of a definition and complains about what they hold. */
export class Fields {
  readonly object: JsonObject;
  readonly problems: Problems;
  readonly language: QueryLanguage;
  readonly #prefix: string;

  constructor(object: JsonObject, problems: Problems, language: QueryLanguage, prefix = "") {
    this.object = object;
    this.problems = problems;
    this.language = language;
    this.#prefix = prefix;
  }

  /** The fields of an object inside this one. */
  inside(field: string, object: JsonObject): Fields {
    return new Fields(object, this.problems, this.language, `${this.#prefix}${field}/`);
  }

  refuse(field: string, why: string): void {
    this.problems.refuse(`${this.#prefix}${field}`, why);
  }

  warn(field: string, why: string): void {
    this.problems.warn(`${this.#prefix}${field}`, why);
  }

  has(field: string): boolean {
    return Object.hasOwn(this.object, field);
  }

  value(field: string): Json | undefined {
    return this.has(field) ? this.object[field] : undefined;
  }

  string(field: string): string | undefined {
    const value = this.value(field);
    if (value === undefined || typeof value === "string") return value;
    this.refuse(field, `must be a string, not ${JSON.stringify(value)}`);
    return undefined;
  }

  requiredString(field: string): string | undefined {
    if (!this.has(field)) this.refuse(field, "is missing");
    return this.string(field);
  }

  /** A number that may not be an expression, such as a retrier's. */
  number(field: string, range: { whole: boolean; least: number; most: number }): number | undefined {
    const value = this.value(field);
    if (value === undefined) return undefined;
    if (typeof value === "number" && inRange(value, range)) return value;
    this.refuse(field, `${rangeText(range)}, not ${JSON.stringify(value)}`);
    return undefined;
  }

  list(field: string): readonly Json[] | undefined {
    const value = this.value(field);
    if (value === undefined) return undefined;
    if (Array.isArray(value)) return value as readonly Json[];
    this.refuse(field, "must be an array");
    return undefined;
  }

  objects(field: string): (readonly [string, JsonObject])[] {
    const entries: (readonly [string, JsonObject])[] = [];
    for (const [index, item] of (this.list(field) ?? []).entries()) {
      if (isObject(item)) entries.push([`${field}[${index}]`, item]);
      else this.refuse(`${field}[${index}]`, "must be an object");
    }
    return entries;
  }

  object_(field: string): JsonObject | undefined {
    const value = this.value(field);
    if (value === undefined) return undefined;
    if (isObject(value)) return value;
    this.refuse(field, "must be an object");
    return undefined;
  }

  /** A field that may hold expressions; in JSONPath, where none can be, it is what is written. */
  template(field: string, access: Access = {}): Template | undefined {
    const value = this.value(field);
    if (value === undefined) return undefined;
    if (this.language === "JSONPath") return constant(value);
    const template = compileTemplate(value, field, (path, why) => this.refuse(path, why));
    for (const [path, expression] of expressionsOf(template, field)) {
      for (const why of misusedReserved(expression, access)) this.refuse(path, why);
      if (expression.names.has("eval"))
        this.warn(
          path,
          "Step Functions does not have $eval, and the query fails when it calls it: use $parse",
        );
    }
    return template;
  }

  /** A field that is a number or one expression that gives one. */
  numberTemplate(
    field: string,
    range: { whole: boolean; least: number; most: number },
  ): Template | undefined {
    const template = this.template(field);
    if (!template || template.kind === "expression") return template;
    if (
      template.kind === "constant" &&
      typeof template.value === "number" &&
      inRange(template.value, range)
    ) {
      return template;
    }
    this.refuse(field, `${rangeText(range)}, or an expression that gives one`);
    return undefined;
  }

  /** A field that is text or one expression that gives some. */
  stringTemplate(field: string): Template | undefined {
    const template = this.template(field);
    if (!template || template.kind === "expression") return template;
    if (template.kind === "constant" && typeof template.value === "string") return template;
    this.refuse(field, "must be a string or an expression that gives one");
    return undefined;
  }

  /** Complains about every field that is not among those named. */
  only(known: ReadonlySet<string>, what: string): void {
    for (const field of Object.keys(this.object)) {
      if (!known.has(field)) this.refuse(field, `is not a field of ${what}`);
    }
  }
}

function inRange(
  value: number,
  { whole, least, most }: { whole: boolean; least: number; most: number },
): boolean {
  return (!whole || Number.isInteger(value)) && value >= least && value <= most;
}

function rangeText({ whole, least, most }: { whole: boolean; least: number; most: number }): string {
  return `must be ${whole ? "a whole number" : "a number"} from ${least} to ${most}`;
}
