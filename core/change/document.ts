import { type CollectionTag, Pair, parseDocument, Scalar, type ScalarTag, YAMLMap, type YAMLSeq } from "yaml";
import { InputError } from "../artifacts/parse.ts";

/** Characters of a file that is read at all: a Terraform plan of some 20,000 resources. */
const MOST_JSON = 64 * 1024 * 1024;
/** YAML is read by a slower parser; CloudFormation takes templates of one megabyte. */
const MOST_YAML = 4 * 1024 * 1024;
/** CloudFormation's own limit is far below. */
const DEEPEST = 200;
const MOST_ALIASES = 200;

/**
 * The value in a JSON or YAML text, with CloudFormation's short tags (`!Ref`) written out.
 * @throws InputError in one sentence, for whatever cannot be read within bounded time and memory
 */
export function readDocument(raw: string, name: string): unknown {
  const text = withoutWrapping(raw.charCodeAt(0) === 0xfeff ? raw.slice(1) : raw);
  refuseUnreadable(text, name);
  return /^\s*[{[]/.test(text.slice(0, 4096)) ? readJson(text, name) : readYaml(text, name);
}

/** Some CI actions print the command before what it printed, and more after it. */
function withoutWrapping(text: string): string {
  if (!text.startsWith("[command]")) return text;
  const start = text.indexOf("\n{");
  const [line = ""] = start < 0 ? [] : text.slice(start + 1).split("\n", 1);
  return line === "" ? text : line;
}

/** Bytes that are read of a file at most, so that a larger one is refused before it fills the memory. */
export const MOST_BYTES = MOST_JSON;

export function tooLarge(name: string, bytes: number): InputError {
  const size = (count: number) => `${Math.round(count / 1024 / 1024)} MB`;
  return refused(name, `has ${size(bytes)}, and more than ${size(MOST_BYTES)} are not read: divide it`);
}

function refuseUnreadable(text: string, name: string): void {
  if (text.trim() === "") throw refused(name, "is empty: give a template, a change set or a plan");
  if (text.length > MOST_JSON) throw tooLarge(name, text.length);
  if (text.startsWith("PK"))
    throw refused(
      name,
      "is a binary plan of Terraform: write it as JSON with `terraform show -json FILE > plan.json`",
    );
  if (text.slice(0, 8192).includes("\u0000"))
    throw refused(name, "is binary: give a template, a change set or a plan as text");
}

function readJson(text: string, name: string): unknown {
  refuseDepth(text, name);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // A YAML file may begin with a brace as well.
    const yaml = text.length <= MOST_YAML && !/^\s*[{[]\s*["\]}]/.test(text.slice(0, 4096));
    if (yaml) return readYaml(text, name);
    if (/^\s*\{.*\}\s*\n\s*\{"@level"/.test(text.slice(0, 65_536)))
      throw refused(name, "is the log of `terraform plan -json`: give what `terraform show -json` prints");
    throw refused(name, `is not valid JSON: ${faultOf(error)}`);
  }
}

/** What a parser said, without the piece of the file it quotes, which may hold a secret. */
function faultOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ""] = message.split("\n");
  const where = / (?:in JSON )?at position \d+(?: \(line \d+ column \d+\))?/.exec(first)?.[0] ?? "";
  if (/Unexpected end|Unterminated/.test(first)) return `it ends in the middle${where}`;
  return `something is wrong${where || ` (${first.replace(/"[^"]*"|'[^']*'/g, "…").slice(0, 120)})`}`;
}

const OPENING = /[[{\]}"]/g;

/** Nesting is measured on the text, so that no later step goes too deep. */
function refuseDepth(text: string, name: string): void {
  let depth = 0;
  OPENING.lastIndex = 0;
  for (let found = OPENING.exec(text); found; found = OPENING.exec(text)) {
    const [sign] = found;
    if (sign === '"') OPENING.lastIndex = endOfString(text, found.index);
    else depth += sign === "[" || sign === "{" ? 1 : -1;
    if (depth > DEEPEST) throw refused(name, `is nested deeper than ${DEEPEST} levels: that is no template`);
  }
}

/** The place after the quote that ends a string. */
function endOfString(text: string, start: number): number {
  let at = start;
  do {
    at = text.indexOf('"', at + 1);
    if (at < 0) return text.length;
  } while (isEscaped(text, at));
  return at + 1;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === "\\") before -= 1;
  return (at - before) % 2 === 1;
}

function readYaml(text: string, name: string): unknown {
  if (text.length > MOST_YAML)
    throw refused(name, `is YAML of more than ${MOST_YAML / 1024 / 1024} MB: give it as JSON, or divide it`);
  // A text whose brackets go deep would exhaust the parser's stack; block nesting is bounded by its indentation.
  if (/[[{]{50}|(?:[[{]\s*){200}|(?:- ){200}/.test(text))
    throw refused(name, `is nested deeper than ${DEEPEST} levels: that is no template`);
  try {
    const document = parseDocument(text, {
      customTags: TAGS,
      merge: true,
      uniqueKeys: false,
      logLevel: "silent",
      prettyErrors: false,
    });
    const [fault] = document.errors;
    if (fault) throw refused(name, `is neither JSON nor YAML: ${lineOf(text, fault.pos[0])}`);
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    refuseDeepValue(value, name);
    return value;
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (error instanceof RangeError) throw refused(name, "is nested too deeply: that is no template");
    if (error instanceof ReferenceError && /alias/i.test(error.message))
      throw refused(name, `uses its anchors more than ${MOST_ALIASES} times over, or one that is not there`);
    throw refused(name, `is neither JSON nor YAML: ${faultOf(error)}`);
  }
}

function lineOf(text: string, position: number): string {
  return `something is wrong in line ${text.slice(0, position).split("\n").length}`;
}

/** Visits every object once, however many anchors lead there. */
function refuseDeepValue(value: unknown, name: string): void {
  const seen = new Set<object>();
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) throw refused(name, `is nested deeper than ${DEEPEST} levels: that is no template`);
    const next: unknown[] = [];
    for (const node of level) {
      if (typeof node !== "object" || node === null || seen.has(node)) continue;
      seen.add(node);
      for (const inner of Object.values(node)) next.push(inner);
    }
    level = next;
  }
}

export function refused(name: string, why: string): InputError {
  return new InputError("InvalidInput", `${name} ${why}`);
}

const FUNCTIONS = [
  "And",
  "Base64",
  "Cidr",
  "Equals",
  "FindInMap",
  "ForEach",
  "GetAtt",
  "GetAZs",
  "If",
  "ImportValue",
  "Join",
  "Length",
  "Not",
  "Or",
  "Select",
  "Split",
  "Sub",
  "ToJsonString",
  "Transform",
];

const TAGS: (CollectionTag | ScalarTag)[] = [
  ...FUNCTIONS.flatMap((name) => tagsFor(`!${name}`, `Fn::${name}`)),
  ...tagsFor("!Ref", "Ref"),
  ...tagsFor("!Condition", "Condition"),
];

/** A function may be given a text, a list or a map. */
function tagsFor(tag: string, name: string): (CollectionTag | ScalarTag)[] {
  const call = (argument: unknown) => {
    const map = new YAMLMap();
    map.items.push(new Pair(new Scalar(name), argument));
    return map;
  };
  return [
    // What a text resolves to becomes a value as it is; of lists and maps the nodes are kept.
    { tag, resolve: (text: string) => ({ [name]: text }) } as ScalarTag,
    { tag, collection: "seq", resolve: (list) => call(list as YAMLSeq) } as CollectionTag,
    { tag, collection: "map", resolve: (map) => call(map as YAMLMap) } as CollectionTag,
  ];
}
