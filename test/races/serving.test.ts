import { expect, test } from "vitest";
import type { ExecutionReport } from "../../bin/output/execution-report.ts";
import { A_WHOLE_CHANGE_MS, type CommandLine, commandLine } from "../support/command-line.ts";
import { waitingChanges } from "../support/waiting-changes.ts";
import { type Finish, faultsOf, race, serve, statusOnce } from "./race.ts";

const approve = (gate: string) => ["approve", gate, "--as", "grace"];

/** How an execution ended, while a server carries it there. */
async function endOf(line: CommandLine, id: string): Promise<ExecutionReport> {
  return await statusOnce(line, id, ({ outcome }) => outcome !== null);
}

/** Whether a word was acknowledged; a refusal has one of these names. */
function acknowledged(finish: Finish | undefined, refusals: RegExp): boolean {
  if (finish?.code === 0) return true;
  expect(finish?.answer.error?.name).toMatch(refusals);
  return false;
}

const cancelled = commandLine();

test(
  "a cancellation while somebody approves and a server applies is acknowledged and holds, or is refused",
  async () => {
    const changes = await waitingChanges(cancelled.data, ["a", "b", "c", "d"], 1);
    const server = await serve(cancelled);
    for (const { id, gate } of changes) {
      const [, cancellation] = await race(cancelled, approve(gate.id), ["cancel", id, "--as", "ada"]);
      const held = acknowledged(cancellation, /^(IllegalTransition|ExecutionEnded)$/);
      const { outcome } = await endOf(cancelled, id);
      expect(outcome).toBe(held ? "cancelled" : "applied");
    }
    await server.kill("SIGTERM");
    expect(await faultsOf(cancelled)).toEqual([]);
  },
  A_WHOLE_CHANGE_MS,
);

const turned = commandLine();

test(
  "a way back that is asked for while somebody approves and a server applies is gone to its end, or is refused",
  async () => {
    const changes = await waitingChanges(turned.data, ["a", "b", "c"], 1);
    const server = await serve(turned, "--pace", "demo");
    for (const { id, gate } of changes) {
      const [, rollback] = await race(turned, approve(gate.id), ["rollback", id, "--as", "ada"]);
      const asked = acknowledged(rollback, /^NothingToRollBack$/);
      const { outcome } = await endOf(turned, id);
      expect(outcome).toBe(asked ? "rolled_back" : "applied");
    }
    await server.kill("SIGTERM");
    expect(await faultsOf(turned)).toEqual([]);
  },
  A_WHOLE_CHANGE_MS,
);

const stopped = commandLine();

test(
  "ways back that are asked for while a server applies stop it, and are gone to the end when the server dies",
  async () => {
    const [change] = await waitingChanges(stopped.data, ["shop"], 1);
    // At the pace of the real account the apply lasts longer than this test, so that it is met under way.
    const server = await serve(stopped, "--pace", "real");
    await stopped.ask(...approve(change!.gate.id));
    await statusOnce(stopped, change!.id, ({ changeStatus }) => changeStatus === "APPLYING");
    const rollback = ["rollback", change!.id, "--as", "ada"];
    const finished = race<ExecutionReport>(stopped, rollback, rollback);
    // On a busy machine it may already be past ROLLBACK when somebody looks.
    await statusOnce(stopped, change!.id, ({ changeStatus }) => changeStatus !== "APPLYING");
    await server.kill();
    const finishes = await finished;
    for (const finish of finishes) acknowledged(finish, /^NothingToRollBack$/);
    expect(finishes.map(({ code }) => code)).toContain(0);
    expect(await endOf(stopped, change!.id)).toMatchObject({
      changeStatus: "DONE",
      outcome: "rolled_back",
      rollback: { cause: "requested", withinLimits: true },
    });
    expect(await faultsOf(stopped)).toEqual([]);
  },
  A_WHOLE_CHANGE_MS,
);
