import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SqliteEventBus } from "../../../adapters/embedded/event-bus.ts";
import { Driver } from "../../../bin/home/driver.ts";
import type { Home } from "../../../bin/home/record.ts";
import { castVote, ofExecution } from "../../../core/gate/gates.ts";
import { ROOT } from "../../support/processes.ts";
import { person, start, testHome, until, untilAtRest } from "../../support/workspace.ts";

/** A goal that cannot be met as it stands, so that a person is asked before anything is built. */
const TOO_CHEAP = JSON.parse(readFileSync(join(ROOT, "examples/goals/too-cheap.json"), "utf8")) as object;

/** From the goal to a gate that somebody says no at; what went wrong beside it. */
async function rejected(home: Home): Promise<unknown[]> {
  const errors: unknown[] = [];
  const driver = (await Driver.begin(home, "test", (error) => errors.push(error)))!;
  try {
    const id = await start(home, driver, TOO_CHEAP);
    await untilAtRest(home, id);
    const [gate] = await ofExecution(home.world.table, id);
    const { id: gateId, digest } = gate!;
    const vote = { gateId, decision: "reject", caller: person("grace"), digest } as const;
    await castVote(home.world.table, vote, home.world.clock.now());
    await driver.deliver();
    await until(home, id, ({ outcome }) => outcome === "rejected");
  } finally {
    await driver.stop();
  }
  return errors;
}

test("when a driver has left, the bus has told all that became of an execution, in its order", async () => {
  const home = testHome();
  expect(await rejected(home)).toEqual([]);
  const events = home.events.read(0, 100).map(({ event }) => event);
  expect(events.map(({ type }) => type)).toEqual([
    "execution.requested",
    "stage.entered",
    "gate.opened",
    "gate.decided",
    "execution.ended",
  ]);
  expect(events.map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq).toSorted((a, b) => a - b));
  expect(events.at(-1)).toMatchObject({ actor: "conductor", data: { outcome: "rejected" } });
});

class BrokenBus extends SqliteEventBus {
  override publish(): Promise<void> {
    return Promise.reject(new Error("the bus is gone"));
  }
}

test("a bus in trouble holds no execution back, is told, and gets everything when it works again", async () => {
  const home = testHome();
  const { database } = home.directory;
  const errors = await rejected({ ...home, events: new BrokenBus(database, home.world.clock) });
  expect(errors).toContainEqual(new Error("the bus is gone"));
  expect(home.events.read(0, 100)).toEqual([]);
  const driver = await Driver.begin(home, "test", () => {});
  await driver?.stop();
  expect(home.events.read(0, 100).map(({ event }) => event.type)).toContain("execution.ended");
});
