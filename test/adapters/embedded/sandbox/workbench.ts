import { DatabaseSync } from "node:sqlite";
import { sandboxControls } from "../../../../adapters/embedded/sandbox/controls.ts";
import { sandboxCloud } from "../../../../adapters/embedded/sandbox/sandbox-cloud.ts";
import type { Pace } from "../../../../adapters/embedded/sandbox/timing.ts";
import type { Clock } from "../../../../core/clock.ts";
import type { ChangeSetDescription } from "../../../../core/cloud/change-set.ts";
import type { Cloud, CloudTarget } from "../../../../core/cloud/cloud.ts";
import type { Stack, StackEvent } from "../../../../core/cloud/stack.ts";
import type { Json } from "../../../../core/template/template.ts";

export const TARGETS = {
  dev: { environment: "dev", account: "536580886816", region: "af-south-1" },
  sit: { environment: "sit", account: "815856636111", region: "af-south-1" },
  prod: { environment: "prod", account: "093646564004", region: "af-south-1" },
} as const satisfies Record<string, CloudTarget>;

export interface SteeredClock extends Clock {
  at: number;
  pass(milliseconds: number): void;
}

/** A clock that stands still until somebody sleeps or lets time pass. */
export function steeredClock(start = Date.UTC(2026, 0, 5, 9)): SteeredClock {
  return {
    at: start,
    now() {
      return new Date(this.at);
    },
    async sleep(milliseconds) {
      this.at += milliseconds;
    },
    pass(milliseconds) {
      this.at += milliseconds;
    },
  };
}

export type Resources = Readonly<Record<string, Json>>;

export interface Submission {
  readonly stack?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** One account with everything a test does to it. */
export interface Workbench {
  readonly database: DatabaseSync;
  readonly clock: SteeredClock;
  readonly cloud: Cloud;
  readonly controls: ReturnType<typeof sandboxControls>;
  /** Makes a change set of a whole template, or of its resources. */
  plan(template: Json, submission?: Submission): Promise<ChangeSetDescription>;
  execute(changeSet: ChangeSetDescription): Promise<void>;
  /** Plans and executes; gives the events since, as `LogicalId STATUS`. */
  apply(template: Json, submission?: Submission): Promise<readonly string[]>;
  applier(stack?: string): ReturnType<Cloud["applier"]>;
  stack(name?: string): Promise<Stack>;
  events(stack?: string): Promise<readonly StackEvent[]>;
  resources(stack?: string): Promise<Readonly<Record<string, string>>>;
}

export function workbench(
  options: {
    readonly database?: DatabaseSync;
    readonly clock?: SteeredClock;
    readonly pace?: Pace;
    readonly environment?: keyof typeof TARGETS;
  } = {},
): Workbench {
  const { database = new DatabaseSync(":memory:"), clock = steeredClock(), pace = "none" } = options;
  const target = TARGETS[options.environment ?? "dev"];
  const cloud = sandboxCloud({ database, target, clock, pace });
  const controls = sandboxControls({ database, clock, pace, targets: Object.values(TARGETS) });
  const applier = (stack = "shop") => cloud.applier({ executionId: "run-1", stack, tags: {} });

  async function plan(template: Json, { stack = "shop", parameters = {}, tags = {} }: Submission = {}) {
    const made = database.prepare("SELECT count(*) AS made FROM sandbox_change_set").get();
    const name = `change-${made?.["made"]}`;
    const text = JSON.stringify(wholeTemplate(template));
    const request = { stack, name, template: text, parameters, tags, clientToken: name };
    return cloud.planner().createChangeSet(request);
  }

  async function execute({ arn, stackName, name }: ChangeSetDescription) {
    const session = { executionId: "run-1", stack: stackName, changeSetName: name, tags: {} };
    await cloud.applier(session).executeChangeSet(arn, `execute-${name}`);
  }

  return {
    database,
    clock,
    cloud,
    controls,
    plan,
    execute,
    applier,
    async apply(template, submission = {}) {
      const { stack = "shop" } = submission;
      const before = await cloud.reader().describeStack(stack);
      const last = before === undefined ? undefined : (await cloud.reader().stackEvents(stack)).at(-1);
      await execute(await plan(template, submission));
      const since = last === undefined ? {} : { after: last.eventId };
      return (await cloud.reader().stackEvents(stack, since)).map(line);
    },
    async stack(name = "shop") {
      const found = await cloud.reader().describeStack(name);
      if (found === undefined) throw new Error(`no stack ${name}`);
      return found;
    },
    events: async (stack = "shop") => cloud.reader().stackEvents(stack),
    async resources(stack = "shop") {
      const found = await cloud.reader().stackResources(stack);
      return Object.fromEntries(found.map((one) => [one.logicalId, one.physicalId]));
    },
  };
}

function wholeTemplate(template: Json): Json {
  return "Resources" in (template as object) ? template : { Resources: template };
}

/** `Topic CREATE_COMPLETE`, and the reason when asked for. */
export function line(event: StackEvent): string {
  return `${event.logicalId} ${event.status}`;
}

export function lineWithReason(event: StackEvent): string {
  return event.reason === undefined ? line(event) : `${line(event)}: ${event.reason}`;
}

export const queue = (properties: Json = {}): Json => ({ Type: "AWS::SQS::Queue", Properties: properties });
export const topic = (properties: Json = {}): Json => ({ Type: "AWS::SNS::Topic", Properties: properties });
export const bucket = (properties: Json = {}): Json => ({ Type: "AWS::S3::Bucket", Properties: properties });
export const table = (properties: Json = {}): Json => ({
  Type: "AWS::DynamoDB::Table",
  Properties: properties,
});
