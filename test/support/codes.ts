import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Secret, TOTP } from "otpauth";

const SECRET = new Secret({ size: 20 });

/** Gives these people an authenticator app each, as the console's settings would; all of them show the same codes. */
export function enrol(data: string, ...people: readonly string[]): void {
  const folder = join(data, "identity", "codes");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const person of people) writeFileSync(join(folder, person), SECRET.base32, { mode: 0o600 });
}

const PERIOD_MS = 30_000;

/**
 * The code their apps show now, or some steps from now. The ones before and after are taken as well, but that before only
 * until the next begins: whoever enters it may be too late.
 */
export function codeNow(steps = 0): string {
  return codeOf(stepNow() + steps);
}

/** The codes of somebody who may have to enter several: each is another one, and good when it is entered. */
export function codesInTurn(): () => Promise<string> {
  let shown = 0;
  return async () => {
    shown = Math.max(stepNow(), shown + 1);
    await setTimeout(Math.max(0, (shown - 1) * PERIOD_MS - Date.now()));
    return codeOf(shown);
  };
}

function stepNow(): number {
  return Math.floor(Date.now() / PERIOD_MS);
}

function codeOf(step: number): string {
  return new TOTP({ secret: SECRET }).generate({ timestamp: step * PERIOD_MS });
}
