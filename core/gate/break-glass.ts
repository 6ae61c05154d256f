import { NamedError } from "../errors.ts";
import type { Caller } from "../principal.ts";
import { redact } from "../secrets/redact.ts";
import { atomically, type Unit } from "../table/atomically.ts";
import { keys } from "../table/keys.ts";
import type { Table } from "../table/table.ts";
import { record } from "../timeline/record.ts";
import type { Gate, Vote } from "./gate.ts";

export class GlassError extends NamedError<
  | "GlassNotBroken"
  /** Whoever broke it, or asked for the change, does not review it. */
  | "GlassOwnReview"
  | "GlassReviewed"
> {}

const REVIEW_HOURS = 24;

/** An approval that somebody gave alone in an emergency. It stays in the record for ever, and here until it is reviewed. */
export interface BrokenGlass {
  readonly gateId: string;
  readonly executionId: string;
  readonly environment: Gate["environment"];
  readonly subject: string;
  readonly requestedBy: string;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  /** Until when a second person has to have looked at it. */
  readonly reviewBy: string;
  readonly reviewedBy?: string;
  /** What people were told: that it was broken, and that nobody reviewed it in time. */
  readonly told: readonly ("broken" | "overdue")[];
}

/** Within the transaction of the vote: the mark in the record, and what is to be reviewed. */
export async function recordBroken(unit: Unit, gate: Gate, { by, at, notes }: Vote): Promise<void> {
  const { id: gateId, executionId, environment, subject, requestedBy } = gate;
  const key = keys.glass(gateId);
  await unit.get(key);
  const reviewBy = new Date(Date.parse(at) + REVIEW_HOURS * 3_600_000).toISOString();
  const reason = notes ?? "";
  const attributes: BrokenGlass = {
    gateId,
    executionId,
    environment,
    subject,
    requestedBy,
    by,
    reason,
    at,
    reviewBy,
    told: [],
  };
  unit.put({ ...key, attributes });
  await record(unit, executionId, {
    at,
    type: "gate.glass-broken",
    actor: by,
    data: { gateId, reason, reviewBy },
  });
}

/** The glass that was broken at a gate, while nobody has reviewed it. */
export async function unreviewedAt(table: Table, gateId: string): Promise<BrokenGlass | undefined> {
  const item = await table.get(keys.glass(gateId));
  const glass = item?.attributes as BrokenGlass | undefined;
  return glass?.reviewedBy === undefined ? glass : undefined;
}

/** All glass that was broken and that nobody has reviewed. It is rare: a workspace with hundreds has other troubles. */
export async function unreviewed(table: Table): Promise<readonly BrokenGlass[]> {
  const { items } = await table.query({ pk: keys.glass("").pk, limit: 500 });
  return items
    .map(({ attributes }) => attributes as unknown as BrokenGlass)
    .filter(({ reviewedBy }) => reviewedBy === undefined);
}

/**
 * A second person has looked at it, and says what they found.
 * @throws GlassError
 */
export async function reviewGlass(
  table: Table,
  { gateId, caller, notes }: { readonly gateId: string; readonly caller: Caller; readonly notes: string },
  now: Date,
): Promise<BrokenGlass> {
  return await atomically(table, async (unit) => {
    const key = keys.glass(gateId);
    const glass = await unit.get<BrokenGlass>(key);
    const who = caller.principal;
    if (!glass)
      throw new GlassError("GlassNotBroken", `nobody broke the glass at gate ${gateId.slice(0, 80)}`);
    if (glass.reviewedBy !== undefined) {
      throw new GlassError("GlassReviewed", `${glass.reviewedBy} has reviewed gate ${gateId} already`);
    }
    if (who === glass.by || who === glass.requestedBy) {
      throw new GlassError("GlassOwnReview", `${who} had a part in it, so somebody else must review it`);
    }
    const reviewed = { ...glass, reviewedBy: who };
    unit.put({ ...key, attributes: reviewed });
    await record(unit, glass.executionId, {
      at: now.toISOString(),
      type: "gate.glass-reviewed",
      actor: who,
      data: { gateId, via: caller.via, notes: redact(notes) },
    });
    return reviewed;
  });
}

/** What is due to be told of it. */
export function glassNoticeDue({ told, reviewBy }: BrokenGlass, now: Date): "broken" | "overdue" | undefined {
  if (!told.includes("broken")) return "broken";
  return now.getTime() >= Date.parse(reviewBy) && !told.includes("overdue") ? "overdue" : undefined;
}

/** Everybody was told; that nobody reviewed it in time goes into the record. */
export async function glassTold(
  table: Table,
  { gateId }: BrokenGlass,
  what: "broken" | "overdue",
  now: Date,
): Promise<void> {
  await atomically(table, async (unit) => {
    const key = keys.glass(gateId);
    const glass = await unit.get<BrokenGlass>(key);
    if (!glass || glass.told.includes(what)) return;
    unit.put({ ...key, attributes: { ...glass, told: [...glass.told, what] } });
    if (what !== "overdue") return;
    const { executionId, by, reviewBy } = glass;
    const data = { gateId, by, reviewBy };
    await record(unit, executionId, {
      at: now.toISOString(),
      type: "gate.glass-overdue",
      actor: "conductor",
      data,
    });
  });
}
