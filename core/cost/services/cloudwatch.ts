import { type Charge, charge, free, unpriced, whenKnown } from "../charge.ts";
import { type Fact, isKnown, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { timesPerMonth } from "../schedule.ts";
import { service, type Use } from "../service.ts";

export interface AlarmFacts {
  /** Metrics that the alarm watches; each is paid for. */
  readonly metrics: Fact<number>;
  /** Looks more often than once a minute. */
  readonly highResolution: Fact<boolean>;
}

/** https://aws.amazon.com/cloudwatch/pricing, alarms: by metric watched. */
export function alarmCharges({ metrics, highResolution }: AlarmFacts): readonly Charge[] {
  return whenKnown("alarm", { metrics, highResolution }, (known) => [
    charge(
      known.highResolution ? "alarm, high resolution" : "alarm",
      known.highResolution ? "cloudwatch.high-resolution-alarm" : "cloudwatch.alarm",
      known.metrics,
    ),
  ]);
}

/** An anomaly detection alarm watches a metric and the two edges of its band. */
const ANOMALY_METRICS = 3;
const MINUTE = 60;

export const alarm = service({
  type: "AWS::CloudWatch::Alarm",
  read: (properties): AlarmFacts => ({
    metrics: metricsOf(properties),
    highResolution: mapFact(properties.children("Metrics"), (metrics) =>
      isHighResolution(properties, metrics),
    ),
  }),
  charges: alarmCharges,
});

function metricsOf(properties: Properties): Fact<number> {
  if (properties.has("ThresholdMetricId")) return ANOMALY_METRICS;
  return mapFact(properties.children("Metrics"), (metrics) =>
    Math.max(1, metrics.filter((metric) => metric.has("MetricStat")).length),
  );
}

function isHighResolution(properties: Properties, metrics: readonly Properties[]): Fact<boolean> {
  const periods = [
    properties.number("Period", MINUTE),
    ...metrics.map((m) => m.number("MetricStat.Period", MINUTE)),
  ];
  return periods.some((period) => isKnown(period) && period < MINUTE);
}

export const compositeAlarm = service({
  type: "AWS::CloudWatch::CompositeAlarm",
  read: () => ({}),
  charges: () => [charge("composite alarm", "cloudwatch.composite-alarm", 1)],
});

export const dashboard = service({
  type: "AWS::CloudWatch::Dashboard",
  read: () => ({}),
  charges: () => [charge("dashboard", "cloudwatch.dashboard", 1)],
});

export const metricStream = service({
  type: "AWS::CloudWatch::MetricStream",
  read: () => ({}),
  charges: (_facts, use) => [charge("metric updates", "cloudwatch.stream-update", use("updatesPerMonth"))],
});

export interface CanaryFacts {
  readonly expression: Fact<string>;
}

/** By run; the function, the bucket and the logs of a canary are resources of their own. */
export function canaryCharges(facts: CanaryFacts, use: Use<"AWS::Synthetics::Canary">): readonly Charge[] {
  return whenKnown("runs", { expression: facts.expression }, ({ expression }) => [
    charge("runs", "cloudwatch.canary-run", timesPerMonth(expression) ?? use("runsPerMonth")),
  ]);
}

export const canary = service({
  type: "AWS::Synthetics::Canary",
  read: (properties) => ({ expression: properties.text("Schedule.Expression") }),
  charges: canaryCharges,
});

/** Alarms that target tracking makes for itself: one to grow, one to shrink. */
const TRACKING_ALARMS = 2;

export interface ScalingPolicyFacts {
  readonly tracksTarget: Fact<boolean>;
  readonly predictive: Fact<boolean>;
}

/** A scaling policy is free, its alarms are not (https://aws.amazon.com/autoscaling/pricing). */
export function scalingPolicyCharges({ tracksTarget, predictive }: ScalingPolicyFacts): readonly Charge[] {
  return whenKnown("alarms", { tracksTarget, predictive }, (known) => {
    if (known.predictive) return [unpriced("predictive scaling: how many metrics it adds is not known")];
    if (!known.tracksTarget)
      return [free("a scaling policy is free, and its alarms are resources of their own")];
    return [charge("alarms that follow the target", "cloudwatch.alarm", TRACKING_ALARMS)];
  });
}

function readScalingPolicy(properties: Properties): ScalingPolicyFacts {
  const kind = properties.text("PolicyType", "");
  return {
    tracksTarget: mapFact(kind, (name) => name === "TargetTrackingScaling"),
    predictive: mapFact(kind, (name) => name === "PredictiveScaling"),
  };
}

export const applicationScalingPolicy = service({
  type: "AWS::ApplicationAutoScaling::ScalingPolicy",
  read: readScalingPolicy,
  charges: scalingPolicyCharges,
});

export const machineScalingPolicy = service({
  type: "AWS::AutoScaling::ScalingPolicy",
  read: readScalingPolicy,
  charges: scalingPolicyCharges,
});
