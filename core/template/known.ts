import type { Json, Template } from "./template.ts";
import type { Unknown, Value } from "./unknown.ts";

export type PseudoParameter =
  | "AWS::AccountId"
  | "AWS::NotificationARNs"
  | "AWS::Partition"
  | "AWS::Region"
  | "AWS::StackId"
  | "AWS::StackName"
  | "AWS::URLSuffix";

/** What is known of the world a template is evaluated in; everything left out stays unknown. */
export interface Known {
  /** Values given for parameters; the template's defaults fill the rest. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly pseudo?: Readonly<Partial<Record<PseudoParameter, Value>>>;
  /** What `Ref` of a resource gives; undefined when the resource is not known yet. */
  readonly ref?: (logicalId: string) => Value | undefined;
  /** What `Fn::GetAtt` gives; undefined when it is not known yet. */
  readonly attribute?: (logicalId: string, attribute: string) => Value | undefined;
  readonly availabilityZones?: (region: string) => readonly string[] | undefined;
  /** The value another stack exports under this name. */
  readonly exported?: (name: string) => Value | undefined;
}

/** What the functions of a template may ask of the evaluation they run in. */
export interface Scope {
  readonly template: Template;
  readonly known: Known;
  /** Evaluates an argument one level deeper. */
  evaluate(node: Json): Value | undefined;
  condition(name: string): boolean | Unknown;
  /** Evaluates a condition written in place. */
  test(node: Json): boolean | Unknown;
  /** The whole call as an unknown value. */
  unknown(...because: readonly string[]): Unknown;
}
