import { NamedError } from "../errors.ts";
import type { Identity } from "./access.ts";
import type { StepUpProof } from "./step-up.ts";

export class TokenError extends NamedError<
  /** The request carries none. */
  | "TokenMissing"
  /** It is forged, broken, or of another issuer or audience, or not valid yet. */
  | "TokenInvalid"
  | "TokenExpired"
> {}

/** Whom a token that was found good stands for, and how they last signed in. */
export interface Bearer extends Identity {
  readonly signIn?: NonNullable<StepUpProof["signIn"]>;
}

/** Who is calling, by a JSON Web Token (RFC 7519): of a local key's, or of Cognito. */
export interface TokenVerifier {
  /** @throws TokenError */
  verify(token: string, now: Date): Promise<Bearer>;
}
