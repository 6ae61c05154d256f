import { type Amounts, microUsd } from "../budget/amounts.ts";
import type { Meter } from "../budget/meter.ts";
import { ModelError, type ModelPrice, type ModelUsage } from "./model.ts";

/** A token is at least about 3 characters in the languages and JSON we send; used to reserve before the true count is known. */
export const CHARACTERS_PER_TOKEN = 3;

export interface Charge {
  /** What the call takes at most, as far as it can be told beforehand. */
  readonly worst: ModelUsage;
  readonly price: ModelPrice;
  readonly meter: Meter;
}

/** Whether the most that a call can take is left. */
export function isAffordable({ worst, price, meter }: Charge): boolean {
  const cost = costOf(worst, price);
  const left = meter.remaining();
  return cost.tokens <= left.tokens && cost.microUsd <= left.microUsd;
}

/** Makes a call and writes down what it took, however it ended. @throws whatever the call throws */
export async function metered<Reply extends ModelUsage>(
  call: () => Promise<Reply>,
  charge: Charge,
): Promise<Reply> {
  try {
    const reply = await call();
    write(reply, charge);
    return reply;
  } catch (error) {
    const taken = error instanceof ModelError ? error.taken : "unknown";
    if (taken !== "nothing") write(taken === "unknown" ? charge.worst : taken, charge);
    throw error;
  }
}

/** A price of which nobody says what it is, or that is none, is not known (law 4). */
export function isKnown(price: ModelPrice | undefined): price is ModelPrice {
  return (
    price !== undefined && [price.inputUsd, price.outputUsd].every((usd) => Number.isFinite(usd) && usd >= 0)
  );
}

/** At least the tokens of a text. */
export function tokensAtMost(...texts: readonly string[]): number {
  return Math.ceil(texts.reduce((sum, { length }) => sum + length, 0) / CHARACTERS_PER_TOKEN);
}

/** A provider that does not say what it used has not used nothing. */
function write(usage: ModelUsage, { worst, price, meter }: Charge): void {
  meter.spend(costOf(isCounted(usage) ? usage : worst, price));
}

function isCounted({ inputTokens, outputTokens }: ModelUsage): boolean {
  return [inputTokens, outputTokens].every((tokens) => Number.isSafeInteger(tokens) && tokens >= 0);
}

function costOf({ inputTokens, outputTokens }: ModelUsage, price: ModelPrice): Amounts {
  const usd = (inputTokens * price.inputUsd + outputTokens * price.outputUsd) / 1_000_000;
  return { tokens: inputTokens + outputTokens, milliseconds: 0, microUsd: microUsd(usd) };
}
