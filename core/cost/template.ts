import type { CostedResource } from "./estimate.ts";
import { intrinsicOf } from "./properties.ts";

export interface TemplateOptions {
  /** Values for the template's parameters, over their defaults. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /** The region that mappings are looked up for. */
  readonly region?: string | undefined;
}

/**
 * The resources of a CloudFormation template as far as they can be told without deploying it: parameters with a
 * value or a default are filled in, mappings looked up, conditions decided. A resource whose condition is false is
 * left out, one whose condition is unknown is kept. Everything else stays the intrinsic function it is.
 */
export function templateResources(template: object, options: TemplateOptions = {}): CostedResource[] {
  const evaluation = new Evaluation(template, options);
  return entries(member(template, "Resources")).flatMap(([address, resource]) => {
    const condition = member(resource, "Condition");
    if (typeof condition === "string" && evaluation.condition(condition) === false) return [];
    const type = member(resource, "Type");
    const properties = evaluation.value(member(resource, "Properties") ?? {});
    return [
      {
        address,
        type: typeof type === "string" ? type : "(no type)",
        properties: (isObject(properties) ? properties : { properties }) as Record<string, unknown>,
      },
    ];
  });
}

/** Deeper than any template CloudFormation takes, and shallow enough for any stack. */
const DEEPEST = 100;

type Decided = boolean | undefined;

class Evaluation {
  readonly #parameters: Map<string, unknown>;
  readonly #mappings: unknown;
  readonly #conditions: unknown;
  readonly #decided = new Map<string, Decided>();
  #nested = 0;
  /** Objects already evaluated: what a YAML file holds once under many names stays one object, and circles end. */
  readonly #evaluated = new WeakMap<object, unknown>();

  constructor(template: object, { parameters = {}, region }: TemplateOptions) {
    this.#parameters = parameterValues(member(template, "Parameters"), parameters);
    if (region !== undefined) this.#parameters.set("AWS::Region", region);
    this.#mappings = member(template, "Mappings");
    this.#conditions = member(template, "Conditions");
  }

  value(value: unknown, depth = 0): unknown {
    if (typeof value !== "object" || value === null || depth > DEEPEST) return value;
    if (this.#evaluated.has(value)) return this.#evaluated.get(value);
    this.#evaluated.set(value, value);
    const evaluated = this.#inside(value, depth + 1);
    this.#evaluated.set(value, evaluated);
    return evaluated;
  }

  #inside(value: object, depth: number): unknown {
    if (Array.isArray(value)) return value.map((element) => this.value(element, depth));
    const intrinsic = intrinsicOf(value);
    if (intrinsic !== undefined) return this.#intrinsic(intrinsic, value, depth);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.value(inner, depth)]));
  }

  /** Undefined when it depends on something unknown, on itself, or on a condition that is not there. */
  condition(name: string): Decided {
    if (this.#decided.has(name) || this.#nested > DEEPEST) return this.#decided.get(name);
    this.#decided.set(name, undefined);
    this.#nested += 1;
    const decided = this.#decide(member(this.#conditions, name), 0);
    this.#nested -= 1;
    this.#decided.set(name, decided);
    return decided;
  }

  #intrinsic(name: string, whole: object, depth: number): unknown {
    const argument = member(whole, name);
    if (name === "Ref") {
      return typeof argument === "string" && this.#parameters.has(argument)
        ? this.#parameters.get(argument)
        : whole;
    }
    if (name === "Fn::If") return this.#branch(argument, whole, depth);
    return name === "Fn::FindInMap" ? this.#mapped(argument, whole, depth) : whole;
  }

  #branch(argument: unknown, whole: object, depth: number): unknown {
    const [name, yes, no] = list(argument);
    const decided = typeof name === "string" ? this.condition(name) : undefined;
    return decided === undefined ? whole : this.value(decided ? yes : no, depth);
  }

  #mapped(argument: unknown, whole: object, depth: number): unknown {
    const path = list(argument)
      .slice(0, 3)
      .map((key) => this.value(key, depth));
    const found = path.reduce(
      (at, key) => (typeof key === "string" ? member(at, key) : undefined),
      this.#mappings,
    );
    return path.length === 3 && found !== undefined ? found : whole;
  }

  #decide(expression: unknown, depth: number): Decided {
    if (!isObject(expression) || depth > DEEPEST) return undefined;
    const [name, argument] = Object.entries(expression)[0] ?? [];
    if (name === "Condition") return typeof argument === "string" ? this.condition(argument) : undefined;
    const decided = () => list(argument).map((inner) => this.#decide(inner, depth + 1));
    if (name === "Fn::Not") return not(decided()[0]);
    if (name === "Fn::And") return all(decided());
    if (name === "Fn::Or") return not(all(decided().map(not)));
    return name === "Fn::Equals" ? this.#equal(list(argument)) : undefined;
  }

  #equal(sides: readonly unknown[]): Decided {
    const [left, right] = sides.map((side) => this.value(side));
    return isScalar(left) && isScalar(right) ? String(left) === String(right) : undefined;
  }
}

function not(decided: Decided): Decided {
  return decided === undefined ? undefined : !decided;
}

function all(decided: readonly Decided[]): Decided {
  if (decided.includes(false)) return false;
  return decided.includes(undefined) ? undefined : true;
}

/** A parameter of Systems Manager is a name to look up, so neither its default nor its value says anything. */
function parameterValues(declared: unknown, given: Readonly<Record<string, unknown>>): Map<string, unknown> {
  return new Map(
    entries(declared).flatMap(([name, parameter]) => {
      const type = String(member(parameter, "Type"));
      const value = Object.hasOwn(given, name) ? given[name] : member(parameter, "Default");
      if (value === undefined || type.startsWith("AWS::SSM::Parameter::Value")) return [];
      const isList = type === "CommaDelimitedList" || type.startsWith("List<");
      return [
        [
          name,
          isList && typeof value === "string" ? value.split(",").map((part) => part.trim()) : value,
        ] as const,
      ];
    }),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function entries(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}
