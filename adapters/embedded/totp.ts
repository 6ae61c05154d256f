import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import { type SteppedUp, type StepUp, StepUpError, type StepUpProof } from "../../core/identity/step-up.ts";
import { atomically } from "../../core/table/atomically.ts";
import { daysAfter } from "../../core/table/expiry.ts";
import { keys } from "../../core/table/keys.ts";
import type { Table } from "../../core/table/table.ts";

const PERIOD_SECONDS = 30;
/** Steps before and after the present one whose codes are taken, for clocks that differ (RFC 6238, 5.2). */
const WINDOW = 1;
const MOST_WRONG = 5;
const LIMITED_MS = 5 * 60_000;

/** What is known of somebody's codes. */
interface Row {
  /** The time step of the last code that was taken: none of it or before counts again. */
  readonly lastStep: number;
  readonly wrong: number;
  readonly firstWrongAt: number;
}

const NEVER: Row = { lastStep: 0, wrong: 0, firstWrongAt: 0 };

/**
 * One-time codes by time (RFC 6238) on one machine. Secrets are files for their owner alone; which codes were used, and
 * how many were wrong, is in the table, so that several processes know it.
 */
export class TotpStepUp implements StepUp {
  readonly #table: Table;
  readonly #folder: string;

  constructor(table: Table, folder: string) {
    this.#table = table;
    this.#folder = folder;
  }

  isEnrolled(principal: string): boolean {
    return statSync(this.#fileOf(principal), { throwIfNoEntry: false })?.isFile() === true;
  }

  /** A new secret that counts once a code of it is shown; as an `otpauth://` address for a QR code. */
  propose(principal: string): { readonly uri: string; readonly secret: string } {
    const secret = new Secret({ size: 20 });
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileSync(this.#proposalOf(principal), secret.base32, { mode: 0o600 });
    return { uri: codesOf(principal, secret.base32).toString(), secret: secret.base32 };
  }

  /** Makes the proposed secret the one that counts. @throws StepUpError */
  async enrol(principal: string, code: string, now: Date): Promise<void> {
    await this.#check(principal, code, this.#proposalOf(principal), now);
    renameSync(this.#proposalOf(principal), this.#fileOf(principal));
  }

  /** Takes the secret away, by whoever owns the machine: a lost phone. */
  remove(principal: string): void {
    rmSync(this.#fileOf(principal), { force: true });
  }

  async prove(principal: string, { code }: StepUpProof, now: Date): Promise<SteppedUp> {
    if (!this.isEnrolled(principal)) throw notEnrolled(principal);
    if (code === undefined || code === "") {
      throw new StepUpError(
        "StepUpRequired",
        "this gate is critical: enter the code of your authenticator app",
      );
    }
    await this.#check(principal, code, this.#fileOf(principal), now);
    return { method: "totp", at: now.toISOString() };
  }

  /** Counts the try and takes the code in one transaction: of two that show the same code one is refused. */
  async #check(principal: string, code: string, file: string, now: Date): Promise<void> {
    const secret = readSecret(file);
    if (secret === undefined) throw notEnrolled(principal);
    const refusal = await atomically(this.#table, async (unit) => {
      const key = keys.stepUp(principal);
      const row = freshRow(await unit.get<Row>(key), now);
      if (row.wrong >= MOST_WRONG) return limited();
      const step = stepOf(principal, secret, code, now);
      const outcome = judged(row, step, now);
      unit.put({ ...key, attributes: outcome.row, expiresAt: daysAfter(now, 1) });
      return outcome.refusal;
    });
    if (refusal) throw refusal;
  }

  #fileOf(principal: string): string {
    return join(this.#folder, principal);
  }

  #proposalOf(principal: string): string {
    return join(this.#folder, `${principal}~proposed`);
  }
}

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Wrong codes are forgotten when the time of the limit is over. */
function freshRow(row: Row = NEVER, now: Date): Row {
  const over = now.getTime() - row.firstWrongAt >= LIMITED_MS;
  return over ? { ...row, wrong: 0, firstWrongAt: now.getTime() } : row;
}

function judged(row: Row, step: number | undefined, now: Date): { row: Row; refusal?: StepUpError } {
  const counted = {
    ...row,
    wrong: row.wrong + 1,
    firstWrongAt: row.wrong === 0 ? now.getTime() : row.firstWrongAt,
  };
  if (step === undefined) {
    const refusal = new StepUpError(
      "StepUpRefused",
      "the code is not the one of this moment; enter the next one",
    );
    return { row: counted, refusal };
  }
  if (step <= row.lastStep) {
    const refusal = new StepUpError("StepUpReplayed", "the code was used before; wait for the next one");
    return { row: counted, refusal };
  }
  return { row: { ...row, lastStep: step, wrong: 0 } };
}

/** The time step a code belongs to; undefined when it is none of those around now. */
function stepOf(principal: string, secret: string, code: string, now: Date): number | undefined {
  const timestamp = now.getTime();
  const digits = code.replaceAll(/\s/g, "");
  if (!/^\d{6}$/.test(digits)) return undefined;
  const delta = codesOf(principal, secret).validate({ token: digits, timestamp, window: WINDOW });
  return delta === null ? undefined : Math.floor(timestamp / 1000 / PERIOD_SECONDS) + delta;
}

function codesOf(principal: string, secret: string): TOTP {
  return new TOTP({
    issuer: "Conductor",
    label: principal,
    algorithm: "SHA1",
    digits: 6,
    period: PERIOD_SECONDS,
    secret: Secret.fromBase32(secret),
  });
}

function limited(): StepUpError {
  return new StepUpError("StepUpLimited", "too many wrong codes; try again in five minutes");
}

function notEnrolled(principal: string): StepUpError {
  return new StepUpError(
    "StepUpNotEnrolled",
    `this gate is critical and ${principal} has no authenticator app yet: enrol one in the console's settings first`,
  );
}
