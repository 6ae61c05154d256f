import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { restOf } from "../../bin/home/at-rest.ts";
import { Driver } from "../../bin/home/driver.ts";
import { type Home, type HomeOptions, type MachineHome, openHome } from "../../bin/home/home.ts";
import type { Execution } from "../../core/execution/execution.ts";
import { find } from "../../core/execution/executions.ts";
import { startChange } from "../../core/execution/start.ts";
import { castVote, ofExecution } from "../../core/gate/gates.ts";
import { parseGoal } from "../../core/plan/goal.ts";
import type { Caller } from "../../core/principal.ts";

/** A person as the CLI would establish them. */
export function person(principal: string): Caller {
  return { principal, via: "cli", authenticated: false };
}

/** A folder of its own that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "conductor-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** One machine's home in a folder that goes with the test; the simulated account takes no time. */
export function testHome(options: Partial<HomeOptions> = {}): MachineHome {
  const home = openHome({ data: temporaryFolder(), create: true, pace: "none", ...options });
  onTestFinished(() => {
    if (home.directory.database.isOpen) home.close();
  });
  return home;
}

/** Drives a home until the test ends. */
export async function drive(home: Home): Promise<Driver> {
  const errors: unknown[] = [];
  const driver = await Driver.begin(home, "test", (error) => errors.push(error));
  if (!driver) throw new Error("another driver holds this folder");
  onTestFinished(async () => {
    await driver.stop();
    if (errors.length > 0) throw new AggregateError(errors, "the driver reported errors");
  });
  return driver;
}

/** Starts a change of a goal as a test writes it down. */
export async function start(home: Home, driver: Driver, goal: object, by = "ada"): Promise<string> {
  const { id } = await startChange(home.world, parseGoal(goal, "the goal"), person(by));
  await driver.deliver();
  return id;
}

const PATIENCE_MS = 120_000;

/** Waits until an execution cannot go on by itself. */
export async function untilAtRest(home: Home, id: string): Promise<Execution> {
  return await until(home, id, async (execution) => (await restOf(home.world, execution)) !== undefined);
}

/** Waits until an execution is as the test wants it. */
export async function until(
  home: Home,
  id: string,
  holds: (execution: Execution) => boolean | Promise<boolean>,
): Promise<Execution> {
  const give = Date.now() + PATIENCE_MS;
  for (;;) {
    const execution = await find(home.world.table, id);
    if (await holds(execution)) return execution;
    if (Date.now() > give) throw new Error(`still ${execution.changeStatus} at ${execution.stage}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Lets these people approve the open gates, each gate by as many as it takes and as few of them twice as may be. */
export async function approveAll(
  home: Home,
  driver: Pick<Driver, "deliver">,
  id: string,
  people = ["grace", "linus", "joan"],
): Promise<void> {
  const gates = (await ofExecution(home.world.table, id)).filter(({ status }) => status === "open");
  let turn = 0;
  for (const { id: gateId, digest, requiredApprovals } of gates)
    for (let count = 0; count < Math.min(requiredApprovals, people.length); count++) {
      const caller = person(people[turn++ % people.length] ?? "");
      const vote = { gateId, decision: "approve", caller, digest } as const;
      await castVote(home.world.table, vote, home.world.clock.now());
    }
  await driver.deliver();
}
