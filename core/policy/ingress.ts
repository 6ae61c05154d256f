import { branchesOf, itemsOf, possibleValues } from "../template/branches.ts";
import { type AddressRange, addressesIn, rangeOf } from "../template/cidr.ts";
import { type Evaluation, evaluation } from "../template/evaluation.ts";
import {
  asIntrinsic,
  isObject,
  type Json,
  type JsonObject,
  own,
  type Template,
} from "../template/template.ts";
import { isUnknown, type Value } from "../template/unknown.ts";

/** A rule that lets something in, with the resource that writes it and the group it is of. */
export interface IngressRule {
  readonly logicalId: string;
  /** What identifies the group; undefined when only the deployment knows. */
  readonly group: string | undefined;
  /** What the rule may say under a name. */
  values(name: string): Value[];
}

/** A network's own block is never larger; as its address stands one that belongs to nobody else. */
const OWN_BLOCK = "10.0.0.0/16";
const OWN_BLOCKS: Readonly<Record<string, Value>> = { CidrBlock: OWN_BLOCK, Ipv6CidrBlocks: ["fd00::/56"] };

/** The template with the parameters given; groups and prefix lists it makes go by their logical ids. */
export function networkOf(template: Template, parameters?: Readonly<Record<string, string>>): Evaluation {
  const typeOf = (logicalId: string) => own(template.Resources, logicalId)?.Type ?? "";
  const isNamed = (logicalId: string) => /^AWS::EC2::(SecurityGroup|PrefixList)$/.test(typeOf(logicalId));
  return evaluation(template, {
    ...(parameters ? { parameters } : {}),
    ref: (logicalId) => (isNamed(logicalId) ? `#${logicalId}` : undefined),
    attribute: (logicalId, attribute) => {
      if (isNamed(logicalId) && /^(GroupId|PrefixListId)$/.test(attribute)) return `#${logicalId}`;
      return /^AWS::EC2::(VPC|Subnet)$/.test(typeOf(logicalId)) ? own(OWN_BLOCKS, attribute) : undefined;
    },
  });
}

/** Ingress rules of security groups, wherever the template writes them and whatever they hang on. */
export function ingressRules(template: Template, seen: Evaluation): IngressRule[] {
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    const { Type, Properties = {} } = resource;
    if (seen.includes(resource) === false) return [];
    if (Type === "AWS::EC2::SecurityGroupIngress") {
      const [group] = possibleValues(Properties["GroupId"] ?? Properties["GroupName"], seen);
      return [ruleOf(logicalId, typeof group === "string" ? group : undefined, Properties, seen)];
    }
    if (Type !== "AWS::EC2::SecurityGroup") return [];
    return itemsOf(Properties["SecurityGroupIngress"], seen).map((item) =>
      ruleOf(logicalId, `#${logicalId}`, isRule(item) ? item : { CidrIp: item }, seen),
    );
  });
}

/** A rule that is itself a call says nothing yet: it may admit anybody to anything. */
function isRule(item: Json): item is JsonObject {
  return isObject(item) && !asIntrinsic(item);
}

function ruleOf(
  logicalId: string,
  group: string | undefined,
  rule: JsonObject,
  seen: Evaluation,
): IngressRule {
  return { logicalId, group, values: (name) => possibleValues(rule[name], seen) };
}

/** No network of anybody is this large: a block of the internet, whole or cut into parts. */
const WIDEST: Readonly<Record<number, bigint>> = { 32: 1n << 25n, 128: 1n << 113n };

/** The resources whose rules admit everybody, each alone or all together. */
export function openToEverybody(
  rules: readonly IngressRule[],
  template: Template,
  seen: Evaluation,
): Set<string> {
  const sources = rules.map((rule) => ({ rule, blocks: blocksOf(rule, template, seen) }));
  const alone = Map.groupBy(sources, ({ rule }) => rule.logicalId);
  const open = [...alone].filter(([, parts]) => areEverybody(parts.flatMap(({ blocks }) => blocks)));
  if (open.length > 0) return new Set(open.map(([logicalId]) => logicalId));
  const together = areEverybody(sources.flatMap(({ blocks }) => blocks));
  return new Set(together ? [...alone.keys()] : []);
}

/** A block that nobody knows may be any. */
function areEverybody(blocks: readonly (AddressRange | undefined)[]): boolean {
  const known = blocks.filter((block) => block !== undefined);
  if (known.length < blocks.length) return true;
  return [32, 128].some((bits) => {
    const widest = WIDEST[bits] as bigint;
    return addressesIn(known.filter((block) => block.bits === bits)) >= widest;
  });
}

function blocksOf(rule: IngressRule, template: Template, seen: Evaluation): (AddressRange | undefined)[] {
  const written = [...rule.values("CidrIp"), ...rule.values("CidrIpv6")];
  const listed = rule.values("SourcePrefixListId").flatMap((list) => entriesOf(list, template, seen));
  return [...written, ...listed].map((block) => (typeof block === "string" ? rangeOf(block) : undefined));
}

/** The blocks of a prefix list, when the template makes it. */
function entriesOf(list: Value, template: Template, seen: Evaluation): (Value | undefined)[] {
  const made = typeof list === "string" ? own(template.Resources, list.slice(1)) : undefined;
  if (isUnknown(list) || made?.Type !== "AWS::EC2::PrefixList") return [undefined];
  return itemsOf(made.Properties?.["Entries"], seen).flatMap((entry) =>
    branchesOf(entry, seen).flatMap((one) =>
      isObject(one) && one["Cidr"] !== undefined ? possibleValues(one["Cidr"], seen) : [undefined],
    ),
  );
}

/** Protocols without ports: ICMP, by name and by number. */
const PORTLESS = new Set(["icmp", "icmpv6", "1", "58"]);

/** Whether a rule lets through to one of these ports; to ports that only the deployment knows, it may. */
export function covers(rule: IngressRule, ports: readonly number[] | "any"): boolean {
  const protocols = rule.values("IpProtocol").map(String);
  if (protocols.length > 0 && protocols.every((protocol) => PORTLESS.has(protocol))) return false;
  const starts = rule.values("FromPort").map(Number);
  const ends = rule.values("ToPort").map(Number);
  const from = starts.length > 0 ? Math.min(...starts) : Number.NaN;
  const to = ends.length > 0 ? Math.max(...ends) : Math.max(...starts);
  if (ports === "any" || protocols.includes("-1")) return true;
  if (from === -1 || !Number.isFinite(from) || !Number.isFinite(to)) return true;
  return ports.some((port) => from <= port && port <= to);
}
