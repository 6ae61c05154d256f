import { isObject, type JsonObject, type Template } from "../template/template.ts";
import { changeOfDescription, isDescribedChangeSet } from "./described-change.ts";
import { readDocument, refused } from "./document.ts";
import type { InfrastructureChange } from "./infrastructure-change.ts";
import {
  changeOfTemplate,
  changeOfTemplates,
  type Recreation,
  type TemplateReading,
} from "./template-change.ts";
import { changeOfPlan, isTerraformPlan } from "./terraform/plan.ts";

/** A file's text with the name it goes by in messages. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

export interface ChangeReading extends TemplateReading {
  /** The template as it is deployed now, to compare with. */
  readonly base?: NamedText | undefined;
  /** Asked for only when two templates are compared. */
  readonly recreation: () => Promise<Recreation>;
}

/**
 * A change in neutral form from whatever describes it: a CloudFormation template (JSON or YAML), two of them, a change
 * set's description, or a Terraform plan as JSON.
 * @throws InputError in one sentence, for what is none of these or cannot be read
 */
export async function readChange(
  file: NamedText,
  { base, recreation, ...reading }: ChangeReading,
): Promise<InfrastructureChange> {
  const document = documentIn(file);
  if (base !== undefined) {
    const before = templateIn(documentIn(base), base.name);
    const after = templateIn(document, file.name);
    return changeOfTemplates(before, after, await recreation(), reading);
  }
  if (isTerraformPlan(document)) return changeOfPlan(document, file.name);
  if (isDescribedChangeSet(document)) return changeOfDescription(document);
  return changeOfTemplate(templateIn(document, file.name), reading);
}

function documentIn({ name, text }: NamedText): JsonObject {
  const document = readDocument(text, name);
  if (isObject(document)) return document;
  const is = Array.isArray(document) ? "a list" : "no document of sections";
  throw refused(name, `holds ${is}: give a CloudFormation template, a change set or a Terraform plan`);
}

function templateIn(document: JsonObject, name: string): Template {
  const other = otherTool(document);
  if (other !== undefined) throw refused(name, other);
  const resources = document["Resources"];
  if (!isObject(resources ?? null))
    throw refused(
      name,
      "is no CloudFormation template, change set or Terraform plan: it has neither Resources, Changes nor resource_changes",
    );
  if (Object.keys(resources as JsonObject).length === 0)
    throw refused(name, "holds no resources: there is nothing to judge");
  return document as unknown as Template;
}

const HINT = "give a CloudFormation template, a change set or a Terraform plan";

/** How files of other tools are recognised, and what to do with them. */
const OTHERS: readonly (readonly [has: readonly string[], is: string])[] = [
  [
    ["format_version", "values"],
    "is a Terraform state and no plan: give what `terraform show -json PLAN` prints",
  ],
  [["serial", "lineage"], "is a Terraform state and no plan: give what `terraform show -json PLAN` prints"],
  [["terraform_version"], "is of Terraform and no plan: give what `terraform show -json PLAN` prints"],
  [
    ["resource"],
    "is a Terraform configuration and no plan: plan it, and give what `terraform show -json PLAN` prints",
  ],
  [["apiVersion", "kind"], `is a Kubernetes manifest: ${HINT}`],
  [["$schema", "contentVersion"], `is a template of Azure Resource Manager: ${HINT}`],
  [["steps"], `is a preview of Pulumi: ${HINT}`],
  [["services"], `is a file of Docker Compose: ${HINT}`],
  [["provider", "functions"], "is a file of the Serverless Framework: give the template that it packages"],
  [["StartAt", "States"], `is a state machine: ${HINT}`],
];

function otherTool(document: JsonObject): string | undefined {
  if (document["Resources"] !== undefined) return undefined;
  return OTHERS.find(([has]) => has.every((key) => document[key] !== undefined))?.[1];
}
