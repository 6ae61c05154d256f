import { NamedError } from "./errors.ts";

/** Who is calling, as the edge (CLI, API, mail link, Slack) established it; never read from a file or a body. */
export interface Caller {
  /** One person is one principal everywhere, so that nobody approves their own change under a second spelling. */
  readonly principal: string;
  readonly via: "cli" | "console" | "api" | "mail" | "slack" | "ci";
  /** False where the name was merely declared, as on one machine. */
  readonly authenticated: boolean;
}

export class PrincipalError extends NamedError<"InvalidPrincipal"> {}

const PRINCIPAL = /^[a-z0-9][a-z0-9._@+-]{0,127}$/;

/**
 * The one spelling of a name: Unicode compatibility forms folded, trimmed, lower case.
 * @throws PrincipalError when it holds anything but ASCII letters, digits and . _ @ + -, which rules out look-alikes
 */
export function principalOf(name: string): string {
  const principal = name.normalize("NFKC").trim().toLowerCase();
  if (!PRINCIPAL.test(principal)) {
    throw new PrincipalError(
      "InvalidPrincipal",
      `${JSON.stringify(name.slice(0, 80))} is not a user name: use letters, digits and . _ @ + - (at most 128)`,
    );
  }
  return principal;
}
