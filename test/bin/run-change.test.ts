import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { ExecutionReport } from "../../bin/output/execution-report.ts";
import { sha256 } from "../../core/digest.ts";
import {
  A_WHOLE_CHANGE_MS,
  type Answered,
  commandLine,
  type ErrorAnswer,
  example,
} from "../support/command-line.ts";

const { ask, type } = commandLine();

let started: Answered<ExecutionReport & { identity: object }>;
let id = "";
let gate = "";
let digest = "";

beforeAll(async () => {
  started = await ask("run", "change", "--input", example("photo-archive"), "--as", "ada");
  id = started.answer.executionId;
  gate = started.answer.gates[0]?.id ?? "";
  digest = started.answer.dossier?.digest ?? "";
}, A_WHOLE_CHANGE_MS);

/** The shape that others read. */
const SHAPE = {
  executionId: expect.stringMatching(/^exec_[0-9a-f]{12}$/),
  status: expect.stringMatching(/^(pending|running|paused|completed|failed)$/),
  changeStatus: expect.stringMatching(/^[A-Z_]+$/),
  gates: [
    {
      id: expect.stringMatching(/^gate_[0-9a-f]{12}$/),
      type: "human_approval",
      requiredApprovals: 1,
      approvals: expect.any(Number),
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    },
  ],
  dossier: {
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    costDeltaMonthlyUsd: expect.any(Number),
    risk: { score: expect.any(Number), level: "low", reasons: expect.any(Array) },
    blastRadius: { counts: { add: 17, modify: 0, replace: 0, remove: 0 } },
    changes: expect.any(Array),
  },
  artifacts: expect.any(Array),
  resources: {
    tokensUsed: 0,
    timeElapsed: expect.any(Number),
    costAccrued: expect.any(Number),
  },
  identities: "declared with --as, not authenticated",
  simulated: true,
};

function expectArtifactsOnDisk({ artifacts }: ExecutionReport): void {
  for (const { name, kind, sha256: hash, path } of artifacts) {
    expect([name, sha256(readFileSync(path))]).toEqual([name, hash]);
    expect(kind).toMatch(/^[A-Z]\w+$/);
  }
}

describe("run change --json", () => {
  test("prints the execution as it stands and exits 3 while a gate waits", () => {
    const { code, answer } = started;
    expect(code).toBe(3);
    expect(answer).toMatchObject(SHAPE);
    expect(answer).toMatchObject({ status: "running", changeStatus: "WAIT_FOR_APPROVE", outcome: null });
    expect(answer.identity).toEqual({
      user: "ada",
      authenticated: false,
      note: "declared with --as, not authenticated",
    });
    expect(answer.dossier?.changes.map(({ action }) => action)).toEqual(Array(17).fill("add"));
    expect(answer.resources.timeElapsed).toBeGreaterThan(0);
  });

  test("names artifacts that lie where it says, under their hashes", () => {
    expectArtifactsOnDisk(started.answer);
    expect(started.answer.artifacts.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        ...["goal.json", "plan.json", "plan.md", "subtask_queue.json", "diagram.mmd", "diagram.svg"],
        ...["cost-report.json", "risk-report.json", "template.json", "change-set.json"],
        ...["validation-report.json", "dossier.json", "dossier.md", "verdict.json"],
      ]),
    );
  });
});

describe("while the gate waits", () => {
  test("status --json says the same", async () => {
    const { code, answer } = await ask("status", id);
    const { identity: _caller, ...same } = started.answer;
    expect([code, answer]).toEqual([0, same]);
  });

  test("status and gates tell people what waits, for whom, and how to decide", async () => {
    const [status, gates, listed] = await Promise.all([
      type("status", id),
      type("gates"),
      ask<{ gates: object[] }>("gates"),
    ]);
    expect(status).toMatchObject({ code: 0, stderr: "" });
    expect(status.stdout).toMatch(`${id}  photo-archive in dev, asked for by ada  WAIT_FOR_APPROVE\n`);
    expect(status.stdout).toMatch(`npx conductor artifacts ${id} dossier.md\n`);
    expect(status.stdout).toMatch(`npx conductor approve ${gate} --as SOMEBODY-ELSE`);
    expect(status.stdout).toMatch(/identities are declared .* not authenticated; the account is simulated/);
    expect(gates.stdout).toMatch(`${gate}  human approval  photo-archive in dev, asked for by ada\n`);
    expect(gates.stdout).toMatch(/identities are declared with --as, not authenticated\n$/);
    const expected = { id: gate, executionId: id, stack: "photo-archive", requestedBy: "ada", digest };
    expect(listed.answer.gates).toEqual([expect.objectContaining(expected)]);
  });

  test.each([
    ["by whoever asked", ["--as", " Ada"], "SelfApproval", /ada asked for this change/],
    ["of another digest", ["--as", "grace", "--digest", "0".repeat(64)], "DigestMismatch", /no longer/],
    ["of what is no digest", ["--as", "grace", "--digest", "latest"], "DigestMismatch", /8 hex digits/],
  ])("a decision %s is refused and exits 4", async (_what, options, name, sentence) => {
    const { code, answer } = await ask<ErrorAnswer>("approve", gate, ...options);
    expect([code, answer.error]).toEqual([
      4,
      { name, message: expect.stringMatching(sentence), exitCode: 4 },
    ]);
    const spoken = await type("approve", gate, ...options);
    expect([spoken.code, spoken.stdout]).toEqual([4, ""]);
    expect(spoken.stderr).toMatch(sentence);
  });

  test("a refusal that turns on a name says that names are declared", async () => {
    const self = ["approve", gate, "--as", "ada"];
    expect((await type(...self)).stderr).toMatch(/names are declared with --as, not authenticated\)\n$/);
    const { answer } = await ask(...self);
    expect(answer).toMatchObject({ identities: "declared with --as, not authenticated" });
  });

  test("a rejection without notes, or with empty ones, is refused and exits 2", async () => {
    for (const notes of [[], ["--notes", " "]]) {
      const { code, stdout, stderr } = await type("reject", gate, "--as", "grace", ...notes);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/--notes/);
    }
  });
});

describe("somebody else's approval", () => {
  test("by the first digits of what they read is accepted, once, and says who is declared", async () => {
    const decided = ["approve", gate, "--as", "grace", "--notes", "fine", "--digest", digest.slice(0, 8)];
    const { code, answer } = await ask<object>(...decided);
    expect([code, answer]).toEqual([
      0,
      {
        gate: expect.objectContaining({ id: gate, status: "approved", approvals: 1, approvedBy: ["grace"] }),
        executionId: id,
        identity: expect.objectContaining({ user: "grace", authenticated: false }),
      },
    ]);
    const replayed = await ask<ErrorAnswer>(...decided);
    expect([replayed.code, replayed.answer.error.name]).toEqual([4, "GateAlreadyDecided"]);
  });

  test(
    "lets resume carry on to DONE, line by line, and exit 0",
    async () => {
      const { code, stdout, stderr } = await type("resume");
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(
        /^• The broker checks the approval once more\n• Applying exactly what was approved\n/,
      );
      expect(stdout.match(/^✓ CREATE_COMPLETE +\w+/gm)).toHaveLength(18);
      expect(stdout).toMatch(`✓ DONE (applied)`);
      expect(stdout).toMatch(`npx conductor rollback ${id}`);
    },
    A_WHOLE_CHANGE_MS,
  );

  test("leaves nothing to carry on, and a status that says what was done", async () => {
    const [status, resumed, text] = await Promise.all([
      ask("status", id),
      ask<object>("resume"),
      type("status", id),
    ]);
    expect([status.code, status.answer]).toEqual([0, expect.objectContaining({ outcome: "applied" })]);
    expect(status.answer).toMatchObject({ ...SHAPE, status: "completed", changeStatus: "DONE" });
    expectArtifactsOnDisk(status.answer);
    expect(resumed).toEqual({ code: 0, answer: { executions: [] } });
    expect(text.stdout).toMatch(/human approval: approved, 1 of 1 approvals by grace\n/);
  });
});
