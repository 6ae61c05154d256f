import { NamedError } from "../../core/errors.ts";

export type ForgeErrorName =
  /** More resources, or more text, than CloudFormation takes in one template. */
  | "TemplateTooLarge"
  /** A value CloudFormation or CDK would resolve to something nobody approved. */
  | "DynamicReference"
  | "InvalidComponentName"
  | "DuplicateComponent"
  /** `uses` names a component the plan does not have. */
  | "UnknownComponent"
  /** `uses` on a block that has no function. */
  | "NotAFunction";

export class ForgeError extends NamedError<ForgeErrorName> {}
