import { NamedError } from "../../core/errors.ts";

export class UsageError extends NamedError<"InvalidUsage"> {}
