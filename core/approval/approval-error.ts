import { NamedError } from "../errors.ts";

export class ApprovalError extends NamedError<
  /** Something differs from what was approved: the change is planned anew. */
  | "ApprovalVoid"
  /** A law no approval can override forbids it. */
  | "LawBroken"
> {}
