import { createHash, randomUUID } from "node:crypto";
import { assertRangeFits } from "./limits.ts";

/** A function that Step Functions adds to JSONata. */
interface AddedFunction {
  readonly name: string;
  readonly signature: string;
  readonly implementation: (...values: never[]) => unknown;
}

const ALGORITHMS: ReadonlySet<string> = new Set(["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"]);

/** The functions Step Functions adds to JSONata. Where they want whole numbers they cut off what is behind the point. */
export const functions: readonly AddedFunction[] = [
  { name: "partition", signature: "<an:a>", implementation: partition },
  { name: "range", signature: "<nnn:a>", implementation: range },
  { name: "hash", signature: "<ss:s>", implementation: hash },
  { name: "random", signature: "<n?:n>", implementation: random },
  { name: "uuid", signature: "<:s>", implementation: () => randomUUID() },
  { name: "parse", signature: "<s:x>", implementation: parse },
];

/** The function that Step Functions takes away: calling it is calling something that is no function. */
export const MISSING_FUNCTION = "eval";

function partition(
  values: readonly unknown[] | undefined,
  size: number | undefined,
): unknown[][] | undefined {
  if (values === undefined || size === undefined) return undefined;
  const whole = Math.trunc(size);
  if (whole < 1) throw new Error(`$partition needs a positive whole size, not ${size}`);
  return Array.from({ length: Math.ceil(values.length / whole) }, (_, chunk) =>
    values.slice(chunk * whole, (chunk + 1) * whole),
  );
}

/** The numbers of a range, as JSONata's own ranges and paths give theirs: one alone stands for itself, none for nothing. */
function range(from?: number, to?: number, by?: number): number[] | undefined {
  if (from === undefined || to === undefined || by === undefined) return undefined;
  const [first, last, step] = [Math.trunc(from), Math.trunc(to), Math.trunc(by)];
  const length = step === 0 ? 0 : Math.max(0, Math.floor((last - first) / step) + 1);
  assertRangeFits(length);
  return sequence(Array.from({ length }, (_, index) => first + index * step));
}

/** Marks an array as what JSONata calls a sequence. */
function sequence<T>(items: T[]): T[] {
  return Object.defineProperty(items, "sequence", { value: true });
}

function hash(content: string | undefined, algorithm: string | undefined): string | undefined {
  if (content === undefined || algorithm === undefined) return undefined;
  if (!ALGORITHMS.has(algorithm)) {
    throw new Error(`$hash has no algorithm '${algorithm}': use one of ${[...ALGORITHMS].join(", ")}`);
  }
  return createHash(algorithm.replace("-", "")).update(content).digest("hex");
}

const MULTIPLIER = 0x5_de_ec_e6_6dn;
const INCREMENT = 0xbn;
const MASK = (1n << 48n) - 1n;

/**
 * A number from 0 to 1, the same one for the same seed: what the service's own runtime gives, as the Java API
 * specification defines `new java.util.Random(seed).nextDouble()`.
 */
function random(seed?: number): number {
  if (seed === undefined) return Math.random();
  let state = (BigInt(Math.trunc(seed)) ^ MULTIPLIER) & MASK;
  const next = (bits: bigint): bigint => {
    state = (state * MULTIPLIER + INCREMENT) & MASK;
    return state >> (48n - bits);
  };
  return Number((next(26n) << 27n) + next(27n)) / 2 ** 53;
}

function parse(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}
