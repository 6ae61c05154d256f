import { type IMetric, MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Duration } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Names } from "../../../config/environments/names.ts";
import type { EnvironmentConfig } from "../../../config/environments/schema.ts";
import { alarm, orNone } from "../../constructs/alarm-topic.ts";
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
    // Five minutes at once: an execution begins and ends in different ones.
    metric: errorRate(names, Duration.minutes(5)),
    above: 5,
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
      expression: workers
        .map((_, at) => `(${orNone(`desired${at}`)} - ${orNone(`running${at}`)})`)
        .join(" + "),
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
  laneAlarms(scope, topic, workers);
}

/** Container Insights tells of a service only while something of it runs: that none does shows in what waits. */
function laneAlarms(scope: Construct, topic: ITopic, workers: readonly LaneWorkers[]): void {
  const period = Duration.minutes(5);
  const worst = (label: string, metrics: readonly IMetric[]) =>
    new MathExpression({
      expression: `MAX([${metrics.map((_, at) => orNone(`lane${at}`)).join(", ")}])`,
      label,
      usingMetrics: Object.fromEntries(metrics.map((metric, at) => [`lane${at}`, metric])),
      period,
    });
  alarm(scope, "AgentTasksWaiting", topic, {
    metric: worst(
      "seconds that an agent's task has waited",
      workers.map(({ tasks }) => tasks.queue.metricApproximateAgeOfOldestMessage({ period })),
    ),
    above: 1_800,
    periods: 2,
    description: "An agent's task has waited for half an hour; see docs/operations.md, AgentTasksWaiting",
  });
  alarm(scope, "AgentTasksFailed", topic, {
    metric: worst(
      "agents' tasks that failed too often",
      workers.map(({ tasks }) => tasks.deadLetters.metricApproximateNumberOfMessagesVisible({ period })),
    ),
    above: 0,
    description: "Agents' tasks failed too often; see docs/operations.md, AgentTasksFailed",
  });
}

/** Of the executions that ended, in percent, those that something broke; and machines that ended without saying how. */
export function errorRate(names: Names, period: Duration): MathExpression {
  const lost = MACHINES.flatMap((machine) =>
    ["ExecutionsFailed", "ExecutionsTimedOut"].map((metricName) => [
      `${metricName}_${machine}`.toLowerCase(),
      new Metric({
        namespace: "AWS/States",
        metricName,
        dimensionsMap: { StateMachineArn: names.arn("states", `stateMachine:${names.machine(machine)}`) },
        statistic: "Sum",
        period,
      }),
    ]),
  ) as [string, Metric][];
  const ended = ["Applied", "Recovered", "NotApplied"].map(
    (name) => [name.toLowerCase(), ownMetric(name, "registrar", "Sum", period)] as const,
  );
  const metrics = [...lost, ...ended, ["broken", ownMetric("Broken", "registrar", "Sum", period)] as const];
  const sum = (parts: readonly (readonly [string, Metric])[]) => parts.map(([id]) => orNone(id)).join(" + ");
  const [bad, all] = [`(${orNone("broken")} + ${sum(lost)})`, `(${sum(ended)} + ${sum(lost)})`];
  return new MathExpression({
    expression: `IF(${all} > 0, 100 * ${bad} / ${all}, 0)`,
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
    expression: parts.map(({ id }) => orNone(id)).join(" + "),
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
