import { NamedError } from "../errors.ts";

export type CloudErrorName =
  /** The template is not one CloudFormation would accept. */
  | "TemplateInvalid"
  /** An operation is running on the stack; wait for it. */
  | "StackBusy"
  /** The stack is in a state no change set can leave: ROLLBACK_COMPLETE, UPDATE_ROLLBACK_FAILED, DELETE_FAILED… */
  | "StackStuck"
  | "StackNotFound"
  | "ChangeSetNotFound"
  /** Another change set of the stack was executed, or this one already was. */
  | "ChangeSetObsolete"
  | "NotUpdating"
  | "CloudAccessDenied"
  | "CloudUnavailable";

export class CloudError extends NamedError<CloudErrorName> {}
