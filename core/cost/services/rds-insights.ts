import { type Charge, charge, unpriced, whenKnown } from "../charge.ts";
import { type Fact, mapFact, Unknown } from "../fact.ts";
import type { Properties } from "../properties.ts";

/** Performance Insights: seven days of history are included, more is paid for by vCPU. */
export interface InsightsFacts {
  readonly days: Fact<number>;
  /** Database Insights in its advanced mode is charged by vCPU and hour. */
  readonly advanced: Fact<boolean>;
}

const DAYS_INCLUDED = 7;
const DAYS_PER_MONTH = 31;

/**
 * https://aws.amazon.com/rds/performance-insights/pricing: the first month of history has one price, every further
 * month another, both by vCPU and month, and a standby's vCPUs count too.
 */
export function insightsCharges(
  family: "rds" | "aurora",
  { instanceClass, multiAz }: { readonly instanceClass: Fact<string>; readonly multiAz: Fact<boolean> },
  { days, advanced }: InsightsFacts,
): readonly Charge[] {
  return [
    ...whenKnown("Performance Insights", { days }, (known) => {
      if (known.days <= DAYS_INCLUDED) return [];
      const vcpus = mapFact(instanceClass, vcpusOf);
      return whenKnown("Performance Insights", { vcpus, multiAz }, (size) => {
        const months = Math.ceil(known.days / DAYS_PER_MONTH);
        const count = size.vcpus * (size.multiAz ? 2 : 1);
        return [
          charge("Performance Insights, first month kept", `${family}.insights-first-month`, count),
          charge(
            "Performance Insights, further months kept",
            `${family}.insights-more-months`,
            count * (months - 1),
          ),
        ];
      });
    }),
    ...whenKnown("Database Insights", { advanced }, (known) =>
      known.advanced
        ? [unpriced("Database Insights: the price sheet has no price for its advanced mode")]
        : [],
    ),
  ];
}

export function readInsights(properties: Properties): InsightsFacts {
  return {
    days: mapFact(properties.flag("EnablePerformanceInsights", false), (on) =>
      on ? properties.number("PerformanceInsightsRetentionPeriod", DAYS_INCLUDED) : 0,
    ),
    advanced: mapFact(properties.text("DatabaseInsightsMode", "standard"), (mode) => mode === "advanced"),
  };
}

const BURSTABLE_SMALL = /^db\.t(3|4g)\.(micro|small|medium)$/;
const SIZED = /^db\.[a-z0-9-]+\.(\d*)(xlarge|large)$/;

/** vCPUs of a class: two for burstable ones and `large`, four for every `xlarge`. */
export function vcpusOf(instanceClass: string): Fact<number> {
  if (BURSTABLE_SMALL.test(instanceClass)) return 2;
  const [, times, size] = SIZED.exec(instanceClass) ?? [];
  if (size === "large") return 2;
  return size === "xlarge"
    ? 4 * Number(times || 1)
    : new Unknown(`we do not know the vCPUs of ${instanceClass}`);
}
