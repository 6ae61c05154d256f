import type { EnvironmentConfig } from "./schema.ts";

type Place = Pick<EnvironmentConfig, "environment" | "account" | "region">;

/**
 * What everything in one environment's account is called. Stacks find each other's resources by these names, so that
 * no export ties one stack's update to another's.
 */
export function namesOf({ environment, account, region }: Place) {
  const mesh = `agent-mesh-${environment}`;
  return {
    mesh,
    account,
    region,
    stack: (name: StackName) => `${mesh}-${name}`,
    table: `${mesh}-kv`,
    // The names of buckets are everybody's; an account's number makes them ours.
    artifacts: `${mesh}-artifacts-${account}`,
    timeline: `${mesh}-timeline-${account}`,
    bus: mesh,
    queue: `${mesh}-subtasks`,
    laneQueue: (lane: string) => `${mesh}-subtasks-${lane.replace("_", "-")}`,
    machine: (name: string) => `${mesh}-${name}`,
    function: (name: string) => `${mesh}-${name}`,
    /** The role of one function in one lane; what it runs as is proven by this name. */
    functionRole: (lane: string, name: string) => `${mesh}-${lane.replace("_", "-")}-${name}`,
    role: (name: string) => `${mesh}-${name}`,
    boundary: `${mesh}-boundary`,
    secret: (name: "signing-key" | "slack") => `${mesh}/${name}`,
    /** Before the region's own domain of sign-in pages, where names are everybody's. */
    signInPages: `${mesh}-${account}`,
    /** What SES is told of each mail. */
    mailSet: mesh,
    /** Where a stack leaves what only CloudFormation knows, for the others to look up as they are deployed. */
    parameter: (name: string) => `/${mesh}/${name}`,
    alarmTopic: `${mesh}-alarms`,
    arn: (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`,
    iamArn: (resource: string) => `arn:aws:iam::${account}:${resource}`,
  } as const;
}

export type Names = ReturnType<typeof namesOf>;

export type StackName = "budget" | "small" | "medium" | "large" | "pipelines";
