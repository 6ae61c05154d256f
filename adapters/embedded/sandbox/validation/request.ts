import type { ChangeSetRequest, CloudTarget } from "../../../../core/cloud/cloud.ts";
import { CloudError } from "../../../../core/cloud/errors.ts";
import { availabilityZones, pseudoParameters } from "../operation/blueprint.ts";
import { readTemplate } from "./format.ts";
import { checkParameters } from "./parameters.ts";
import { checkReferences, checkValues } from "./references.ts";

const NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

/** Checks all that can be checked before the stack is looked at. @throws CloudError TemplateInvalid, RequestInvalid */
export function checkRequest(request: ChangeSetRequest, target: CloudTarget): void {
  for (const [field, value] of [
    ["stackName", request.stack],
    ["changeSetName", request.name],
  ] as const)
    if (!NAME.test(value))
      throw new CloudError(
        "RequestInvalid",
        `1 validation error detected: Value '${value.slice(0, 128)}' at '${field}' failed to satisfy constraint: letters, digits and hyphens, beginning with a letter, at most 128`,
      );
  const template = readTemplate(request.template);
  checkReferences(template);
  checkParameters(template, request.parameters);
  const place = { ...target, stackId: "", name: request.stack };
  checkValues(template, {
    parameters: request.parameters,
    pseudo: pseudoParameters(place),
    availabilityZones,
  });
}
