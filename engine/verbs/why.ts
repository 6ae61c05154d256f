import { ServiceError } from "../service-error.ts";

/** Why a Task failed or an execution was stopped, as the caller says. */
export interface Why {
  readonly error?: string;
  readonly cause?: string;
}

const LONGEST = { error: 256, cause: 32_768 } as const;

/** Throws ValidationException unless the error and the cause are as short as the service takes them. */
export function assertWhy(why: Why): void {
  for (const field of ["error", "cause"] as const) {
    if ((why[field]?.length ?? 0) <= LONGEST[field]) continue;
    throw new ServiceError(
      "ValidationException",
      `1 validation error detected: Value at '${field}' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST[field]}`,
    );
  }
}
