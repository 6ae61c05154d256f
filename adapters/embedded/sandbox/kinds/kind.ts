import { createHash } from "node:crypto";
import type { JsonObject } from "../../../../core/template/template.ts";
import type { Value } from "../../../../core/template/unknown.ts";

/** What identifies a physical resource: the same subject always has the same physical id and attributes. */
export interface Subject {
  readonly type: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** 1 for the first physical resource behind the logical id; each replacement counts on. */
  readonly generation: number;
  readonly properties: JsonObject;
  readonly account: string;
  readonly region: string;
}

/** How the sandbox makes the resources of one type look and how long they take. */
export interface Kind {
  /** The property that names the resource explicitly. */
  readonly name?: string;
  /** Where no two may carry the same explicit name. */
  readonly unique?: "account" | "world";
  /** What `Ref` gives; without it the name. */
  readonly id?: (subject: Subject) => string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes?: (subject: Subject, id: string) => Readonly<Record<string, Value>>;
  /** How long CloudFormation typically needs, in seconds; see timing.ts for what a pace makes of it. */
  readonly seconds?: { readonly create: number; readonly update?: number; readonly delete?: number };
  /** DeletionPolicy and UpdateReplacePolicy may be Snapshot. */
  readonly snapshots?: true;
  /** Stack tags do not reach it. */
  readonly untagged?: true;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Letters and digits that look random and are the same for the same subject and purpose. */
export function letters(subject: Subject, length: number, purpose = "", alphabet = LETTERS): string {
  const seed = [subject.stackId, subject.logicalId, subject.generation, purpose].join("|");
  let text = "";
  for (let block = 0; text.length < length; block++)
    for (const byte of createHash("sha256").update(`${seed}|${block}`).digest())
      text += alphabet[byte % alphabet.length];
  return text.slice(0, length);
}

export function hex(subject: Subject, length: number, purpose = ""): string {
  return letters(subject, length, purpose, "0123456789abcdef");
}

export function uuid(subject: Subject, purpose = ""): string {
  return hex(subject, 32, purpose).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A property as text, when it is a plain value. */
export function property(subject: Subject, name: string | undefined): string | undefined {
  const value = name === undefined ? undefined : subject.properties[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** The name CloudFormation makes up when the template gives none. */
export function generatedName(subject: Subject, longest = 128): string {
  const tail = letters(subject, 12, "name").toUpperCase();
  return `${`${subject.stackName}-${subject.logicalId}`.slice(0, longest - 13)}-${tail}`;
}

export function nameOf(subject: Subject, name: string | undefined, longest?: number): string {
  return property(subject, name) ?? generatedName(subject, longest);
}

/** `arn:aws:service:region:account:resource`. */
export function arn(subject: Subject, service: string, resource: string): string {
  return `arn:aws:${service}:${subject.region}:${subject.account}:${resource}`;
}
