import type { Clock } from "../clock.ts";
import { NamedError } from "../errors.ts";
import { REDACTED } from "./redact.ts";

export class SecretError extends NamedError<
  | "SecretMissing"
  /** It is there, but not for us, or not as text. */
  | "SecretUnreadable"
> {}

/** A credential that shows itself only to who asks: logged, printed or written out as JSON it is `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  /** What Node's console and logger ask. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }
}

/** Where credentials are kept: Secrets Manager, or files only their owner can read. */
export interface SecretStore {
  /** As it is now. @throws SecretError */
  read(name: string): Promise<Secret>;
}

interface Kept {
  readonly secret: Promise<Secret>;
  readonly until: number;
}

/** Remembers secrets for a while: a rotated one is found when the time is over, or at once by who was refused with it. */
export class CachedSecrets implements SecretStore {
  readonly #store: SecretStore;
  readonly #clock: Pick<Clock, "now">;
  readonly #milliseconds: number;
  readonly #kept = new Map<string, Kept>();

  constructor(store: SecretStore, clock: Pick<Clock, "now">, milliseconds: number) {
    this.#store = store;
    this.#clock = clock;
    this.#milliseconds = milliseconds;
  }

  async read(name: string): Promise<Secret> {
    const kept = this.#kept.get(name);
    if (kept && this.#clock.now().getTime() < kept.until) return await kept.secret;
    return await this.refresh(name);
  }

  /** Reads it anew, for who was refused with the one they had. */
  async refresh(name: string): Promise<Secret> {
    const secret = this.#store.read(name);
    const kept = { secret, until: this.#clock.now().getTime() + this.#milliseconds };
    this.#kept.set(name, kept);
    try {
      return await secret;
    } catch (error) {
      // A failure is not remembered.
      if (this.#kept.get(name) === kept) this.#kept.delete(name);
      throw error;
    }
  }
}
