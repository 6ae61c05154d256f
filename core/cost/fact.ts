/** Why a property's value cannot be told before deployment. */
export class Unknown {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

/** What a property says, or why nobody can tell yet. An unknown fact is never read as zero, false or absent. */
export type Fact<T> = T | Unknown;

export function isKnown<T>(fact: Fact<T>): fact is T {
  return !(fact instanceof Unknown);
}

/** Applies `change` to a known fact. */
export function mapFact<T, U>(fact: Fact<T>, change: (value: T) => Fact<U>): Fact<U> {
  return isKnown(fact) ? change(fact) : fact;
}

/** The first fact that is known. */
export function firstKnown<T>(fact: Fact<T>, ...others: readonly Fact<T>[]): Fact<T> {
  return [fact, ...others].find(isKnown) ?? fact;
}

/** All the values, unknown when one of them is. */
export function allKnown<T>(facts: readonly Fact<T>[]): Fact<readonly T[]> {
  for (const fact of facts) if (fact instanceof Unknown) return fact;
  return facts.filter(isKnown);
}

/** The sum of all these facts, unknown when one of them is. */
export function sumFacts(facts: readonly Fact<number>[]): Fact<number> {
  return mapFact(allKnown(facts), (values) => values.reduce((sum, value) => sum + value, 0));
}
