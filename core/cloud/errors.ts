import { NamedError } from "../errors.ts";

export type CloudErrorName =
  /** The template is not one CloudFormation would accept. */
  | "TemplateInvalid"
  /** An operation is running on the stack; wait for it. */
  | "StackBusy"
  /** The stack is in a state no change set can leave: ROLLBACK_COMPLETE, UPDATE_ROLLBACK_FAILED, DELETE_FAILED… */
  | "StackStuck"
  /** The stack is in a state that nobody needs to lead it out of, or that only a person can. */
  | "StackNotStuck"
  | "StackNotFound"
  | "ChangeSetNotFound"
  /** A change set of that name exists already and is another one; choose another name. */
  | "ChangeSetExists"
  /** Another change set of the stack was executed, or this one already was. */
  | "ChangeSetObsolete"
  | "NotUpdating"
  /** The request itself is wrong: a policy that is none, a resource that cannot be skipped. */
  | "RequestInvalid"
  | "CloudAccessDenied"
  | "CloudUnavailable";

export class CloudError extends NamedError<CloudErrorName> {}
