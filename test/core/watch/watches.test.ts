import { describe, expect, test } from "vitest";
import { runDueWatches, runWatch } from "../../../bin/home/watches.ts";
import { ENVIRONMENTS } from "../../../config/environments/index.ts";
import { parseInput } from "../../../core/artifacts/parse.ts";
import { store } from "../../../core/execution/executions.ts";
import { castVote } from "../../../core/gate/gates.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { keys } from "../../../core/table/keys.ts";
import { auditWorkspace } from "../../../core/timeline/audit.ts";
import { watchHealth } from "../../../core/watch/health.ts";
import { fileReport, lastReport, watchReport } from "../../../core/watch/report.ts";
import { isDue } from "../../../core/watch/schedule.ts";
import { type BilledDay, watchSpending } from "../../../core/watch/spending.ts";
import { recordFindings } from "../../../core/watch/stacks.ts";
import { waiting } from "../../api/scene.ts";
import { TestClock } from "../../support/clock.ts";
import { example, Pipeline } from "../../support/pipeline.ts";
import { anExecution, DIGEST } from "../../support/records.ts";
import { person, testHome } from "../../support/workspace.ts";

const HOUR = 3_600_000;

function scene() {
  const clock = new TestClock();
  const home = testHome({ clock });
  return { clock, home, world: home.world };
}

const rulesOf = (report: { readonly findings: readonly { readonly rule: string }[] }) =>
  report.findings.map(({ rule }) => rule).toSorted();

describe("the watch over health", () => {
  test("finds nothing in a workspace that does its work", async () => {
    const { world } = scene();
    await waiting(world);
    expect(await watchHealth(world, "dev")).toEqual({
      findings: [],
      figures: { running: 1, paused: 0, gatesOpen: 1 },
    });
  });

  test("finds what is not delivered, and only when it has waited long", async () => {
    const { world, clock } = scene();
    const at = clock.now().toISOString();
    await atomically(world.table, async (unit) => {
      unit.put({ ...keys.outbox(at, "effect"), attributes: { kind: "start" } });
      unit.put({ ...keys.announcement(at, "event"), attributes: {} });
    });
    expect(rulesOf(await watchHealth(world, "dev"))).toEqual([]);
    clock.advance(11 * 60_000);
    expect(rulesOf(await watchHealth(world, "dev"))).toEqual(["undelivered", "undelivered"]);
  });

  test("finds an execution that tells nothing, but not one that waits for people", async () => {
    const { world, clock } = scene();
    await waiting(world, "dev", { gate: { expiresAt: "2027-01-01T00:00:00.000Z" } });
    const at = clock.now().toISOString();
    const silent = anExecution({ id: "exec_silent", status: "running", createdAt: at, updatedAt: at });
    await atomically(world.table, async (unit) => store(unit, silent));
    clock.advance(6 * HOUR + 1);
    const { findings } = await watchHealth(world, "dev");
    expect(findings.filter(({ rule }) => rule === "silent")).toMatchObject([{ resource: "exec_silent" }]);
  });

  test("finds a gate that is open beyond its time, and glass that nobody looked at", async () => {
    const { world, clock } = scene();
    await waiting(world, "dev", { gate: { requiredApprovals: 2 } });
    const vote = {
      gateId: "gate_dev",
      decision: "approve",
      digest: DIGEST,
      notes: "the site is down",
    } as const;
    await waiting(world, "sit");
    await castVote(world.table, { ...vote, caller: person("root"), breakGlass: true }, clock.now());
    clock.advance(25 * HOUR);
    expect(rulesOf(await watchHealth(world, "dev"))).toContain("glass-unreviewed");
    expect(rulesOf(await watchHealth(world, "sit"))).toContain("gate-overstayed");
  });

  test("finds a watch that does not come any more", async () => {
    const { world, clock } = scene();
    const at = clock.now().toISOString();
    await fileReport(world, { watch: "stacks", environment: "dev", at, findings: [], figures: {} });
    clock.advance(37 * HOUR);
    expect((await watchHealth(world, "dev")).findings).toMatchObject([
      { rule: "watch-missed", resource: "stacks" },
    ]);
    expect(rulesOf(await watchHealth(world, "sit"))).toEqual([]);
  });
});

describe("the watch over stacks", () => {
  test("finds what was changed and deleted behind a stack's back, and what it does not find it does not say", async () => {
    const pipeline = new Pipeline();
    await pipeline.carryOut(example("photo-archive"));
    const quiet = await runWatch(pipeline.home, "stacks", "dev");
    expect(quiet.findings.filter(({ severity }) => severity !== "info")).toEqual([]);
    expect(quiet.figures).toMatchObject({ stacks: 1, recordFaults: 0 });

    const stack = { environment: "dev", stack: "photo-archive" } as const;
    const [table] = (await pipeline.world.cloud("dev").reader().stackResources("photo-archive")).filter(
      ({ type }) => type === "AWS::DynamoDB::Table",
    );
    pipeline.controls.drift({
      ...stack,
      resource: table!.logicalId,
      property: "BillingMode",
      value: "PROVISIONED",
    });
    const { findings } = await runWatch(pipeline.home, "stacks", "dev");
    expect(findings.filter(({ rule }) => rule === "drifted")).toMatchObject([
      { severity: "warning", resource: `photo-archive/${table!.logicalId}` },
    ]);
    expect((await runWatch(pipeline.home, "stacks", "prod")).figures).toMatchObject({ stacks: 0 });
  });

  test("says of a record that is not what was written, and of one too long to be checked", async () => {
    const { home } = scene();
    await waiting(home.world);
    const { changes } = home.directory.database
      .prepare("DELETE FROM item WHERE pk = 'CHAIN#exec_dev' AND sk LIKE 'EVENT#%1'")
      .run();
    expect(changes).toBeGreaterThan(0);
    const found = await runWatch(home, "stacks", "dev");
    expect(found.findings[0]).toMatchObject({ severity: "error", rule: expect.stringMatching(/^record-/) });
    const reason = new DOMException("late", "TimeoutError");
    const late = await recordFindings(() => auditWorkspace(home, AbortSignal.abort(reason)));
    expect(rulesOf(late)).toEqual(["record-unchecked"]);
    await expect(recordFindings(() => Promise.reject(new Error("no table")))).rejects.toThrow("no table");
  });
});

describe("the watch over spending", () => {
  const days = (...usd: number[]): BilledDay[] =>
    usd.map((amount, at) => ({
      day: new Date(Date.parse("2026-01-05") - (usd.length - at) * 24 * HOUR).toISOString().slice(0, 10),
      usd: amount,
      byService: [{ service: "Amazon RDS", usd: amount }],
    }));

  const look = async (billed: readonly BilledDay[], monthlyBudgetUsd = 100) => {
    const { world } = scene();
    const bill = { daily: async () => billed };
    return await watchSpending({ world, environment: "dev", monthlyBudgetUsd, bill });
  };

  test("says what agents spent yesterday, and that it is over the line", async () => {
    const { world } = scene();
    const { limits } = ENVIRONMENTS.dev;
    const cap = { tokens: limits.tokens.daily, milliseconds: 1, microUsd: limits.usd.daily * 1_000_000 };
    const left = { ...cap, microUsd: cap.microUsd * 0.19 };
    await atomically(world.table, async (unit) =>
      unit.put({ ...keys.counters("day#2026-01-04"), attributes: { cap, remaining: left, promised: cap } }),
    );
    const seen = await watchSpending({ world, environment: "dev", monthlyBudgetUsd: 100 });
    expect(seen.figures).toEqual({ agentsUsd: limits.usd.daily * 0.81, agentsTokens: 0 });
    expect(seen.findings).toMatchObject([{ rule: "over-the-line", resource: "Agents' dollars" }]);
  });

  test("holds the month's bill against its budget", async () => {
    const quiet = await look(days(10, 10, 10, 10));
    expect(quiet.findings).toEqual([]);
    // Of January; 31 days of 10 dollars.
    expect(quiet.figures).toMatchObject({ billUsdThisMonth: 40, billForecastUsd: 310, billUsdYesterday: 10 });
    expect((await look(days(20, 21, 20, 20))).findings).toMatchObject([{ severity: "warning" }]);
    expect((await look(days(30, 30, 30, 30))).findings).toMatchObject([{ severity: "error" }]);
  });

  test("finds a day that stands out among those before it, and what made the difference", async () => {
    const usual = Array.from({ length: 14 }, () => 10);
    expect((await look(days(...usual, 16), 1_000)).findings).toMatchObject([
      { rule: "cost-stands-out", message: expect.stringContaining("Amazon RDS $6 more") },
    ]);
    expect((await look(days(...usual, 15), 1_000)).findings).toEqual([]);
    expect((await look(days(...usual.map(() => 1), 5), 1_000)).findings).toEqual([]);
    expect((await look(days(10, 16), 1_000)).findings).toEqual([]);
  });
});

describe("a report", () => {
  test("is an artifact, is found by its watch and stands in the record", async () => {
    const { world, home } = scene();
    const report = { watch: "health", environment: "dev", findings: [], figures: { running: 0 } } as const;
    for (const at of ["2026-01-05T09:00:00.000Z", "2026-01-06T09:00:00.000Z"])
      await fileReport(world, { ...report, figures: { ...report.figures }, findings: [], at });
    const last = await lastReport(world.table, "health", "dev");
    expect(last).toMatchObject({ at: "2026-01-06T09:00:00.000Z", troubles: 0 });
    const text = new TextDecoder().decode(await world.artifacts.get(last?.sha256 ?? ""));
    expect(parseInput(watchReport, JSON.parse(text), "it").at).toBe(last?.at);
    expect(await lastReport(world.table, "health", "sit")).toBeUndefined();
    expect(await auditWorkspace(home)).toMatchObject({ faults: [], events: 2 });
  });
});

describe("the hour of a watch", () => {
  const at = (text: string) => new Date(`2026-01-${text}:00.000Z`);

  test.each([
    ["05T10:00", "05T11:00", false],
    ["05T08:59", "05T09:00", true],
    ["05T09:00", "06T08:59", false],
    ["05T09:00", "06T09:00", true],
    ["01T09:00", "06T03:00", true],
  ])("having looked at %s, whether it is time at %s", (since, now, due) => {
    // Two hours before Greenwich: it is nine in the morning at seven there.
    const twoHoursBefore = (date: Date) => new Date(date.getTime() - 2 * HOUR);
    const time = { hour: 9, timezone: "Africa/Johannesburg" };
    expect(isDue(time, twoHoursBefore(at(since)), twoHoursBefore(at(now)))).toBe(due);
    expect(isDue({ hour: 9, timezone: "UTC" }, at(since), at(now))).toBe(due);
  });

  test("each looks once a day on one machine, and not at once in a new workspace", async () => {
    const { home, clock, world } = scene();
    const began = clock.now();
    await runDueWatches(home, began);
    expect(await lastReport(world.table, "health", "dev")).toBeUndefined();
    clock.advance(24 * HOUR);
    await runDueWatches(home, began);
    await runDueWatches(home, began);
    for (const watch of ["health", "stacks", "spending"] as const)
      for (const environment of ["dev", "sit", "prod"]) {
        const { items } = await world.table.query({
          pk: keys.watchReport(watch, environment, "").pk,
          limit: 10,
        });
        expect(items).toHaveLength(1);
      }
  });
});
