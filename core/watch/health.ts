import type { Finding } from "../artifacts/validation-report.ts";
import type { Environment } from "../artifacts/vocabulary.ts";
import { list } from "../execution/executions.ts";
import { unreviewed } from "../gate/break-glass.ts";
import { lapse } from "../gate/gate.ts";
import { ofExecution, openGates } from "../gate/gates.ts";
import type { World } from "../ports.ts";
import { keys } from "../table/keys.ts";
import type { Table } from "../table/table.ts";
import { lastReport, type Seen } from "./report.ts";

/** What is delivered within seconds mostly, and within a minute by the schedule. */
const UNDELIVERED_MINUTES = 10;
/** A step takes two minutes at most; a stack operation tells of itself more often than this. */
const SILENT_HOURS = 6;
/** Other watches report every day. */
const MISSED_HOURS = 36;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Looks whether the workspace does its work: what is delivered, what goes on, what people owe it. */
export async function watchHealth(
  { table, clock }: Pick<World, "table" | "clock">,
  environment: Environment,
): Promise<Seen> {
  const now = clock.now();
  const gates = await openGates(table, environment);
  const running = (await list(table, { status: "running", limit: 200 })).executions;
  const paused = (await list(table, { status: "paused", limit: 200 })).executions;
  const findings = [
    ...(await undelivered(table, now)),
    ...gates
      .filter((gate) => lapse(gate, now).status === "expired" && late(gate.expiresAt, now))
      .map(({ id, expiresAt }) =>
        trouble("gate-overstayed", id, {
          message: `it expired at ${expiresAt} and is still open`,
          fix: "see whether the gatekeeper is called: docs/operations.md, Undelivered",
        }),
      ),
    ...(await silent(table, running, now)),
    ...(await overdueGlass(table, now)),
    ...(await missed(table, environment, now)),
  ];
  return {
    findings,
    figures: { running: running.length, paused: paused.length, gatesOpen: gates.length },
  };
}

async function undelivered(table: Table, now: Date): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [what, key] of [
    ["an effect", keys.outbox("", "")],
    ["an event", keys.announcement("", "")],
  ] as const) {
    const { items } = await table.query({ pk: key.pk, limit: 1 });
    const since = items[0]?.sk.split("#")[0];
    if (since === undefined || !late(since, now)) continue;
    findings.push(
      trouble("undelivered", "outbox", {
        message: `${what} has waited to be delivered since ${since}`,
        fix: "see why in the log of the dispatcher: docs/operations.md, Undelivered",
        severity: "error",
      }),
    );
  }
  return findings;
}

function late(since: string, now: Date): boolean {
  return now.getTime() - Date.parse(since) > UNDELIVERED_MINUTES * MINUTE_MS;
}

/** Executions that go on and tell nothing, though nobody is waited for. */
async function silent(
  table: Table,
  running: readonly { readonly id: string; readonly updatedAt: string }[],
  now: Date,
): Promise<Finding[]> {
  const quiet = running.filter(({ updatedAt }) => hoursSince(updatedAt, now) > SILENT_HOURS);
  const findings: Finding[] = [];
  for (const { id, updatedAt } of quiet) {
    const waited = (await ofExecution(table, id)).some(({ status }) => status === "open");
    if (waited) continue;
    findings.push(
      trouble("silent", id, {
        message: `it is under way, waits for nobody, and nothing has happened since ${updatedAt}`,
        fix: `look at its state machine's run, then cancel it: conductor cancel ${id}`,
      }),
    );
  }
  return findings;
}

async function overdueGlass(table: Table, now: Date): Promise<Finding[]> {
  return (await unreviewed(table))
    .filter(({ reviewBy }) => Date.parse(reviewBy) <= now.getTime())
    .map(({ gateId, by, reviewBy }) =>
      trouble("glass-unreviewed", gateId, {
        message: `${by} approved alone, and nobody has reviewed it by ${reviewBy}`,
        fix: "somebody else reads what was applied and says so at the gate",
        severity: "error",
      }),
    );
}

/** A watch that has reported before and does so no more. */
async function missed(table: Table, environment: Environment, now: Date): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const watch of ["stacks", "spending"] as const) {
    const last = await lastReport(table, watch, environment);
    if (!last || hoursSince(last.at, now) <= MISSED_HOURS) continue;
    findings.push(
      trouble("watch-missed", watch, {
        message: `it has not reported since ${last.at}`,
        fix: "see in its log why, and whether its schedule is still there",
      }),
    );
  }
  return findings;
}

function hoursSince(at: string, now: Date): number {
  return (now.getTime() - Date.parse(at)) / HOUR_MS;
}

type Told = Pick<Finding, "message" | "fix"> & Partial<Pick<Finding, "severity">>;

function trouble(rule: string, resource: string, { severity = "warning", ...told }: Told): Finding {
  return { rule, severity, resource, ...told };
}
