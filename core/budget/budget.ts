import { NamedError } from "../errors.ts";
import { type Amounts, describeAmount, KINDS, minus, NOTHING, plus, shortOf } from "./amounts.ts";
import { isOverLine } from "./line.ts";

/** A cap with what remains of it. Invariant: 0 ≤ remaining ≤ cap, of every kind. */
export interface Counters {
  readonly cap: Amounts;
  readonly remaining: Amounts;
  /** What running pipelines are still expected to take, for the forecast of the day. */
  readonly promised: Amounts;
}

export interface Reservation {
  readonly amounts: Amounts;
  /** The counters it was taken from. */
  readonly scopes: readonly string[];
  readonly agent: string;
  /** What was really spent; absent until settled. */
  readonly spent?: Amounts;
}

export type BudgetErrorName =
  /** A cap is reached: the execution pauses and asks. */
  | "BudgetExhausted"
  /** The day's forecast is over the brake: no new pipeline begins. */
  | "BudgetBrake";

export class BudgetError extends NamedError<BudgetErrorName> {}

export function fresh(cap: Amounts): Counters {
  return { cap, remaining: cap, promised: NOTHING };
}

/** @throws BudgetError BudgetExhausted, naming what is short, of which counter, and by how much */
export function take(counters: Counters, amounts: Amounts, scope: string): Counters {
  const short = shortOf(counters.remaining, amounts);
  if (short) {
    const left = counters.remaining[short];
    const [has, needs, lacks] = [left, amounts[short], amounts[short] - left].map((amount) =>
      describeAmount(short, amount),
    );
    throw new BudgetError(
      "BudgetExhausted",
      `the budget of ${scope} has ${has} left and ${needs} are needed: a grant of ${lacks} would do`,
    );
  }
  return { ...counters, remaining: minus(counters.remaining, amounts) };
}

/**
 * Gives back what was reserved and not spent. What was spent beyond the reservation is taken too, down to zero:
 * it happened, and the record shows it.
 */
export function giveBack(counters: Counters, reserved: Amounts, spent: Amounts): Counters {
  const remaining = plus(counters.remaining, minus(reserved, spent));
  return { ...counters, remaining: clamp(remaining, counters.cap) };
}

export function extend(counters: Counters, more: Amounts): Counters {
  return { ...counters, cap: plus(counters.cap, more), remaining: plus(counters.remaining, more) };
}

/**
 * Lets a new pipeline begin, counting what it is expected to take.
 * @throws BudgetError BudgetBrake when spent, promised and expected together pass `brake` of the cap
 */
export function admit(day: Counters, expected: Amounts, brake: number): Counters {
  const forecast = plus(plus(minus(day.cap, day.remaining), day.promised), expected);
  for (const kind of KINDS) {
    if (isOverLine(forecast[kind], day.cap[kind], brake)) {
      throw new BudgetError(
        "BudgetBrake",
        `the forecast for today is ${describeAmount(kind, forecast[kind])}, over ${Math.round(brake * 100)} % of the daily cap of ${describeAmount(kind, day.cap[kind])}: no new pipeline begins until tomorrow or until the cap is raised`,
      );
    }
  }
  return { ...day, promised: plus(day.promised, expected) };
}

/** The pipeline has ended: what it was expected to take is no longer to come. */
export function unpromise(day: Counters, expected: Amounts): Counters {
  return { ...day, promised: clamp(minus(day.promised, expected), day.promised) };
}

function clamp(amounts: Amounts, most: Amounts): Amounts {
  const within = (kind: (typeof KINDS)[number]) => Math.min(Math.max(amounts[kind], 0), most[kind]);
  return { tokens: within("tokens"), milliseconds: within("milliseconds"), microUsd: within("microUsd") };
}
