import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { codeNow, enrol } from "../support/codes.ts";
import {
  A_WHOLE_CHANGE_MS,
  commandLine,
  type ErrorAnswer,
  EXAMPLES,
  example,
} from "../support/command-line.ts";

const { ask, begin, data, type } = commandLine();

const run = (name: string, ...options: readonly string[]) =>
  ask("run", "change", "--input", example(name), "--as", "ada", ...options);

/** People enough for any gate, so that only a rule can stop a change. */
const EVERYBODY = ["--approve-as", "grace,linus,joan"];

test("every example is run here", () => {
  expect(readdirSync(EXAMPLES).sort()).toEqual([
    "drop-prod-database.json",
    "fails-halfway.json",
    "photo-archive-v2.json",
    "photo-archive.json",
    "too-cheap.json",
    "touch-conductor.json",
  ]);
});

describe("photo-archive", { timeout: A_WHOLE_CHANGE_MS }, () => {
  test("is applied when somebody else approves", async () => {
    const { code, answer } = await run("photo-archive", ...EVERYBODY);
    expect(code).toBe(0);
    expect(answer).toMatchObject({ status: "completed", changeStatus: "DONE", outcome: "applied" });
    expect(answer.gates).toMatchObject([{ status: "approved", approvals: 1, approvedBy: ["grace"] }]);
  });

  test("v2 replaces, adds and removes one resource each, takes two approvals, and waits with one", async () => {
    const waiting = await run("photo-archive-v2", "--approve-as", "grace,Grace");
    expect(waiting.code).toBe(3);
    const { answer } = waiting;
    expect(answer.dossier?.blastRadius).toMatchObject({
      counts: { add: 1, replace: 1, remove: 1 },
      stateAtRisk: [expect.stringMatching(/^catalogTable/)],
    });
    expect(answer.dossier?.risk.level).toBe("high");
    const [gate] = answer.gates;
    expect(gate).toMatchObject({ status: "open", requiredApprovals: 2, approvals: 0 });
    const bare = await ask<ErrorAnswer>("approve", gate?.id ?? "", "--as", "grace");
    expect([bare.code, bare.answer.error?.name]).toEqual([4, "StepUpNotEnrolled"]);
    enrol(data, "grace", "linus");
    const silent = await ask<ErrorAnswer>("approve", gate?.id ?? "", "--as", "grace");
    expect([silent.code, silent.answer.error?.name]).toEqual([4, "StepUpRequired"]);
    const code = ["--code", codeNow()];
    const first = await type("approve", gate?.id ?? "", "--as", "grace", ...code);
    expect(first.stdout).toMatch(/\(1 of 2\); more are needed\n$/);
    const replayed = await ask<ErrorAnswer>("approve", gate?.id ?? "", "--as", "Grace", ...code);
    expect([replayed.code, replayed.answer.error?.name]).toEqual([4, "StepUpReplayed"]);
    const again = await ask("approve", gate?.id ?? "", "--as", "Grace", "--code", codeNow(1));
    expect(again).toMatchObject({ code: 4, answer: { error: { name: "DecisionReplayed" } } });
    const server = begin("serve");
    await server.says(/^serving /);
    const enough = await type("approve", gate?.id ?? "", "--as", "linus", "--code", codeNow());
    expect(enough.stdout).toMatch(
      /\(2 of 2\); that is enough here; process \d+ \(conductor serve\) carries on\n$/,
    );
    await server.says(new RegExp(`^${answer.executionId} {2}✓ DONE \\(applied\\)$`, "m"));
    const { out } = await server.kill("SIGTERM");
    expect(out).toMatch(new RegExp(`^${answer.executionId} {2}✓ linus approves`, "m"));
    expect(out).not.toMatch("grace approves");
    expect((await ask("status", answer.executionId)).answer.changeStatus).toBe("DONE");
  });

  test("v2 is undone by rollback, and the times are told", async () => {
    const { answer } = await ask<{ executions: { executionId: string }[] }>("list", "--limit", "1");
    const id = answer.executions[0]?.executionId ?? "";
    const undone = await ask("rollback", id, "--as", "joan", "--notes", "albums come later");
    expect(undone.code).toBe(0);
    expect(undone.answer).toMatchObject({
      outcome: "rolled_back",
      rollback: {
        beganAfterSeconds: expect.any(Number),
        finishedAfterSeconds: expect.any(Number),
        withinLimits: true,
      },
      signals: { rollback: { by: "joan", notes: "albums come later" } },
    });
    const twice = await ask("rollback", id);
    expect(twice).toMatchObject({ code: 1, answer: { error: { name: "NothingToRollBack" } } });
    expect((await type("status", id)).stdout).toMatch("rolled back by joan: albums come later\n");
  });
});

describe("what no approval can allow", { timeout: A_WHOLE_CHANGE_MS }, () => {
  test.each([
    ["drop-prod-database", /law 7: this would delete Database \(AWS::RDS::DBInstance\)/, "prod"],
    ["touch-conductor", /law 12: the stack agent-mesh-dev-small is Conductor's own/, "dev"],
  ])("%s is blocked before anybody is asked, and exits 4", async (name, law, environment) => {
    const { code, answer } = await run(name, ...EVERYBODY);
    expect(code).toBe(4);
    expect(answer).toMatchObject({
      environment,
      status: "failed",
      changeStatus: "BLOCKED",
      outcome: "blocked",
      gates: [],
      error: { name: "LawBroken", message: expect.stringMatching(law) },
    });
    // For people each reason stands on a line of its own, with its way out.
    const { stdout } = await type("status", answer.executionId);
    const reasons = answer.findings.filter(({ severity }) => severity === "fatal");
    expect(reasons.length).toBeGreaterThan(1);
    for (const { message, fix } of reasons)
      expect(stdout).toMatch(`           ${message}\n             → ${fix}\n`);
  });
});

test(
  "fails-halfway is rolled back by itself, both times measured, and exits 1",
  async () => {
    const { code, answer } = await run("fails-halfway", ...EVERYBODY);
    expect(code).toBe(1);
    expect(answer).toMatchObject({
      changeStatus: "DONE",
      outcome: "rolled_back",
      error: { message: expect.stringContaining("photos already exists") },
      rollback: {
        beganAfterSeconds: expect.any(Number),
        finishedAfterSeconds: expect.any(Number),
        withinLimits: true,
      },
    });
    const account = await type("sandbox", "show", "--environment", "dev");
    expect(account.stdout).not.toContain("photo-mirror");
  },
  A_WHOLE_CHANGE_MS,
);

describe("too-cheap", { timeout: A_WHOLE_CHANGE_MS }, () => {
  test("is DesignBlocked with the smallest relaxation, and asks a person after two retries", async () => {
    const { code, answer } = await run("too-cheap");
    expect(code).toBe(3);
    expect(answer.designBlocked).toMatchObject({
      reason: expect.stringMatching(/at most \$20 a month/),
      smallestRelaxation: { description: expect.stringMatching(/allow \$\d+ a month/) },
      attempts: 3,
    });
    expect(answer.dossier).toBeNull();
    expect(answer.gates).toMatchObject([{ type: "design_review", status: "open" }]);
    const rejected = await type("reject", answer.gates[0]?.id ?? "", "--as", "grace", "--notes", "too dear");
    expect(rejected.code).toBe(0);
    expect(rejected.stdout).toMatch(/^grace, declared and not authenticated, rejected gate_/);
    const ended = await type("resume");
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/design review: rejected by grace: too dear\n/);
  });

  test("tells people its reason once, however often it is tried", async () => {
    const { code, stdout } = await type("run", "change", "--input", example("too-cheap"));
    expect(code).toBe(3);
    expect(stdout.match(/atlas: DesignBlocked: .*/g)).toHaveLength(1);
    expect(stdout.match(/atlas: the same once more/g)).toHaveLength(2);
  });
});
