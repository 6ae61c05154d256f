const UNSENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_INVALID_URL)$/;

/** The error that kept a call from ever being sent, in an error or in what caused it; undefined when it may have been. */
export function unsentBecause(error: unknown): Error | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { code } = one as { code?: unknown };
    if (UNSENT.test(String(code))) return one;
  }
  return undefined;
}
