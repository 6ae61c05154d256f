import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Names } from "../../../config/environments/names.ts";
import { kebab } from "../../constructs/alarm-topic.ts";

export interface ScheduleProps {
  readonly names: Names;
  /** Minutes between two calls, or an hour of each day in a time zone. */
  readonly every: { readonly minutes: number } | { readonly dayAt: number; readonly timezone: string };
  readonly lambda: IFunction;
}

/** Calls one function by the clock, and may do nothing else. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { names, every, lambda }: ScheduleProps) {
    super(scope, id);
    const role = new Role(this, "Role", {
      roleName: names.role(`schedule-${kebab(id)}`),
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [lambda.functionArn] }),
    );
    new CfnSchedule(this, "Schedule", {
      name: names.role(kebab(id)),
      ...expressionOf(every),
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: lambda.functionArn,
        roleArn: role.roleArn,
        input: "{}",
        // What comes every minute comes again by itself; what comes once a day is tried again.
        retryPolicy: { maximumRetryAttempts: "minutes" in every ? 0 : 3 },
      },
    });
  }
}

function expressionOf(every: ScheduleProps["every"]) {
  if ("dayAt" in every)
    return {
      scheduleExpression: `cron(0 ${every.dayAt} * * ? *)`,
      scheduleExpressionTimezone: every.timezone,
    };
  const { minutes } = every;
  return { scheduleExpression: `rate(${minutes} minute${minutes === 1 ? "" : "s"})` };
}
