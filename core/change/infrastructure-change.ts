import type { JsonObject, Template } from "../template/template.ts";

export type ChangeAction = "add" | "modify" | "replace" | "remove" | "move" | "read";

export interface ChangedProperty {
  /** As the file names it: `Properties.KeySchema`, `engine_version`. */
  readonly path: string;
  readonly requiresRecreation: "never" | "conditionally" | "always";
}

/** One resource of a change, whoever planned it. Properties are in CloudFormation's terms, evaluated as far as is known. */
export interface ChangedResource {
  readonly address: string;
  /** CloudFormation's type of the same thing; the file's own where there is none. */
  readonly type: string;
  /** The file's own type, where it is another. */
  readonly sourceType?: string | undefined;
  readonly action: ChangeAction;
  /** Where it was before it moved. */
  readonly movedFrom?: string | undefined;
  readonly changed: readonly ChangedProperty[];
  /** Absent where it did not exist, or where the file does not say what it was. */
  readonly before?: JsonObject | undefined;
  readonly after?: JsonObject | undefined;
  /** True when its deletion loses data. */
  readonly holdsState: boolean;
  /** What becomes of a physical resource that goes away. */
  readonly fate?: "delete" | "retain" | "snapshot" | undefined;
}

export type ChangeSource = "template" | "two templates" | "change set" | "terraform plan";

/** A change in the one form that risk, policy and cost are judged in. Made by the readers beside this file. */
export interface InfrastructureChange {
  readonly source: ChangeSource;
  /** In the order of their addresses. What stays as it is does not stand here. */
  readonly changes: readonly ChangedResource[];
  /** All that is there before, as a template; absent when nothing was, or when the file does not say. */
  readonly before?: Template | undefined;
  /** All that is there afterwards, as a template. */
  readonly after: Template;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** The file's own types by address, where they are others than CloudFormation's. */
  readonly sourceTypes?: ReadonlyMap<string, string> | undefined;
  /** True when the file says what was there before. */
  readonly knowsBefore: boolean;
  /** True when the file says what will be there afterwards, so that it can be priced. */
  readonly knowsAfter: boolean;
  /** The region the file itself names. */
  readonly region?: string | undefined;
  /** What could not be told from the file, in sentences. */
  readonly notes: readonly string[];
}

export function inOrderOfAddress<T extends { readonly address: string }>(resources: readonly T[]): T[] {
  return resources.toSorted((a, b) => (a.address < b.address ? -1 : Number(a.address > b.address)));
}
