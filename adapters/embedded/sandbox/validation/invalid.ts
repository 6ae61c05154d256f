import { CloudError } from "../../../../core/cloud/errors.ts";

/** Refuses a template, in CloudFormation's words where they are known. */
export function refuse(message: string): never {
  throw new CloudError("TemplateInvalid", message);
}
