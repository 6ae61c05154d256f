import { evaluation } from "./evaluation.ts";
import type { Known } from "./known.ts";
import type { Json, Template } from "./template.ts";
import { textsIn, UNKNOWN } from "./texts.ts";
import { toJson } from "./unknown.ts";

/** Who reads a template: the stack it is for, and the values given for its parameters. */
export interface Reading {
  readonly stack: string;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

const YES: Json = { "Fn::Equals": ["", ""] };
const NO: Json = { "Fn::Not": [YES] };

/**
 * Gives every text a value may come to, names of members included, its functions evaluated: with the conditions as they
 * are as far as is known, with all of them true and with none. "…" stands in a text for what only the deployment knows.
 */
export function readings(template: Template, reading: Reading): (value: Json) => string[] {
  const known = knownTo(template, reading);
  const seen = [template, decided(template, YES), decided(template, NO)].map((one) => evaluation(one, known));
  return (value) => {
    const texts = seen.flatMap((one) => textsIn(toJson(one.value(value) ?? null)));
    return [...new Set(texts)];
  };
}

function decided(template: Template, verdict: Json): Template {
  const names = Object.keys(template.Conditions ?? {});
  return { ...template, Conditions: Object.fromEntries(names.map((name) => [name, verdict])) };
}

function knownTo({ Parameters = {} }: Template, { stack, parameters = {} }: Reading): Known {
  const open = Object.entries(Parameters).filter(([, { Default }]) => Default === undefined);
  return {
    parameters: { ...Object.fromEntries(open.map(([name]) => [name, UNKNOWN])), ...parameters },
    pseudo: {
      "AWS::AccountId": "000000000000",
      "AWS::NotificationARNs": [],
      "AWS::Partition": "aws",
      "AWS::Region": "region",
      "AWS::StackId": UNKNOWN,
      "AWS::StackName": stack,
      "AWS::URLSuffix": "amazonaws.com",
    },
    ref: () => UNKNOWN,
    attribute: () => UNKNOWN,
    exported: () => UNKNOWN,
  };
}
