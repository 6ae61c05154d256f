import { expect, test } from "vitest";
import { gateById } from "../../core/gate/gates.ts";
import { waiting, waitingWithDossier } from "../api/scene.ts";
import { TestConsole } from "../support/console.ts";

const APPROVER = ["approver:dev"];

async function atTheGate() {
  const console = new TestConsole();
  const { world } = console.home;
  const { gate } = await waitingWithDossier(world);
  const grace = await console.browser("grace", APPROVER);
  const decide = (fields: Readonly<Record<string, string>>) =>
    grace.post("/gates/gate_dev", { digest: gate.digest, ...fields });
  return { world, grace, decide };
}

test("the form takes conditions, and the page says what the approval depends on", async () => {
  const { world, grace, decide } = await atTheGate();
  expect((await grace.get("/gates/gate_dev")).text).toContain("Approve under conditions");
  const soon = new Date(world.clock.now().getTime() + 20 * 60_000).toISOString().slice(0, 16);
  const { status } = await decide({
    decision: "approve",
    max_resources: "3",
    max_monthly_cost_usd: "",
    no_replacement: "1",
    not_before: soon,
  });
  expect(status).toBe(303);
  expect((await gateById(world.table, "gate_dev")).votes).toMatchObject([
    {
      conditions: [
        { kind: "max_resources", value: 3 },
        { kind: "not_before", value: `${soon}:00Z` },
        { kind: "no_replacement" },
      ],
    },
  ]);
  const { text } = await grace.get("/gates/gate_dev");
  for (const said of [
    "Applied only if",
    "at most 3 resources change",
    `applied from ${soon.replace("T", " ")} UTC on`,
  ])
    expect(text).toContain(said);
});

test.each([
  [{ max_resources: "0" }, "the condition that at most 0 resources change does not hold: 1 change"],
  [{ max_resources: "a few" }, "conditions: [0]"],
  [{ not_before: "2099-01-01T00:00" }, "nothing could be applied"],
])("a refused condition decides nothing and stays in the form: %j", async (fields, said) => {
  const { world, decide } = await atTheGate();
  const { status, text } = await decide({ decision: "approve", notes: "as agreed", ...fields });
  expect([status >= 400, status < 500]).toEqual([true, true]);
  for (const part of [
    said,
    `value="${Object.values(fields)[0]}"`,
    ">as agreed</textarea>",
    'id="conditions" open',
  ])
    expect(text).toContain(part);
  expect((await gateById(world.table, "gate_dev")).votes).toEqual([]);
});

test("a rejection leaves out what was entered for an approval", async () => {
  const { world, decide } = await atTheGate();
  expect((await decide({ decision: "reject", notes: "no", max_resources: "0" })).status).toBe(303);
  expect((await gateById(world.table, "gate_dev")).votes[0]).not.toHaveProperty("conditions");
});

test("a gate that approves no change offers none", async () => {
  const console = new TestConsole();
  await waiting(console.home.world, "dev");
  const grace = await console.browser("grace", APPROVER);
  expect((await grace.get("/gates/gate_dev")).text).not.toContain("Approve under conditions");
});
