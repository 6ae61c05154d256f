import { MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Names } from "../../../config/environments/names.ts";
import type { EnvironmentConfig } from "../../../config/environments/schema.ts";
import { alarm, orNone } from "../../constructs/alarm-topic.ts";
import { SENTINEL_RULES } from "./functions.ts";
import { capitalised, type MeshFunctions } from "./mesh-functions.ts";
import type { Permissions } from "./permissions.ts";
import { Schedule } from "./schedule.ts";

export interface WatchesProps {
  readonly config: EnvironmentConfig;
  readonly names: Names;
  readonly permissions: Permissions;
  readonly functions: MeshFunctions;
  readonly topic: ITopic;
}

/** The functions that look by the clock, once a day each, by the hour that configuration has for them. */
export const WATCHES = [
  { name: "health-watch", watch: "health", looks: false },
  { name: "stack-watch", watch: "stacks", looks: true },
  { name: "spending-watch", watch: "spending", looks: false },
] as const;

/** Watches over the workspace, its stacks and its spending, and an alarm that tells when one found something. */
export class Watches extends Construct {
  constructor(scope: Construct, id: string, { config, names, permissions, functions, topic }: WatchesProps) {
    super(scope, id);
    const { timezone, watchHours } = config;
    for (const { name, watch, looks } of WATCHES) {
      const lambda = functions.add({
        name,
        lane: "read_only",
        description: `Looks every day: ${watch}`,
        statements: [
          ...permissions.watching({ looks }),
          ...(watch === "spending" ? [permissions.readingTheBill()] : []),
        ],
        environment: { AGENT_MESH_ANCHORS_BUCKET: names.timeline },
        timeoutSeconds: 900,
        // It carries the rules that templates are judged by, and the program that reads them.
        ...(watch === "stacks" && { files: SENTINEL_RULES, memoryMb: 1_024 }),
      });
      const every = { dayAt: watchHours[watch], timezone };
      new Schedule(this, capitalised(name), { names, every, lambda });
    }
    alarm(this, "WatchTroubles", topic, {
      metric: troubles(),
      above: 0,
      description: "A watch has found something to see to; see docs/operations.md, WatchTroubles",
    });
  }
}

function troubles(): MathExpression {
  const period = Duration.hours(1);
  const metrics = WATCHES.map(({ name, watch }) => [
    watch,
    new Metric({
      namespace: "Conductor",
      metricName: "Troubles",
      dimensionsMap: { service: name },
      statistic: "Maximum",
      period,
    }),
  ]);
  return new MathExpression({
    expression: `MAX([${WATCHES.map(({ watch }) => orNone(watch)).join(", ")}])`,
    label: "what a watch found",
    usingMetrics: Object.fromEntries(metrics) as Record<string, Metric>,
    period,
  });
}
