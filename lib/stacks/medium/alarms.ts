import { MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Duration } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Names } from "../../../config/environments/names.ts";
import type { EnvironmentConfig } from "../../../config/environments/schema.ts";
import { alarm } from "../../constructs/alarm-topic.ts";
import type { LaneWorkers } from "../../constructs/lane-workers.ts";
import { FUNCTIONS } from "../pipelines/functions.ts";
import { MACHINES } from "../pipelines/machines.ts";

export interface MediumAlarmsProps {
  readonly topic: ITopic;
  readonly config: EnvironmentConfig;
  readonly names: Names;
  readonly workers: readonly LaneWorkers[];
}

/** An execution's agents may work so long together before somebody is told. */
const WORKING_MINUTES = 20;
const AGENTS_DOWN = 2;

/** A metric of ours, of all functions that think or of one. */
export function ownMetric(metricName: string, service: string, statistic: string, period: Duration): Metric {
  return new Metric({
    namespace: "Conductor",
    metricName,
    dimensionsMap: { service },
    statistic,
    period,
  });
}

/** The rules of the specification: errors, cost, working time, agents that are down. Each has a runbook entry of its name. */
export function mediumAlarms(scope: Construct, { topic, config, names, workers }: MediumAlarmsProps): void {
  const minute = Duration.minutes(1);
  alarm(scope, "ErrorRate", topic, {
    metric: errorRate(names, minute),
    above: 5,
    periods: 5,
    description: "More than 5 % of executions fail; see docs/operations.md, ErrorRate",
  });
  const { usd, brake } = config.limits;
  alarm(scope, "DailyCost", topic, {
    metric: sumOf("MicroUsdSpent", Duration.days(1)),
    above: usd.daily * brake * 1_000_000,
    description: `Agents have spent more than ${brake * 100} % of a day's budget; see docs/operations.md, DailyCost`,
  });
  alarm(scope, "WorkingTime", topic, {
    metric: ownMetric("WorkingTime", "checkpoint", "Maximum", Duration.minutes(5)),
    above: WORKING_MINUTES * 60_000,
    description: `An execution's agents have worked for more than ${WORKING_MINUTES} minutes; see docs/operations.md, WorkingTime`,
  });
  alarm(scope, "AgentsDown", topic, {
    metric: new MathExpression({
      expression: workers.map((_, at) => `(desired${at} - running${at})`).join(" + "),
      label: "workers that are wanted and do not run",
      usingMetrics: Object.fromEntries(
        workers.flatMap(({ service }, at) => [
          [`desired${at}`, serviceMetric("DesiredTaskCount", names.mesh, service.serviceName, minute)],
          [`running${at}`, serviceMetric("RunningTaskCount", names.mesh, service.serviceName, minute)],
        ]),
      ),
      period: minute,
    }),
    above: AGENTS_DOWN,
    periods: 5,
    description: `More than ${AGENTS_DOWN} agents are down; see docs/operations.md, AgentsDown`,
  });
}

/** Of what machines started, in percent; nothing started is no error. */
export function errorRate(names: Names, period: Duration): MathExpression {
  const of = (metricName: string, machine: string) =>
    new Metric({
      namespace: "AWS/States",
      metricName,
      dimensionsMap: { StateMachineArn: names.arn("states", `stateMachine:${names.machine(machine)}`) },
      statistic: "Sum",
      period,
    });
  const metrics = MACHINES.flatMap((machine) => [
    [`failed_${machine}`, of("ExecutionsFailed", machine)],
    [`late_${machine}`, of("ExecutionsTimedOut", machine)],
    [`started_${machine}`, of("ExecutionsStarted", machine)],
  ]) as [string, Metric][];
  const all = (kind: string) => MACHINES.map((machine) => `${kind}_${machine}`).join(" + ");
  const started = `(${all("started")})`;
  return new MathExpression({
    expression: `IF(${started} > 0, 100 * (${all("failed")} + ${all("late")}) / ${started}, 0)`,
    label: "failed executions, %",
    usingMetrics: Object.fromEntries(metrics),
    period,
  });
}

/** What all functions that think have together. */
export function sumOf(metricName: string, period: Duration): MathExpression {
  const parts = FUNCTIONS.filter(({ thinks }) => thinks).map(({ name }) => ({
    // Unique among all that one graph shows; CloudWatch wants a small letter first.
    id: `of_${metricName}_${name}`,
    metric: ownMetric(metricName, name, "Sum", period),
  }));
  return new MathExpression({
    expression: parts.map(({ id }) => id).join(" + "),
    label: metricName,
    usingMetrics: Object.fromEntries(parts.map(({ id, metric }) => [id, metric])),
    period,
  });
}

function serviceMetric(metricName: string, cluster: string, service: string, period: Duration): Metric {
  return new Metric({
    namespace: "ECS/ContainerInsights",
    metricName,
    dimensionsMap: { ClusterName: cluster, ServiceName: service },
    statistic: "Maximum",
    period,
  });
}
