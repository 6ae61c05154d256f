import { type Charge, charge, free, unpriced, whenKnown } from "../charge.ts";
import { type Fact, isKnown, mapFact } from "../fact.ts";
import type { Properties } from "../properties.ts";
import { timesPerMonth } from "../schedule.ts";
import { service, type Use } from "../service.ts";

/** https://aws.amazon.com/eventbridge/pricing: AWS's own events are free, ours are counted in chunks of 64 KB. */
export const eventBus = service({
  type: "AWS::Events::EventBus",
  read: () => ({}),
  charges: (_facts, use) => [charge("custom events", "events.custom", use("eventsPerMonth"))],
});

export interface ArchiveFacts {
  /** 0 keeps events for ever. */
  readonly retentionDays: Fact<number>;
}

/** What an archive without an end holds after its first year. */
const MONTHS_KEPT_FOR_EVER = 12;

export function archiveCharges(facts: ArchiveFacts, use: Use<"AWS::Events::Archive">): readonly Charge[] {
  return whenKnown("archive", { days: facts.retentionDays }, ({ days }) => {
    const months = days === 0 ? MONTHS_KEPT_FOR_EVER : Math.min(days / (365 / 12), MONTHS_KEPT_FOR_EVER);
    const gbPerMonth = use("archivedGbPerMonth");
    return [
      charge("events archived", "events.archived", gbPerMonth),
      charge("archive storage", "events.archive-stored", gbPerMonth * months),
    ];
  });
}

export const archive = service({
  type: "AWS::Events::Archive",
  read: (properties) => ({ retentionDays: properties.number("RetentionDays", 0) }),
  charges: archiveCharges,
});

/** Rules are free, and so are AWS's own events and schedules; the tasks that a rule starts are not. */
export const rule = service({
  type: "AWS::Events::Rule",
  read: (properties) => ({
    startsTasks: mapFact(properties.children("Targets"), (targets) =>
      targets.some((target) => target.has("EcsParameters") || target.has("BatchParameters")),
    ),
  }),
  charges: ({ startsTasks }) =>
    whenKnown("targets", { startsTasks }, (known) => [
      known.startsTasks ? startedTasks() : free("rules, and the schedules among them, are free"),
    ]),
});

function startedTasks(): Charge {
  return unpriced("tasks it starts: how long they run is not known");
}

export interface ScheduleFacts {
  readonly expression: Fact<string>;
  readonly disabled: Fact<boolean>;
  readonly startsTasks: boolean;
}

/** https://aws.amazon.com/eventbridge/pricing, Scheduler: by invocation; the first 14 million a month are not taken off. */
export function scheduleCharges(
  facts: ScheduleFacts,
  use: Use<"AWS::Scheduler::Schedule">,
): readonly Charge[] {
  const times = isKnown(facts.expression) ? timesPerMonth(facts.expression) : undefined;
  return [
    ...whenKnown("invocations", { disabled: facts.disabled }, ({ disabled }) => [
      charge("invocations", "scheduler.invocation", disabled ? 0 : (times ?? use("invocationsPerMonth"))),
    ]),
    ...(facts.startsTasks ? [startedTasks()] : []),
  ];
}

export const schedule = service({
  type: "AWS::Scheduler::Schedule",
  read: (properties) => ({
    expression: properties.text("ScheduleExpression"),
    disabled: isState(properties, "State", "DISABLED"),
    startsTasks: properties.has("Target.EcsParameters"),
  }),
  charges: scheduleCharges,
});

function isState(properties: Properties, path: string, state: string): Fact<boolean> {
  return mapFact(properties.text(path, ""), (found) => found === state);
}

export const pipe = service({
  type: "AWS::Pipes::Pipe",
  read: (properties) => ({ stopped: isState(properties, "DesiredState", "STOPPED") }),
  charges: ({ stopped }, use) =>
    whenKnown("requests", { stopped }, (known) => [
      charge("requests", "events.pipe", known.stopped ? 0 : use("requestsPerMonth")),
    ]),
});

export const apiDestination = service({
  type: "AWS::Events::ApiDestination",
  read: () => ({}),
  charges: (_facts, use) => [charge("calls", "events.destination", use("callsPerMonth"))],
});
