import { type Charge, charge, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";

export interface FunctionFacts {
  readonly memoryMb: Fact<number>;
  readonly arm: Fact<boolean>;
  /** The size of /tmp, of which the first 512 MB are included. */
  readonly storageMb: Fact<number>;
}

const STORAGE_INCLUDED_MB = 512;
const MB_PER_GB = 1024;

/** https://aws.amazon.com/lambda/pricing: calls, and memory for as long as they take. */
export function functionCharges(facts: FunctionFacts, use: Use<"AWS::Lambda::Function">): readonly Charge[] {
  const { memoryMb, arm, storageMb } = facts;
  const seconds = (use("requestsPerMonth") * use("averageMs")) / 1000;
  return [
    charge("requests", "lambda.request", use("requestsPerMonth")),
    ...whenKnown("duration", { memoryMb, arm }, (known) => [
      charge(
        `duration, ${known.memoryMb} MB ${known.arm ? "arm64" : "x86"}`,
        known.arm ? "lambda.arm" : "lambda.x86",
        (seconds * known.memoryMb) / MB_PER_GB,
      ),
    ]),
    ...whenKnown("temporary storage", { storageMb }, (known) => {
      const paidMb = known.storageMb - STORAGE_INCLUDED_MB;
      return paidMb > 0
        ? [charge("temporary storage", "lambda.storage", (seconds * paidMb) / MB_PER_GB)]
        : [];
    }),
  ];
}

export function readFunction(properties: Properties): FunctionFacts {
  return {
    memoryMb: properties.number("MemorySize", 128),
    arm: mapFact(properties.list("Architectures"), (names) => names.includes("arm64")),
    storageMb: properties.number("EphemeralStorage.Size", STORAGE_INCLUDED_MB),
  };
}

export const lambdaFunction = service({
  type: "AWS::Lambda::Function",
  read: readFunction,
  charges: functionCharges,
});
