import { type Charge, unpriced, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";

export interface SupportFacts {
  /** "" where none is asked for, and AWS takes a current one. */
  readonly version: Fact<string>;
  readonly refused: Fact<boolean>;
}

/**
 * Versions whose standard support had ended by the day of the price sheet
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support-versions.html).
 */
const ENDED: Readonly<Record<string, RegExp>> = {
  postgres: /^(9|10|11|12)(\.|$)/,
  mysql: /^5\./,
  aurora: /^5\./,
  "aurora-mysql": /^5\./,
  "aurora-postgresql": /^(9|10|11|12)(\.|$)/,
};

/** Extended support is charged by vCPU and hour, doubles in its third year, and so depends on the day: unpriced. */
export function supportCharges(engine: string, { version, refused }: SupportFacts): readonly Charge[] {
  const ended = Object.hasOwn(ENDED, engine) ? ENDED[engine] : undefined;
  if (!ended) return [];
  return whenKnown("extended support", { version, refused }, (known) =>
    ended.test(known.version) && !known.refused
      ? [
          unpriced(
            `extended support: ${engine} ${known.version} is past its standard support, which costs by the hour`,
          ),
        ]
      : [],
  );
}

export function readSupport(properties: Properties): SupportFacts {
  return {
    version: properties.text("EngineVersion", ""),
    refused: mapFact(
      properties.text("EngineLifecycleSupport", ""),
      (choice) => choice === "open-source-rds-extended-support-disabled",
    ),
  };
}
