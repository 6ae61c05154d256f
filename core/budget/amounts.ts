/** What a budget counts. Whole numbers, so that sums are exact: tokens, milliseconds of work, millionths of a dollar. */
export interface Amounts {
  readonly tokens: number;
  readonly milliseconds: number;
  readonly microUsd: number;
}

export const NOTHING: Amounts = { tokens: 0, milliseconds: 0, microUsd: 0 };

export const KINDS = ["tokens", "milliseconds", "microUsd"] as const;

export function plus(a: Amounts, b: Amounts): Amounts {
  return {
    tokens: a.tokens + b.tokens,
    milliseconds: a.milliseconds + b.milliseconds,
    microUsd: a.microUsd + b.microUsd,
  };
}

export function minus(a: Amounts, b: Amounts): Amounts {
  return {
    tokens: a.tokens - b.tokens,
    milliseconds: a.milliseconds - b.milliseconds,
    microUsd: a.microUsd - b.microUsd,
  };
}

/** The first kind of which `have` holds less than `want`. */
export function shortOf(have: Amounts, want: Amounts): (typeof KINDS)[number] | undefined {
  return KINDS.find((kind) => have[kind] < want[kind]);
}

/** Millionths of a dollar, rounded up: a spend is never counted as less than it is. */
export function microUsd(usd: number): number {
  return Math.ceil(Number((usd * 1_000_000).toFixed(3)));
}

/** What people say in dollars, tokens and minutes of work, as it is counted. */
export function amountsFrom({
  usd = 0,
  tokens = 0,
  minutes = 0,
}: {
  readonly usd?: number | undefined;
  readonly tokens?: number | undefined;
  readonly minutes?: number | undefined;
}): Amounts {
  return { tokens, milliseconds: Math.ceil(minutes * 60_000), microUsd: microUsd(usd) };
}

export function usdOf(micro: number): number {
  return micro / 1_000_000;
}

/** For messages: `12000 tokens`, `4.5 minutes`, `$1.25`. */
export function describeAmount(kind: (typeof KINDS)[number], amount: number): string {
  if (kind === "tokens") return `${amount} tokens`;
  // Rounded up: what is said to be needed has to be enough when it is granted.
  if (kind === "milliseconds") return `${(Math.ceil(amount / 6_000) / 10).toFixed(1)} minutes of work`;
  return `$${(Math.ceil(amount / 10_000) / 100).toFixed(2)}`;
}
