import {
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  SingleValueWidget,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Names } from "../../../config/environments/names.ts";
import type { EnvironmentConfig } from "../../../config/environments/schema.ts";
import type { LaneWorkers } from "../../constructs/lane-workers.ts";
import { errorRate, ownMetric, sumOf } from "./alarms.ts";

export interface MeshDashboardProps {
  readonly config: EnvironmentConfig;
  readonly names: Names;
  readonly workers: readonly LaneWorkers[];
}

/** What an operator looks at first: is it going, what does it cost, who is waited for. */
export class MeshDashboard extends Construct {
  constructor(scope: Construct, id: string, { config, names, workers }: MeshDashboardProps) {
    super(scope, id);
    const dashboard = new Dashboard(this, "Dashboard", {
      dashboardName: names.mesh,
      defaultInterval: Duration.days(1),
    });
    const five = Duration.minutes(5);
    const graph = (title: string, ...left: IMetric[]) => new GraphWidget({ title, left, width: 12 });
    const depth = workers.map(({ tasks }) =>
      tasks.queue.metricApproximateNumberOfMessagesVisible({ period: five }),
    );
    const { usd, brake } = config.limits;
    dashboard.addWidgets(
      new TextWidget({
        markdown: `# ${names.mesh}\nAccount ${config.account}, ${config.region}. What to do when an alarm goes off: docs/operations.md`,
        width: 24,
        height: 2,
      }),
    );
    dashboard.addWidgets(
      new SingleValueWidget({
        title: "Today",
        metrics: [sumOf("TokensSpent", Duration.days(1)), sumOf("MicroUsdSpent", Duration.days(1))],
        width: 12,
      }),
      graph("Failed executions, %", errorRate(names, five)),
    );
    dashboard.addWidgets(
      graph("Tasks that wait, by lane", ...depth),
      graph("Heartbeat: calls of the dispatcher", ownMetric("Calls", "dispatcher", "Sum", five)),
    );
    dashboard.addWidgets(
      new GraphWidget({
        title: "Spent on models in a day, millionths of a dollar",
        left: [sumOf("MicroUsdSpent", Duration.days(1))],
        leftAnnotations: [{ value: usd.daily * brake * 1_000_000, label: `${brake * 100} % of the day` }],
        width: 12,
      }),
      graph("Tokens", sumOf("TokensSpent", five)),
    );
    dashboard.addWidgets(
      graph("How long gates waited, seconds", searched("GateWaiting", "Maximum")),
      graph(
        "How changes ended",
        ...["Applied", "Recovered", "NotApplied"].map((name) => ownMetric(name, "registrar", "Sum", five)),
      ),
    );
  }
}

/** A metric of whichever functions have it. */
function searched(metricName: string, statistic: string): MathExpression {
  const expression = `SEARCH('{Conductor,service} MetricName="${metricName}"', '${statistic}', 300)`;
  return new MathExpression({ expression, label: "", usingMetrics: {} });
}
