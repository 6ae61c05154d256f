import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";

const SECRET = new Secret({ size: 20 });

/** Gives these people an authenticator app each, as the console's settings would; all of them show the same codes. */
export function enrol(data: string, ...people: readonly string[]): void {
  const folder = join(data, "identity", "codes");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const person of people) writeFileSync(join(folder, person), SECRET.base32, { mode: 0o600 });
}

/** The code their apps show now, or some steps of thirty seconds from now: the one before and after are taken as well. */
export function codeNow(steps = 0): string {
  return new TOTP({ secret: SECRET }).generate({ timestamp: Date.now() + steps * 30_000 });
}
