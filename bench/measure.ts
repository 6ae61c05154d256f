/** Figures of several runs, in the unit they were taken in. */
export interface Figures {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly runs: number;
}

export function figuresOf(values: readonly number[]): Figures {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median =
    sorted.length % 2 === 1
      ? (sorted[middle] ?? Number.NaN)
      : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  return { median, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN, runs: values.length };
}

export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** One line of a benchmark's table: what, how much, and the aim it is held against. */
export function row(what: string, { median, least, most, runs }: Figures, unit: string, aim: string): void {
  const show = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));
  console.log(
    `${what.padEnd(52)} ${show(median).padStart(8)} ${unit.padEnd(10)} (${show(least)}–${show(most)}, ${runs} runs)  aim: ${aim}`,
  );
}
