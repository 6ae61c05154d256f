import { type Charge, charge, free, SECONDS_PER_MONTH, unpriced, whenKnown } from "../charge.ts";
import { type Fact, isKnown, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { service, type Use } from "../service.ts";
import { traceCharges } from "./xray.ts";

export interface FunctionFacts {
  readonly memoryMb: Fact<number>;
  readonly arm: Fact<boolean>;
  /** The size of /tmp, of which the first 512 MB are included. */
  readonly storageMb: Fact<number>;
  /** Whether the function begins traces; one that only passes them on adds to those of others. */
  readonly traced: Fact<boolean>;
}

const STORAGE_INCLUDED_MB = 512;
const MB_PER_GB = 1024;

/** https://aws.amazon.com/lambda/pricing: calls, and memory for as long as they take. */
export function functionCharges(facts: FunctionFacts, use: Use<"AWS::Lambda::Function">): readonly Charge[] {
  const { memoryMb, arm, storageMb, traced } = facts;
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
    ...whenKnown("traces", { traced }, (known) =>
      known.traced ? traceCharges(use("requestsPerMonth")) : [],
    ),
  ];
}

export function readFunction(properties: Properties): FunctionFacts {
  return {
    memoryMb: properties.number("MemorySize", 128),
    arm: mapFact(properties.texts("Architectures"), (names) => names.includes("arm64")),
    storageMb: properties.number("EphemeralStorage.Size", STORAGE_INCLUDED_MB),
    traced: mapFact(properties.text("TracingConfig.Mode", "PassThrough"), (mode) => mode === "Active"),
  };
}

export const lambdaFunction = service({
  type: "AWS::Lambda::Function",
  read: readFunction,
  charges: functionCharges,
});

export interface ProvisionedFacts {
  readonly instances: Fact<number>;
  readonly memoryMb: Fact<number>;
  readonly arm: Fact<boolean>;
}

/** Instances kept warm are paid for every second. That their calls are then cheaper is not taken off. */
export function provisionedCharges({ instances, memoryMb, arm }: ProvisionedFacts): readonly Charge[] {
  return whenKnown("provisioned concurrency", { instances }, (kept) => {
    if (kept.instances === 0) return [free("versions and aliases are free")];
    return whenKnown("provisioned concurrency", { memoryMb, arm }, (known) => [
      charge(
        "provisioned concurrency",
        known.arm ? "lambda.arm-provisioned" : "lambda.x86-provisioned",
        (kept.instances * SECONDS_PER_MONTH * known.memoryMb) / MB_PER_GB,
      ),
    ]);
  });
}

function readProvisioned(properties: Properties): ProvisionedFacts {
  const target = properties.resource("FunctionName");
  const config = isKnown(target) ? readFunction(target.properties) : { memoryMb: target, arm: target };
  const path = "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions";
  return { instances: properties.number(path, 0), memoryMb: config.memoryMb, arm: config.arm };
}

export const lambdaAlias = service({
  type: "AWS::Lambda::Alias",
  read: readProvisioned,
  charges: provisionedCharges,
});

export const lambdaVersion = service({
  type: "AWS::Lambda::Version",
  read: readProvisioned,
  charges: provisionedCharges,
});

/** Pollers of one's own are paid for by the hour, at a price we do not have. */
export const eventSourceMapping = service({
  type: "AWS::Lambda::EventSourceMapping",
  read: (properties) => ({ ownPollers: properties.has("ProvisionedPollerConfig") }),
  charges: ({ ownPollers }) => [
    ownPollers
      ? unpriced("provisioned pollers: the price sheet has no price for them")
      : free("event sources are polled without charge"),
  ],
});
