import { NamedError } from "../errors.ts";

export class StepUpError extends NamedError<
  /** Nothing was shown, or what was shown is too old. */
  | "StepUpRequired"
  /** A wrong code. */
  | "StepUpRefused"
  /** A right one that was used before. */
  | "StepUpReplayed"
  /** Too many wrong ones. */
  | "StepUpLimited"
  /** The person has nothing to show it with. */
  | "StepUpNotEnrolled"
> {}

/** How long a sign-in with a second factor proves at a critical gate who it is. */
export const FRESH_MINUTES = 5;

export function isFresh(signedInAt: Date, now: Date): boolean {
  return now.getTime() - signedInAt.getTime() <= FRESH_MINUTES * 60_000;
}

/** What somebody who decides at a critical gate shows for it. */
export interface StepUpProof {
  /** The one-time code they entered. */
  readonly code?: string;
  /** When and by what means they last signed in, from their verified token (`auth_time`, `amr`). */
  readonly signIn?: { readonly at: Date; readonly means: readonly string[] };
}

export interface SteppedUp {
  readonly method: "totp" | "fresh-sign-in";
  readonly at: string;
}

/**
 * Proof, at the moment of a critical decision, that it is the person and not only their session: a one-time code on
 * one machine, a fresh sign-in with a second factor on AWS. What it accepts it never accepts again where it can tell.
 */
export interface StepUp {
  /** @throws StepUpError */
  prove(principal: string, proof: StepUpProof, now: Date): Promise<SteppedUp>;
}
