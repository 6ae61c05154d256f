import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../../core/digest.ts";
import { find } from "../../../core/execution/executions.ts";
import { cancel } from "../../../core/execution/signal.ts";
import type { Gate } from "../../../core/gate/gate.ts";
import { castVote, gateById, ofExecution } from "../../../core/gate/gates.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { keys } from "../../../core/table/keys.ts";
import { gatekeeper } from "../../../lambdas/gatekeeper/handler.ts";
import { newGate, waitFor } from "../../../lambdas/gatekeeper/new-gate.ts";
import { homeWith, type Workplace } from "../../support/executions.ts";
import { aGate, anExecution, DIGEST, minutesAfter, ref } from "../../support/records.ts";
import { person } from "../../support/workspace.ts";

const CALL = { executionId: "exec_1", idempotencyKey: "exec_1/OpenGates/0" };
const OPEN = {
  ...CALL,
  action: "open",
  dossier: ref("dossier.json"),
  digest: DIGEST,
  summary: "Create the stack shop",
  gates: [
    { type: "human_approval", requiredApprovals: 1, why: "always" },
    { type: "security_check", requiredApprovals: 1, why: "rights" },
  ],
};

const ready = anExecution({ changeStatus: "READY_FOR_APPLY" });
const types = async (home: Workplace) => (await home.told()).map(({ type }) => type);
const waits = (opened: object) => (opened as { gates: { gateId: string; timeoutSeconds: number }[] }).gates;

async function opened(execution = ready): Promise<{ home: Workplace; gates: { gateId: string }[] }> {
  const home = await homeWith(execution);
  return { home, gates: waits(await gatekeeper(OPEN, home.world)) };
}

/** Every gate by somebody else. */
async function approveEach(home: Workplace, gates: readonly { readonly gateId: string }[]): Promise<void> {
  const people = ["grace", "linus", "joan"];
  for (const [index, { gateId }] of gates.entries()) await vote(home, gateId, "approve", people[index]);
}

const vote = (home: Workplace, gateId: string, decision: "approve" | "reject" = "approve", by = "grace") =>
  castVote(
    home.world.table,
    { gateId, decision, caller: person(by), digest: DIGEST },
    home.world.clock.now(),
  );

const settle = async (home: Workplace, gates: { gateId: string }[]) =>
  ((await gatekeeper({ ...CALL, action: "settle", gates }, home.world)) as { outcome: string }).outcome;

describe("opening the gates of a change", () => {
  test("opens all of them on one digest, remembers what is to be approved, and waits as long as they do", async () => {
    const { home } = await opened();
    const gates = waits(await gatekeeper(OPEN, home.world));
    expect(gates.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([72 * 3600, 72 * 3600]);
    expect(await find(home.world.table, "exec_1")).toMatchObject({
      changeStatus: "WAIT_FOR_APPROVE",
      digest: DIGEST,
      dossier: OPEN.dossier,
    });
    const rows = await ofExecution(home.world.table, "exec_1");
    expect(rows.map(({ digest, requestedBy }) => [digest, requestedBy])).toEqual([
      [DIGEST, "ada"],
      [DIGEST, "ada"],
    ]);
  });

  test("asks once, however often the step is retried, and waits a shorter time each time", async () => {
    const { home, gates } = await opened();
    home.clock.advance(3600_000);
    const again = waits(await gatekeeper(OPEN, home.world));
    expect(again.map(({ gateId }) => gateId)).toEqual(gates.map(({ gateId }) => gateId));
    expect(again[0]!.timeoutSeconds).toBe(71 * 3600);
    expect(await types(home)).toEqual(["gate.opened", "gate.opened"]);
  });

  test("asks anew when the step is visited anew", async () => {
    const { home } = await opened();
    await gatekeeper({ ...OPEN, idempotencyKey: "exec_1/OpenGates/1" }, home.world);
    expect(await ofExecution(home.world.table, "exec_1")).toHaveLength(4);
  });

  test.each<[string, object]>([
    ["no gates at all", { gates: [] }],
    ["a gate that takes nobody", { gates: [{ type: "human_approval", requiredApprovals: 0, why: "" }] }],
    ["a gate of no known type", { gates: [{ type: "rubber_stamp", requiredApprovals: 1, why: "" }] }],
    ["a digest that is none", { digest: "abc" }],
    ["no action", { action: "approve" }],
  ])("refuses %s", async (_what, changes) => {
    const home = await homeWith(ready);
    await expect(gatekeeper({ ...OPEN, ...changes }, home.world)).rejects.toThrow();
    expect(await ofExecution(home.world.table, "exec_1")).toEqual([]);
  });
});

test("a gate waits at least a second, and whole ones", () => {
  const wait = (milliseconds: number) =>
    waitFor(
      aGate({ expiresAt: new Date(Date.parse(aGate().openedAt) + milliseconds).toISOString() }),
      minutesAfter(0),
    ).timeoutSeconds;
  expect([wait(1), wait(1000), wait(1001), wait(-5000)]).toEqual([1, 1, 2, 1]);
});

test("two types of gate of one step are two gates, and one of another execution's step is another", async () => {
  const home = await homeWith(anExecution());
  const asked = { requiredApprovals: 1, digest: DIGEST, subject: "s" };
  const id = (key: string, type: Gate["type"]) =>
    newGate(anExecution(), key, { ...asked, type }, home.world).id;
  const ids = [id("a", "human_approval"), id("a", "security_check"), id("b", "human_approval")];
  expect(new Set(ids).size).toBe(3);
  expect(id("a", "human_approval")).toBe(ids[0]);
});

describe("settling", () => {
  test.each<[string, (home: Workplace, gates: { gateId: string }[]) => Promise<unknown>, string]>([
    [
      "approved when all are",
      async (home, gates) => {
        await approveEach(home, gates);
      },
      "approved",
    ],
    ["expired when one is missing", async (home, [first]) => vote(home, first!.gateId), "expired"],
    ["expired when nobody came", async () => undefined, "expired"],
    ["rejected when one is", async (home, [first]) => vote(home, first!.gateId, "reject"), "rejected"],
    [
      "rejected when one is, though the other is approved",
      async (home, [first, second]) => {
        await vote(home, first!.gateId);
        await vote(home, second!.gateId, "reject");
      },
      "rejected",
    ],
    [
      "cancelled when the execution was",
      async (home) => cancel(home.world, "exec_1", person("ada")),
      "cancelled",
    ],
    [
      "cancelled when it was after one had approved",
      async (home, [first]) => {
        await vote(home, first!.gateId);
        await cancel(home.world, "exec_1", person("ada"));
      },
      "cancelled",
    ],
  ])("is %s, the same however often it is asked, and leaves none open", async (_what, decide, outcome) => {
    const { home, gates } = await opened();
    await decide(home, gates);
    for (let i = 0; i < 3; i++) expect(await settle(home, gates)).toBe(outcome);
    for (const { status } of await ofExecution(home.world.table, "exec_1")) expect(status).not.toBe("open");
  });

  test("reads the rows, whatever they are called by", async () => {
    const { home, gates } = await opened();
    for (const { gateId } of gates) {
      const row = await home.world.table.get(keys.gate("exec_1", gateId));
      await atomically(home.world.table, async (unit) => {
        await unit.get(keys.gate("exec_1", gateId));
        unit.put({ ...keys.gate("exec_1", gateId), attributes: { ...row!.attributes, status: "approved" } });
      });
    }
    expect(await settle(home, gates)).toBe("expired");
  });

  test("nothing at all is refused", async () => {
    const home = await homeWith(ready);
    await expect(settle(home, [])).rejects.toThrow();
    await expect(settle(home, [{ gateId: "gate_9" }])).rejects.toMatchObject({ name: "GateNotFound" });
  });
});

describe("voiding an approval", () => {
  const voided = async () => {
    const { home, gates } = await opened();
    await approveEach(home, gates);
    const call = {
      ...CALL,
      action: "void",
      gates,
      why: JSON.stringify({
        errorType: "ApprovalVoid",
        errorMessage: "the stack was changed by password=correct-horse-battery",
        trace: ["ApprovalVoid", "    at somewhere"],
      }),
    };
    await gatekeeper(call, home.world);
    return { home, gates, call };
  };

  test("closes even decided gates, forgets what was approved, and says why", async () => {
    const { home, gates } = await voided();
    for (const { gateId } of gates) expect((await gateById(home.world.table, gateId)).status).toBe("closed");
    const execution = await find(home.world.table, "exec_1");
    expect(execution.changeStatus).toBe("IN_PROGRESS");
    for (const field of ["dossier", "digest", "apply", "watch"]) expect(execution).not.toHaveProperty(field);
    const last = (await home.told()).at(-1);
    expect([last?.type, last?.data["why"]]).toEqual([
      "approval.voided",
      "the stack was changed by password=[redacted]",
    ]);
  });

  test("leaves nothing with which the old change could be applied", async () => {
    const { home, gates } = await voided();
    expect(await settle(home, gates)).not.toBe("approved");
    await expect(vote(home, gates[0]!.gateId, "approve", "linus")).rejects.toMatchObject({
      name: "GateAlreadyDecided",
    });
  });

  test("twice is recorded once", async () => {
    const { home, call } = await voided();
    await gatekeeper(call, home.world);
    expect((await types(home)).filter((type) => type === "approval.voided")).toHaveLength(1);
  });
});

describe("asking people to relax a design", () => {
  const blocked = {
    schemaVersion: "0.1",
    reason: "too dear",
    clashes: [{ constraint: "c", asked: "a", needed: "n" }],
    smallestRelaxation: {
      field: "constraints.monthlyCostLimitUsd",
      from: 20,
      to: 30,
      description: "allow $30",
    },
    alternatives: [],
    cheapestMonthlyUsd: 29.5,
    attempts: 3,
  };

  async function clashing(): Promise<{ home: Workplace; sha256: string }> {
    const home = await homeWith(anExecution());
    const { sha256, bytes } = await home.world.artifacts.put(canonicalJson(blocked));
    await atomically(home.world.table, async (unit) =>
      unit.put({
        ...keys.artifact("exec_1", "design-blocked.json"),
        attributes: { name: "design-blocked.json", kind: "DesignBlocked", sha256, bytes },
      }),
    );
    return { home, sha256 };
  }

  test("puts exactly that design before one person, under its hash", async () => {
    const { home, sha256 } = await clashing();
    const asked = (await gatekeeper({ ...CALL, action: "relax" }, home.world)) as {
      relaxation: { sha256: string };
    };
    expect(asked.relaxation.sha256).toBe(sha256);
    const [gate] = await ofExecution(home.world.table, "exec_1");
    expect(gate).toMatchObject({
      type: "design_review",
      digest: sha256,
      requiredApprovals: 1,
      subject: expect.stringContaining("allow $30"),
    });
    expect((await find(home.world.table, "exec_1")).changeStatus).toBe("BLOCKED");
  });

  test("is refused when no design clashed", async () => {
    const home = await homeWith(anExecution());
    await expect(gatekeeper({ ...CALL, action: "relax" }, home.world)).rejects.toMatchObject({
      name: "ArtifactNotFound",
    });
  });
});
