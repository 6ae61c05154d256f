import { describe, expect, test } from "vitest";
import type { ExecutionReport } from "../../bin/output/execution-report.ts";
import type { Gate } from "../../core/gate/gate.ts";
import { codeNow, enrol } from "../support/codes.ts";
import { A_WHOLE_CHANGE_MS, commandLine } from "../support/command-line.ts";
import { type WaitingChange, waitingChanges } from "../support/waiting-changes.ts";
import { type Finish, faultsOf, race, tallyOf } from "./race.ts";

const line = commandLine();

type Decided = Finish<{ gate?: Pick<Gate, "status"> & { approvals: number; approvedBy: string[] } }>;

/** By somebody of that name who decides on this change alone, so that nobody's code is used twice. */
const approve = ({ gate, stack }: WaitingChange, name: string, steps = 0) => {
  const who = `${name}-${stack}`;
  enrol(line.data, who);
  return ["approve", gate.id, "--as", who, "--code", codeNow(steps)];
};
const reject = ({ gate }: WaitingChange, who: string) => ["reject", gate.id, "--as", who, "--notes", "no"];

/** Carries everything on to its end, and gives what became of each change. */
async function endOf(changes: readonly WaitingChange[]): Promise<ExecutionReport[]> {
  expect((await line.ask("resume")).answer).not.toHaveProperty("error");
  const reports: ExecutionReport[] = [];
  for (const { id } of changes) reports.push((await line.ask("status", id)).answer);
  expect(await faultsOf(line)).toEqual([]);
  return reports;
}

/** The same race in several changes, since it may go one way or the other. */
async function raceInEach(
  changes: readonly WaitingChange[],
  commands: (change: WaitingChange) => string[][],
): Promise<Decided[][]> {
  const finished: Decided[][] = [];
  for (const change of changes) finished.push(await race(line, ...commands(change)));
  return finished;
}

describe("two approvers at once", () => {
  test(
    "where one is enough: one is counted, the other is told that it is decided",
    async () => {
      const changes = await waitingChanges(line.data, ["one-a", "one-b", "one-c"], 1);
      const races = await raceInEach(changes, (change) => [
        approve(change, "grace"),
        approve(change, "linus"),
      ]);
      for (const finishes of races) expect(tallyOf(finishes)).toEqual(["GateAlreadyDecided", "exit 0"]);
      const ends = await endOf(changes);
      ends.forEach(({ outcome, gates }, index) => {
        const winner = races[index]?.find(({ code }) => code === 0)?.answer.gate?.approvedBy;
        expect(outcome).toBe("applied");
        expect(gates).toMatchObject([{ status: "approved", approvals: 1, approvedBy: winner }]);
      });
    },
    A_WHOLE_CHANGE_MS,
  );

  test(
    "where two are needed: both are counted, one of them as the last, and a third comes too late",
    async () => {
      const changes = await waitingChanges(line.data, ["two-a", "two-b"], 2);
      const races = await raceInEach(changes, (change) =>
        ["grace", "linus", "joan"].map((who) => approve(change, who)),
      );
      for (const finishes of races) {
        expect(tallyOf(finishes)).toEqual(["GateAlreadyDecided", "exit 0", "exit 0"]);
        const seen = finishes.flatMap(({ answer }) => (answer.gate ? [answer.gate] : []));
        expect(seen.map(({ approvals, status }) => `${approvals} ${status}`).sort()).toEqual([
          "1 open",
          "2 approved",
        ]);
      }
      for (const { outcome, gates } of await endOf(changes)) {
        expect(outcome).toBe("applied");
        expect(gates).toMatchObject([{ status: "approved", approvals: 2, requiredApprovals: 2 }]);
      }
    },
    A_WHOLE_CHANGE_MS,
  );
});

test(
  "the same approver twice at once is counted once",
  async () => {
    const changes = await waitingChanges(line.data, ["same-a", "same-b"], 2);
    const races = await raceInEach(changes, (change) => [
      approve(change, "grace"),
      approve(change, "grace", 1),
    ]);
    for (const finishes of races) {
      const [refused, counted] = tallyOf(finishes);
      // The earlier of the two codes is refused by itself when the later one comes first.
      expect([refused, counted]).toEqual([
        expect.stringMatching(/^(DecisionReplayed|StepUpReplayed)$/),
        "exit 0",
      ]);
    }
    for (const change of changes) {
      const { answer } = await line.ask("status", change.id);
      expect(answer.gates).toMatchObject([
        { status: "open", approvals: 1, approvedBy: [`grace-${change.stack}`] },
      ]);
      expect((await line.ask(...approve(change, "linus"))).code).toBe(0);
    }
    for (const { outcome } of await endOf(changes)) expect(outcome).toBe("applied");
  },
  A_WHOLE_CHANGE_MS,
);

test(
  "of an approval and a rejection at once, one decides and the change ends as it says",
  async () => {
    const changes = await waitingChanges(line.data, ["both-a", "both-b", "both-c"], 1);
    const races = await raceInEach(changes, (change) => [approve(change, "grace"), reject(change, "linus")]);
    for (const finishes of races) expect(tallyOf(finishes)).toEqual(["GateAlreadyDecided", "exit 0"]);
    const ends = await endOf(changes);
    ends.forEach(({ outcome, gates }, index) => {
      const [approval] = races[index] ?? [];
      const approved = approval?.code === 0;
      expect(outcome).toBe(approved ? "applied" : "rejected");
      expect(gates).toMatchObject([{ status: approved ? "approved" : "rejected" }]);
    });
  },
  A_WHOLE_CHANGE_MS,
);

test(
  "a cancellation that is acknowledged while somebody approves holds, and nothing is applied",
  async () => {
    const changes = await waitingChanges(line.data, ["stop-a", "stop-b", "stop-c"], 1);
    const races = await raceInEach(changes, (change) => [
      approve(change, "grace"),
      ["cancel", change.id, "--as", "ada"],
    ]);
    for (const [approval, cancellation] of races) {
      expect(cancellation?.code).toBe(0);
      expect(approval?.answer.error?.name ?? "approved").toMatch(/^(approved|GateAlreadyDecided)$/);
    }
    for (const { changeStatus, outcome } of await endOf(changes))
      expect([changeStatus, outcome]).toEqual(["CANCELLED", "cancelled"]);
    const { answer } = await line.ask<{ accounts: { stacks: { name: string }[] }[] }>("sandbox", "show");
    const names = answer.accounts.flatMap(({ stacks }) => stacks.map(({ name }) => name));
    for (const { stack } of changes) expect(names).not.toContain(stack);
  },
  A_WHOLE_CHANGE_MS,
);
