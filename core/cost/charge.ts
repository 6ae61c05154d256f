import { type Fact, Unknown } from "./fact.ts";
import type { PriceRef } from "./sheet.ts";

/** Hours in a month, as AWS's own calculator counts them: 8,760 / 12. */
export const HOURS_PER_MONTH = 730;
/** Seconds in such a month. */
export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;

/** A quantity a month of something with a price; `region` where it is not bought in the stack's own. */
export interface PricedCharge {
  readonly item: string;
  readonly price: PriceRef;
  readonly quantity: number;
  readonly region?: string;
}

/** Something that costs money of which we cannot tell how much. */
export interface UnpricedCharge {
  readonly why: string;
}

/** Something that is free by nature in this configuration, and why. */
export interface FreeCharge {
  readonly free: string;
}

export type Charge = PricedCharge | UnpricedCharge | FreeCharge;

export function charge(item: string, price: PriceRef, quantity: number, region?: string): PricedCharge {
  return region === undefined ? { item, price, quantity } : { item, price, quantity, region };
}

export function unpriced(why: string): UnpricedCharge {
  return { why };
}

export function free(why: string): FreeCharge {
  return { free: why };
}

type Facts = Readonly<Record<string, Fact<unknown>>>;
type Known<F extends Facts> = { readonly [K in keyof F]: Exclude<F[K], Unknown> };

/** The charges that follow from these facts, or the one that says which of them is unknown. */
export function whenKnown<F extends Facts>(
  item: string,
  facts: F,
  charges: (known: Known<F>) => readonly Charge[],
): readonly Charge[] {
  for (const fact of Object.values(facts)) {
    if (fact instanceof Unknown) return [unpriced(`${item}: ${fact.why}`)];
  }
  return charges(facts as Known<F>);
}
