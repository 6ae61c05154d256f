import {
  FRESH_MINUTES,
  isFresh,
  type SteppedUp,
  type StepUp,
  StepUpError,
  type StepUpProof,
} from "../../core/identity/step-up.ts";

/** Proof by having signed in with a second factor just now, as Cognito's tokens tell (`auth_time`, `amr`). */
export class FreshSignIn implements StepUp {
  readonly #always: boolean;

  /** @param secondFactor `always` where nobody is let in without one, so that tokens need not say so */
  constructor(secondFactor: "always" | "as-told" = "as-told") {
    this.#always = secondFactor === "always";
  }

  async prove(principal: string, { signIn }: StepUpProof, now: Date): Promise<SteppedUp> {
    const withSecond = this.#always || signIn?.means.includes("mfa") === true;
    if (!signIn || !isFresh(signIn.at, now) || !withSecond) {
      throw new StepUpError(
        "StepUpRequired",
        `${principal} decides at a critical gate: sign in again with the second factor, at most ${FRESH_MINUTES} minutes before`,
      );
    }
    return { method: "fresh-sign-in", at: signIn.at.toISOString() };
  }
}
