import { describe, expect, test } from "vitest";
import { gateById } from "../../core/gate/gates.ts";
import { StepUpError } from "../../core/identity/step-up.ts";
import { type Sending, TestApi } from "../support/api.ts";
import { toldOf, waiting, waitingWithDossier } from "./scene.ts";

const GATE = "/api/conductor/gates/gate_dev";
const GRACE: Sending = { as: "grace", grants: ["approver:dev"] };

async function apiWithGate(gate: NonNullable<Parameters<typeof waiting>[2]>["gate"] = {}) {
  const api = await TestApi.on();
  await waiting(api.home.world, "dev", { gate });
  return api;
}

test("a decision is the caller's, and takes effect once", async () => {
  const api = await apiWithGate();
  const body = { decision: "approve", reviewer: "grace", notes: "fine", conditions: [] };
  const { status, body: gate } = await api.post(`${GATE}/approve`, { ...GRACE, body });
  expect(status).toBe(200);
  expect(gate).toMatchObject({ status: "approved", approvedBy: ["grace"], critical: false });
  const again = await api.post(`${GATE}/approve`, { ...GRACE, body });
  expect([again.status, again.body.name]).toEqual([409, "GateAlreadyDecided"]);
  const events = await toldOf(api.home.world, "exec_dev");
  const decided = events.filter(({ type }) => type === "gate.decided");
  expect(decided).toMatchObject([{ actor: "grace", data: { via: "api", authenticated: true } }]);
});

test("a decision that is sent again under its key is answered as the first time", async () => {
  const api = await apiWithGate();
  const sending = { ...GRACE, headers: { "idempotency-key": "decision-1" } };
  const first = await api.post(`${GATE}/approve`, sending);
  const second = await api.post(`${GATE}/approve`, sending);
  expect([first.status, second.status, second.text]).toEqual([200, 200, first.text]);
});

test("a body that names somebody else as the reviewer decides nothing", async () => {
  const api = await apiWithGate();
  const { status, body } = await api.post(`${GATE}/approve`, { ...GRACE, body: { reviewer: "linus" } });
  expect([status, body.name]).toEqual([422, "ReviewerIsCaller"]);
  expect((await gateById(api.home.world.table, "gate_dev")).votes).toEqual([]);
});

describe("conditions of an approval", () => {
  const approveIf = async (conditions: unknown, path = "approve") => {
    const api = await TestApi.on();
    await waitingWithDossier(api.home.world);
    const answer = await api.post(`${GATE}/${path}`, { ...GRACE, body: { notes: "fine", conditions } });
    return { ...answer, votes: (await gateById(api.home.world.table, "gate_dev")).votes, api };
  };

  test("are stored with the vote, shown with the gate and kept in the record", async () => {
    const conditions = [{ kind: "max_resources", value: 3 }, { kind: "no_replacement" }];
    const { status, body, votes, api } = await approveIf(conditions);
    expect([status, body.status, body.conditions]).toEqual([200, "approved", conditions]);
    expect(votes).toMatchObject([{ conditions }]);
    const told = await toldOf(api.home.world, "exec_dev");
    expect(told.find(({ type }) => type === "gate.decided")?.data).toMatchObject({ conditions });
  });

  test.each([
    ["that nobody can check", ["at night"], 400, "InvalidInput"],
    ["of no known kind", [{ kind: "at_night" }], 400, "InvalidInput"],
    ["with more than they take", [{ kind: "no_removal", value: 1 }], 400, "InvalidInput"],
    ["that the change is outside of already", [{ kind: "max_resources", value: 0 }], 422, "ConditionUnmet"],
    ["whose time is over", [{ kind: "not_after", value: "2020-01-01T00:00:00Z" }], 422, "ConditionUnmet"],
    [
      "whose time comes after the gate's",
      [{ kind: "not_before", value: "2099-01-01T00:00:00Z" }],
      422,
      "ConditionImpossible",
    ],
  ])("%s are refused, and nothing is decided", async (_which, conditions, status, name) => {
    const refused = await approveIf(conditions);
    expect([refused.status, refused.body.name, refused.votes]).toEqual([status, name, []]);
  });

  test("of a rejection are refused", async () => {
    const refused = await approveIf([{ kind: "no_removal" }], "reject");
    expect([refused.status, refused.body.name, refused.votes]).toEqual([400, "InvalidInput", []]);
  });

  test("at a gate that approves no change set are refused", async () => {
    const api = await apiWithGate();
    const body = { conditions: [{ kind: "no_removal" }] };
    const refused = await api.post(`${GATE}/approve`, { ...GRACE, body });
    expect([refused.status, refused.body.name]).toEqual([422, "ConditionImpossible"]);
  });
});

const REFUSALS: [string, number, string, Parameters<typeof apiWithGate>[0], Sending][] = [
  ["by who asked", 403, "SelfApproval", {}, { as: "ada", grants: ["approver:dev"] }],
  ["by who asked, spelt otherwise", 403, "SelfApproval", {}, { as: "ＡＤＡ", grants: ["approver:dev"] }],
  ["on another digest", 409, "DigestMismatch", {}, { ...GRACE, body: { digest: "0".repeat(64) } }],
  ["after its time", 410, "GateExpired", { expiresAt: "2020-01-01T00:00:00.000Z" }, GRACE],
  ["on a closed gate", 409, "GateAlreadyDecided", { status: "closed" }, GRACE],
];

test.each(REFUSALS)("a decision %s is refused as %i %s", async (_when, status, name, gate, sending) => {
  const api = await apiWithGate(gate);
  const answer = await api.post(`${GATE}/approve`, sending);
  expect([answer.status, answer.body.name]).toEqual([status, name]);
});

test("a second vote of one person does not count", async () => {
  const api = await apiWithGate({ requiredApprovals: 2 });
  expect((await api.post(`${GATE}/approve`, GRACE)).body.status).toBe("open");
  const again = await api.post(`${GATE}/approve`, GRACE);
  expect([again.status, again.body.name]).toEqual([409, "DecisionReplayed"]);
});

test("of two who decide at the same instant exactly one decides", async () => {
  for (let round = 0; round < 20; round += 1) {
    const api = await apiWithGate();
    const answers = await Promise.all([
      api.post(`${GATE}/approve`, GRACE),
      api.post(`${GATE}/reject`, { as: "linus", grants: ["approver:dev"], body: { notes: "no" } }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await gateById(api.home.world.table, "gate_dev")).votes).toHaveLength(1);
  }
});

test("a critical gate asks for a step-up each time, with what the caller shows", async () => {
  const shown: unknown[] = [];
  const api = await TestApi.on(undefined, {
    stepUp: {
      prove: async (principal, proof, now) => {
        shown.push([principal, proof]);
        if (proof.code !== "123456") throw new StepUpError("StepUpRequired", "enter the code");
        return { method: "totp", at: now.toISOString() };
      },
    },
  });
  await waiting(api.home.world, "prod");
  const path = "/api/conductor/gates/gate_prod/approve";
  const grace = { as: "grace", grants: ["approver:prod"] };
  const without = await api.post(path, grace);
  expect([without.status, without.body.name]).toEqual([401, "StepUpRequired"]);
  const withCode = await api.post(path, { ...grace, body: { code: "123456" } });
  expect(withCode.body).toMatchObject({ status: "approved", critical: true });
  expect(shown).toEqual([
    ["grace", {}],
    ["grace", { code: "123456" }],
  ]);
  const gate = await gateById(api.home.world.table, "gate_prod");
  expect(gate.votes).toMatchObject([{ by: "grace", stepUp: "totp" }]);
});

test("gates that wait for me are those I can decide", async () => {
  const api = await TestApi.on();
  const { world } = api.home;
  await waiting(world, "dev");
  await waiting(world, "prod");
  await waiting(world, "sit", { gate: { requestedBy: "grace" } });
  await waiting(world, "dev", {
    execution: { id: "exec_old" },
    gate: { id: "gate_old", expiresAt: "2020-01-01T00:00:00.000Z" },
  });
  const grants = ["approver:dev", "viewer:prod", "approver:sit"];
  const ids = async (query: string) => {
    const { body } = await api.get(`/api/conductor/gates?${query}`, { as: "grace", grants });
    return body.gates.map(({ id }: { id: string }) => id);
  };
  expect(await ids("waiting=me")).toEqual(["gate_dev"]);
  expect(await ids("")).toEqual(["gate_dev", "gate_old", "gate_sit", "gate_prod"]);
  expect(await ids("environment=prod")).toEqual(["gate_prod"]);
});

test("an administrator breaks the glass with a reason and a code; somebody else reviews it", async () => {
  const shown: unknown[] = [];
  const stepUp = {
    prove: async (_who: string, proof: object, now: Date) => {
      shown.push(proof);
      return { method: "totp" as const, at: now.toISOString() };
    },
  };
  const api = await TestApi.on(undefined, { stepUp });
  await waiting(api.home.world, "dev", { gate: { requiredApprovals: 3 } });
  const root = { as: "root", grants: ["admin:dev"] };
  const emergency = { breakGlass: true, notes: "orders are lost", code: "123456" };
  const approver = await api.post(`${GATE}/approve`, { ...GRACE, body: emergency });
  expect([approver.status, approver.body.name]).toEqual([403, "Forbidden"]);
  const silent = await api.post(`${GATE}/approve`, { ...root, body: { breakGlass: true } });
  expect([silent.status, silent.body.name]).toEqual([400, "InvalidInput"]);
  const requester = await api.post(`${GATE}/approve`, { as: "ada", grants: ["admin:dev"], body: emergency });
  expect([requester.status, requester.body.name]).toEqual([403, "SelfApproval"]);
  const { status, body } = await api.post(`${GATE}/approve`, { ...root, body: emergency });
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: "approved", approvedBy: ["root"], brokenGlass: true });
  expect(shown.at(-1)).toEqual({ code: "123456" });
  const own = await api.post(`${GATE}/review`, { ...root, body: { notes: "fine" } });
  expect([own.status, own.body.name]).toEqual([403, "GlassOwnReview"]);
  expect((await api.post(`${GATE}/review`, { ...GRACE, body: { notes: "fine" } })).status).toBe(200);
  expect((await toldOf(api.home.world, "exec_dev")).at(-1)).toMatchObject({
    type: "gate.glass-reviewed",
    actor: "grace",
  });
});
