import { type Charge, charge, whenKnown } from "../charge.ts";
import type { Fact } from "../fact.ts";
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
