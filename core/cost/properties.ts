import { allKnown, type Fact, mapFact, Unknown } from "./fact.ts";

/** What properties are read in: the region they are deployed to and the resources they may point at. */
export interface Surroundings {
  readonly region: string;
  resource(address: string): { readonly type: string; readonly properties: unknown } | undefined;
  /** The properties of every resource of a type. */
  ofType(type: string): readonly unknown[];
}

/**
 * Reads CloudFormation properties by path ("EphemeralStorage.Size") without trusting their shape: numbers and flags
 * may be strings, an intrinsic function or `undefined` is unknown, and `Ref: AWS::NoValue` is absent.
 */
export class Properties {
  readonly #values: unknown;
  readonly #around: Surroundings;
  readonly #path: string;
  readonly #address: string | undefined;

  constructor(values: unknown, around: Surroundings, path = "", address?: string) {
    this.#values = values;
    this.#around = around;
    this.#path = path;
    this.#address = address;
  }

  /** True when the property is there, known or not. */
  has(path: string): boolean {
    return this.#at(path) !== ABSENT;
  }

  /** A number that is not negative; without a default an absent one is unknown. */
  number(path: string, ifAbsent?: number): Fact<number> {
    return this.#read(path, ifAbsent, asNumber);
  }

  text(path: string, ifAbsent?: string): Fact<string> {
    return this.#read(path, ifAbsent, (value) =>
      typeof value === "string" || typeof value === "number" ? String(value) : undefined,
    );
  }

  flag(path: string, ifAbsent: boolean): Fact<boolean> {
    return this.#read(path, ifAbsent, asFlag);
  }

  /** A list of texts, unknown when one of them is; an absent list is empty. */
  texts(path: string): Fact<readonly string[]> {
    return mapFact(this.children(path), (elements) => allKnown(elements.map((element) => element.text(""))));
  }

  /** A list of objects, each to be read like a resource of its own; an absent list is empty. */
  children(path: string): Fact<readonly Properties[]> {
    return mapFact(this.#list(path, []), (elements) =>
      elements.map(
        (element, index) => new Properties(element, this.#around, `${this.#path}${path}[${index}]`),
      ),
    );
  }

  /** How many elements a list has; without a default the number in an absent list is unknown. */
  count(path: string, ifAbsent?: number): Fact<number> {
    const fallback = ifAbsent === undefined ? undefined : new Array<unknown>(ifAbsent);
    return mapFact(this.#list(path, fallback), (elements) => elements.length);
  }

  /** The resource of this template that a property points at with Ref, Fn::GetAtt or its plain address. */
  resource(path: string): Fact<{ readonly type: string; readonly properties: Properties }> {
    const address = addressIn(this.#at(path));
    const found = address === undefined ? undefined : this.#around.resource(address);
    if (!found) return new Unknown(`${this.#name(path)} does not point at a resource of this template`);
    return { type: found.type, properties: new Properties(found.properties, this.#around, address) };
  }

  /** The resources of a type that point at this one with one of these properties. */
  pointedAtBy(type: string, paths: readonly string[]): readonly Properties[] {
    if (this.#address === undefined) return [];
    return this.#around
      .ofType(type)
      .map((properties) => new Properties(properties, this.#around))
      .filter((other) => paths.some((path) => addressIn(other.#at(path)) === this.#address));
  }

  /** A list without the elements that the template leaves out on purpose. */
  #list(path: string, ifAbsent: readonly unknown[] | undefined): Fact<readonly unknown[]> {
    return this.#read(path, ifAbsent, (value) =>
      Array.isArray(value)
        ? (value as unknown[]).filter((element) => this.#settled(element) !== ABSENT)
        : undefined,
    );
  }

  #name(path: string): string {
    return [this.#path, path].filter((part) => part !== "").join(".");
  }

  #read<T>(path: string, ifAbsent: T | undefined, as: (value: unknown) => T | undefined): Fact<T> {
    const value = this.#at(path);
    const name = this.#name(path);
    if (value instanceof Unknown) return new Unknown(`${name} ${value.why}`);
    if (value === ABSENT) return ifAbsent === undefined ? new Unknown(`${name} is not given`) : ifAbsent;
    return as(value) ?? new Unknown(`${name} is not a value we can price`);
  }

  #at(path: string): unknown {
    let value = this.#settled(this.#values);
    for (const key of path === "" ? [] : path.split(".")) {
      if (value === ABSENT || value instanceof Unknown) return value;
      if (typeof value !== "object" || value === null) return new Unknown("is not where it should be");
      if (!Object.hasOwn(value, key)) return ABSENT;
      value = this.#settled((value as Record<string, unknown>)[key]);
    }
    return value;
  }

  /** An intrinsic function is unknown, except for the region, and for what a template leaves out on purpose. */
  #settled(value: unknown): unknown {
    if (value === undefined) return new Unknown("is known only after deployment");
    const intrinsic = intrinsicOf(value);
    if (intrinsic === undefined) return value;
    const target = intrinsic === "Ref" ? (value as { Ref: unknown }).Ref : undefined;
    if (target === "AWS::NoValue") return ABSENT;
    if (target === "AWS::Region") return this.#around.region;
    return new UnknownValue(`is known only after deployment (${intrinsic})`, value);
  }
}

const ABSENT = Symbol("absent");

/** Keeps the raw value, from which `resource` reads where it points. */
class UnknownValue extends Unknown {
  readonly value: unknown;

  constructor(why: string, value: unknown) {
    super(why);
    this.value = value;
  }
}

/** The name of the intrinsic function that an object is, if it is one. */
export function intrinsicOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const keys = Object.keys(value);
  const [key] = keys;
  const isIntrinsic = keys.length === 1 && key !== undefined && (key === "Ref" || key.startsWith("Fn::"));
  return isIntrinsic ? key : undefined;
}

function addressIn(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!(value instanceof UnknownValue)) return undefined;
  const { Ref: ref, "Fn::GetAtt": attribute } = value.value as { Ref?: unknown; "Fn::GetAtt"?: unknown };
  // Addresses of a Terraform plan have dots in them; only the short form of Fn::GetAtt has one that divides.
  if (typeof attribute === "string") return attribute.split(".")[0];
  const target = ref ?? (Array.isArray(attribute) ? (attribute as unknown[])[0] : attribute);
  return typeof target === "string" ? target : undefined;
}

const NUMERAL = /^\s*\d+(\.\d+)?\s*$/;

function asNumber(value: unknown): number | undefined {
  if (typeof value === "string" && NUMERAL.test(value)) return Number(value);
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function asFlag(value: unknown): boolean | undefined {
  if (value === true || value === "true" || value === "True") return true;
  return value === false || value === "false" || value === "False" ? false : undefined;
}
