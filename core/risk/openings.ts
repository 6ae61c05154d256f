import { type AddressRange, addressesIn, rangeOf } from "../template/cidr.ts";
import { isObject, type Json, type JsonObject } from "../template/template.ts";
import { isLater, numberOf } from "./subject.ts";

/** A way in: which addresses reach which ports. */
export interface Opening {
  readonly range: AddressRange;
  readonly from: number;
  readonly to: number;
  /** ICMP and the like, which have no ports. */
  readonly portless: boolean;
}

/** Half of the internet's 32nd part and more is no network of anybody. */
const WIDEST: Readonly<Record<number, bigint>> = { 32: 1n << 25n, 128: 1n << 113n };

const ALL_PORTS = { from: 0, to: 65_535 } as const;

/** The ways in that a resource opens, whatever provider's it is. */
export function openingsOf(type: string, properties: JsonObject | undefined): Opening[] {
  if (!properties) return [];
  switch (type) {
    case "AWS::EC2::SecurityGroup":
      return objects(properties["SecurityGroupIngress"]).flatMap(openingOf);
    case "AWS::EC2::SecurityGroupIngress":
      return (properties["Rules"] ? objects(properties["Rules"]) : [properties]).flatMap(openingOf);
    case "google_compute_firewall":
      return googleOpenings(properties);
    case "azurerm_network_security_group":
      return objects(properties["SecurityRule"]).flatMap(azureOpenings);
    case "azurerm_network_security_rule":
      return azureOpenings(properties);
    default:
      return [];
  }
}

function openingOf(rule: JsonObject): Opening[] {
  const protocol = String(rule["IpProtocol"] ?? "tcp").toLowerCase();
  const ports = portsOf(protocol, rule["FromPort"], rule["ToPort"]);
  return [rule["CidrIp"], rule["CidrIpv6"]].flatMap((block) => opening(block, ports));
}

interface Ports {
  readonly from: number;
  readonly to: number;
  readonly portless: boolean;
}

const PORTLESS = new Set(["icmp", "icmpv6", "1", "58"]);

function portsOf(protocol: string, from: Json | undefined, to: Json | undefined): Ports {
  if (PORTLESS.has(protocol)) return { from: 0, to: 0, portless: true };
  const [start, end] = [numberOf(from), numberOf(to)];
  if (protocol === "-1" || protocol === "all" || start === undefined || start < 0)
    return { ...ALL_PORTS, portless: false };
  return { from: start, to: end ?? start, portless: false };
}

function opening(block: Json | undefined, ports: Ports): Opening[] {
  const range = typeof block === "string" ? rangeOf(block) : undefined;
  return range ? [{ range, ...ports }] : [];
}

function googleOpenings(firewall: JsonObject): Opening[] {
  if (String(firewall["Direction"] ?? "INGRESS") !== "INGRESS" || firewall["Disabled"] === true) return [];
  const sources = texts(firewall["SourceRanges"]);
  return objects(firewall["Allow"]).flatMap((allow) => {
    const protocol = String(allow["Protocol"] ?? "all").toLowerCase();
    const listed = texts(allow["Ports"]);
    const ports =
      listed.length > 0 ? listed.map((text) => portText(protocol, text)) : [portText(protocol, "*")];
    return ports.flatMap((one) => sources.flatMap((source) => opening(source, one)));
  });
}

function azureOpenings(rule: JsonObject): Opening[] {
  if (rule["Direction"] !== "Inbound" || rule["Access"] !== "Allow") return [];
  const sources = [rule["SourceAddressPrefix"], ...texts(rule["SourceAddressPrefixes"])].map((source) =>
    typeof source === "string" && /^(\*|internet|any)$/i.test(source) ? "0.0.0.0/0" : source,
  );
  const protocol = String(rule["Protocol"] ?? "*").toLowerCase();
  const listed = [rule["DestinationPortRange"], ...texts(rule["DestinationPortRanges"])].filter(
    (one): one is string => typeof one === "string",
  );
  return listed
    .map((text) => portText(protocol, text))
    .flatMap((one) => sources.flatMap((source) => opening(source, one)));
}

/** "22", "8000-9000" or "*". */
function portText(protocol: string, text: string): Ports {
  const [from, to] = text.split("-");
  return text === "*" ? portsOf(protocol, undefined, undefined) : portsOf(protocol, from, to ?? from);
}

/** Openings to everybody that were not there before, each with the ports it opens. */
export function newlyOpen(before: readonly Opening[], after: readonly Opening[]): Opening[] {
  const news = after.filter((one) => !before.some((other) => contains(other, one)));
  return [...Map.groupBy(news, ({ from, to }) => `${from}-${to}`).values()].flatMap((group) => {
    const [first] = group as [Opening];
    return isEverybody([...group, ...before.filter((other) => containsPorts(other, first))]) ? [first] : [];
  });
}

/** Whether addresses, taken together, are those of no network in particular. */
export function isEverybody(openings: readonly Pick<Opening, "range">[]): boolean {
  return [32, 128].some((bits) => {
    const ranges = openings.map(({ range }) => range).filter((range) => range.bits === bits);
    return ranges.length > 0 && addressesIn(ranges) >= (WIDEST[bits] as bigint);
  });
}

function contains(outer: Opening, inner: Opening): boolean {
  return (
    outer.range.bits === inner.range.bits &&
    outer.range.start <= inner.range.start &&
    outer.range.end >= inner.range.end &&
    containsPorts(outer, inner)
  );
}

function containsPorts(outer: Opening, inner: Opening): boolean {
  return outer.portless === inner.portless && outer.from <= inner.from && outer.to >= inner.to;
}

/** True when part of who may come in is known only to the deployment. */
export function opensToUnknown(type: string, properties: JsonObject | undefined): boolean {
  if (!properties || !/^AWS::EC2::SecurityGroup(Ingress)?$/.test(type)) return false;
  const rules = properties["SecurityGroupIngress"];
  if (isLater(rules)) return true;
  const list = type.endsWith("Ingress") ? [properties] : objects(rules);
  return list.some((rule) => isLater(rule["CidrIp"]) || isLater(rule["CidrIpv6"]));
}

function objects(value: Json | undefined): readonly JsonObject[] {
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value ?? null];
  return list.filter((one) => isObject(one)) as JsonObject[];
}

function texts(value: Json | undefined): readonly string[] {
  return (Array.isArray(value) ? (value as readonly Json[]) : []).filter(
    (one): one is string => typeof one === "string",
  );
}
