import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { designBlocked } from "../../core/artifacts/design-blocked.ts";
import { planSpec } from "../../core/artifacts/plan-spec.ts";
import { commandLine, example } from "../support/command-line.ts";
import { Process } from "../support/processes.ts";

const { ask, data, folder, type } = commandLine();

test("plan prints Atlas's plan for people, starts nothing and keeps nothing", async () => {
  const { code, stdout, stderr } = await type("plan", example("photo-archive"), "--as", "joan");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^# Plan: photo-archive in dev\n/);
  for (const part of ["## Components", "## Assumptions", "## Won't do", "read_only", "dry_run", "execute"])
    expect(stdout).toContain(part);
  expect(stdout).toMatch(/Planned for joan; identities are declared with --as, not authenticated\n$/);
  expect(existsSync(data)).toBe(false);
});

test("plan --json prints a PlanSpec, and --out writes every artifact beside it", async () => {
  const out = join(folder, "plan", "here");
  const { code, answer } = await ask<object>("plan", example("photo-archive"), "--out", out);
  expect([code, planSpec.safeParse(answer).error]).toEqual([0, undefined]);
  expect(readdirSync(out).sort()).toEqual([
    ...["cost-report.json", "cost-report.md", "diagram.mmd", "diagram.svg", "goal.json"],
    ...["plan.json", "plan.md", "risk-report.json", "risk-report.md", "subtask_queue.json"],
  ]);
  expect(JSON.parse(readFileSync(join(out, "plan.json"), "utf8"))).toEqual(answer);
});

test("a goal may come through a pipe", () => {
  const goal = JSON.stringify({ goal: "a table", environment: "dev", stack: "shop" });
  const { status, stdout } = spawnSync(process.execPath, ["bin/conductor.ts", "plan", "-"], {
    input: goal,
    encoding: "utf8",
  });
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^# Plan: shop in dev\n/)]);
});

test("a plan whose constraints clash is DesignBlocked, and exits 4", async () => {
  const asked = await ask<object>("plan", example("too-cheap"));
  expect([asked.code, designBlocked.safeParse(asked.answer).error]).toEqual([4, undefined]);
  const said = await type("plan", example("too-cheap"));
  expect([said.code, said.stderr]).toEqual([4, ""]);
  expect(said.stdout).toMatch(/^DesignBlocked: .*The smallest change that would help: allow \$\d+ a month/);
});

test("atlas plan is conductor plan, and atlas does nothing else", async () => {
  const settings = { CONDUCTOR_USER: "ada" };
  const atlas = (...args: string[]) => new Process(["bin/atlas.ts", ...args], settings).ended;
  const [planned, same, other] = await Promise.all([
    atlas("plan", example("photo-archive")),
    type("plan", example("photo-archive")),
    atlas("list"),
  ]);
  expect([planned.code, planned.out]).toEqual([0, same.stdout]);
  expect([other.code, other.complaint]).toEqual([2, expect.stringMatching(/unknown command 'list'/)]);
});
