import { CloudError } from "../../../core/cloud/errors.ts";

/** A refusal as AWS sends it: a code, a sentence and a status. */
export class WireError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The codes CloudFormation has for what the simulated account refuses; the sentences are CloudFormation's already. */
const CODES: Readonly<Record<string, readonly [string, number]>> = {
  ChangeSetNotFound: ["ChangeSetNotFound", 404],
  ChangeSetExists: ["AlreadyExistsException", 400],
  ChangeSetObsolete: ["InvalidChangeSetStatus", 400],
};

export function wireErrorOf(error: unknown): WireError {
  if (error instanceof WireError) return error;
  if (!(error instanceof CloudError)) return new WireError("InternalFailure", String(error), 500);
  if (/^ChangeSet .* cannot be/.test(error.message))
    return new WireError("InvalidChangeSetStatus", error.message);
  const [code, status] = CODES[error.name] ?? ["ValidationError", 400];
  return new WireError(code, error.message, status);
}
