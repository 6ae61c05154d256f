import { describe, expect, it } from "vitest";
import { Harness, invoke, named } from "../harness.ts";

const branch = (name: string, state: object, more: object = {}) => ({
  StartAt: name,
  States: { [name]: { End: true, ...state }, ...more },
});
const parallel = (branches: object[], rest: object = {}) => ({
  StartAt: "P",
  States: { P: { Type: "Parallel", Branches: branches, End: true, ...rest } },
});

describe("a Parallel state", () => {
  it("gives every branch the same input and puts out what they gave, in their order", async () => {
    const harness = new Harness({ slow: () => "slow", quick: () => "quick" });
    const machine = parallel([
      branch("Late", { Type: "Wait", Seconds: 9, Output: "{% $states.input.n + 1 %}" }),
      branch("Early", { ...invoke("quick"), Output: "{% $states.result.Payload %}" }),
      branch("Same", { Type: "Pass" }),
    ]);
    const { output } = await harness.run(machine, { n: 1 });
    expect(JSON.parse(output ?? "")).toEqual([2, "quick", { n: 1 }]);
  });

  it("may give the branches something else, and make something of their results", async () => {
    const machine = parallel([branch("A", { Type: "Pass" }), branch("B", { Type: "Pass" })], {
      Arguments: { given: "{% $states.input.n %}" },
      Assign: { results: "{% $states.result %}" },
      Output: "{% $count($states.result) %}",
      End: false,
      Next: "After",
    });
    Object.assign(machine.States, {
      After: { Type: "Pass", Output: "{% $results[1].given & $states.input %}", End: true },
    });
    expect((await new Harness().run(machine, { n: "x" })).output).toBe('"x2"');
  });

  it("records what happens in the order the service does", async () => {
    const machine = parallel([branch("A", { Type: "Pass" }), branch("B", { Type: "Pass" })]);
    const { events } = await new Harness().run(machine);
    expect(events.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`)).toEqual([
      "1<0 ExecutionStarted",
      "2<0 ParallelStateEntered",
      "3<2 ParallelStateStarted",
      "4<3 PassStateEntered",
      "5<4 PassStateExited",
      "6<3 PassStateEntered",
      "7<6 PassStateExited",
      "8<7 ParallelStateSucceeded",
      "9<7 ParallelStateExited",
      "10<9 ExecutionSucceeded",
    ]);
  });

  it("fails with the first branch that does, and ends all the others", async () => {
    const harness = new Harness({ wait: () => new Promise(() => {}) });
    const machine = parallel([
      branch("Hang", invoke("wait")),
      branch("Sleep", { Type: "Wait", Seconds: 1_000 }),
      branch(
        "Soon",
        { Type: "Wait", Seconds: 1, Next: "Fail", End: false },
        { Fail: { Type: "Fail", Error: "Broken", Cause: "why" } },
      ),
    ]);
    harness.engine.loadStateMachine({
      name: "machine",
      definition: { QueryLanguage: "JSONata", ...machine },
    });
    const { executionArn } = await harness.engine.startExecution({ stateMachine: "machine" });
    await until(() => harness.calls.length === 1);
    harness.clock.advance(1_000);
    await harness.engine.settled();
    const { status, error, cause, types } = harness.outcome(executionArn);
    expect([status, error, cause]).toEqual(["FAILED", "Broken", "why"]);
    expect(types.slice(-5)).toEqual([
      "FailStateEntered",
      "TaskStateAborted",
      "WaitStateAborted",
      "ParallelStateFailed",
      "ExecutionFailed",
    ]);
    expect(harness.calls[0]?.signal.aborted).toBe(true);
  });

  it("ends what runs inside the other branches too, the inner before the outer", async () => {
    const map = {
      Type: "Map",
      Items: [1, 2],
      ItemProcessor: { StartAt: "Nap", States: { Nap: { Type: "Wait", Seconds: 9, End: true } } },
    };
    const { events } = await new Harness().run(
      parallel([branch("Each", map), branch("Broken", { Type: "Fail", End: undefined })]),
    );
    const cause = events.find(({ type }) => type === "FailStateEntered")?.id;
    expect(events.slice(-7)).toMatchObject([
      { type: "MapIterationAborted", mapIterationAbortedEventDetails: { name: "Each", index: 0 } },
      { type: "WaitStateAborted", previousEventId: cause },
      { type: "MapIterationAborted", mapIterationAbortedEventDetails: { name: "Each", index: 1 } },
      { type: "WaitStateAborted", previousEventId: cause },
      { type: "MapStateAborted", previousEventId: cause },
      { type: "ParallelStateFailed", previousEventId: cause },
      { type: "ExecutionFailed" },
    ]);
  });

  it("runs all branches again on Retry, with the keys of the first try", async () => {
    let tries = 0;
    const harness = new Harness({
      good: () => "good",
      bad: () => {
        if (tries++ === 0) throw named("Once");
        return "better";
      },
    });
    const machine = parallel([branch("Good", invoke("good")), branch("Bad", invoke("bad"))], {
      Retry: [{ ErrorEquals: ["Once"] }],
    });
    const { status, types } = await harness.run(machine);
    expect(status).toBe("SUCCEEDED");
    expect(types.filter((type) => type === "ParallelStateStarted")).toHaveLength(2);
    expect(types).not.toContain("ParallelStateFailed");
    const keys = harness.calls.map(({ functionName, idempotencyKey }) => `${functionName} ${idempotencyKey}`);
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(2);
  });

  it("lets a branch's variables end with it, and lets it read those around it", async () => {
    const machine = {
      StartAt: "Set",
      States: {
        Set: { Type: "Pass", Assign: { outer: 1 }, Next: "P" },
        P: {
          Type: "Parallel",
          Branches: [
            branch(
              "In",
              { Type: "Pass", Assign: { inner: "{% $outer + 1 %}" }, Next: "Use", End: false },
              { Use: { Type: "Pass", Output: "{% $inner + $outer %}", End: true } },
            ),
          ],
          Next: "After",
        },
        After: {
          Type: "Pass",
          Output: ["{% $states.input %}", "{% $exists($inner) %}", "{% $outer %}"],
          End: true,
        },
      },
    };
    expect(JSON.parse((await new Harness().run(machine)).output ?? "")).toEqual([[3], false, 1]);
  });
});

/** Waits, in real time, until something holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
