import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Harness, invoke, named } from "../harness.ts";

const map = (state: object, rest: object = {}) => ({
  StartAt: "Each",
  States: {
    Each: {
      Type: "Map",
      ItemProcessor: { StartAt: "One", States: { One: { End: true, ...state } } },
      End: true,
      ...rest,
    },
  },
});
const double = { Type: "Pass", Output: "{% $states.input * 2 %}" };

/** Fails for the items that are in the list. */
const failing = (bad: unknown[]) => ({
  f: ({ payload }: { payload: unknown }) => {
    if (bad.includes(payload)) throw named("Bad", String(payload));
    return payload;
  },
});
const perItem = { ...invoke("f", "{% $states.input %}"), Output: "{% $states.result.Payload %}" };

describe("a Map state", () => {
  it("runs its processor for each item of its input and keeps their order", async () => {
    expect((await new Harness().run(map(double), [3, 1, 2])).output).toBe("[6,2,4]");
  });

  it("takes its items from Items: an array with expressions in it, or an expression that gives one", async () => {
    expect(
      (await new Harness().run(map(double, { Items: [1, "{% $states.input.n %}"] }), { n: 5 })).output,
    ).toBe("[2,10]");
    expect(
      (await new Harness().run(map(double, { Items: "{% $states.input.list %}" }), { list: [4] })).output,
    ).toBe("[8]");
  });

  describe("over an object that stands in the definition", () => {
    const Items = { a: 1, b: "{% $states.input.n %}" };

    it("iterates by its pairs", async () => {
      const { output } = await new Harness().run(map({ Type: "Pass" }, { Items }), { n: 2 });
      expect(JSON.parse(output ?? "")).toEqual([
        { Key: "a", Value: 1 },
        { Key: "b", Value: 2 },
      ]);
    });

    it("has keys and values apart in the context", async () => {
      const item = { Type: "Pass", Output: "{% $states.context.Map.Item %}" };
      const ItemSelector = "{% $states.context.Map.Item.Key & $states.context.Map.Item.Value %}";
      const { output } = await new Harness().run(map(item, { Items }), { n: 2 });
      expect(JSON.parse(output ?? "")).toEqual([
        { Index: 0, Key: "a", Value: 1, Source: "STATE_DATA" },
        { Index: 1, Key: "b", Value: 2, Source: "STATE_DATA" },
      ]);
      const selected = await new Harness().run(map({ Type: "Pass" }, { Items, ItemSelector }), { n: 2 });
      expect(selected.output).toBe('["a1","b2"]');
    });
  });

  it.each(["{% 1 %}", "{% 'x' %}", "{% null %}", "{% true %}", "{% {'a': 1} %}"])(
    "refuses Items of %s",
    async (Items) => {
      const { error, cause } = await new Harness().run(map(double, { Items }));
      expect(error).toBe("States.QueryEvaluationError");
      expect(cause).toMatch(/returned an unexpected result type. Expected 'array', but was /);
    },
  );

  it("gives each iteration what ItemSelector makes of its item", async () => {
    const machine = map(
      { Type: "Pass" },
      {
        ItemSelector: {
          i: "{% $states.context.Map.Item.Index %}",
          v: "{% $states.context.Map.Item.Value %}",
          all: "{% $states.input.n %}",
        },
        Items: "{% $states.input.list %}",
      },
    );
    const { output } = await new Harness().run(machine, { list: ["x"], n: 1 });
    expect(JSON.parse(output ?? "")).toEqual([{ i: 0, v: "x", all: 1 }]);
  });

  it("with nothing to iterate over puts out an empty array", async () => {
    const { output, types } = await new Harness().run(map(double), []);
    expect(output).toBe("[]");
    expect(types).toEqual([
      "ExecutionStarted",
      "MapStateEntered",
      "MapStateStarted",
      "MapStateSucceeded",
      "MapStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("runs no more than MaxConcurrency iterations at once", async () => {
    const items = fc.array(fc.nat(5), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 1, max: 4 }), async (list, limit) => {
        let running = 0;
        let most = 0;
        const harness = new Harness({
          f: async ({ payload }) => {
            most = Math.max(most, ++running);
            await new Promise((resolve) => setImmediate(resolve));
            running -= 1;
            return payload;
          },
        });
        const { output } = await harness.run(map(perItem, { MaxConcurrency: limit }), list);
        expect(JSON.parse(output ?? "")).toEqual(list);
        expect(most).toBeLessThanOrEqual(limit);
        expect(most).toBe(Math.min(limit, list.length));
      }),
      { numRuns: 25 },
    );
  });

  it("starts all iterations that may run before any of them enters its state", async () => {
    const { types } = await new Harness().run(map({ Type: "Pass" }, { MaxConcurrency: 2 }), [1, 2, 3]);
    expect(types.slice(2, 10)).toEqual([
      "MapStateStarted",
      "MapIterationStarted",
      "MapIterationStarted",
      "PassStateEntered",
      "PassStateExited",
      "MapIterationSucceeded",
      "MapIterationStarted",
      "PassStateEntered",
    ]);
  });

  it("fails with the first iteration that does", async () => {
    const harness = new Harness(failing([2]));
    const { status, error, types } = await harness.run(map(perItem, { MaxConcurrency: 1 }), [1, 2, 3]);
    expect([status, error]).toEqual(["FAILED", "Bad"]);
    expect(types.slice(-5)).toEqual([
      "TaskFailed",
      "MapIterationFailed",
      "TaskStateAborted",
      "MapStateFailed",
      "ExecutionFailed",
    ]);
    expect(harness.calls).toHaveLength(2);
  });

  it("tolerates as many failures as ToleratedFailureCount says and leaves them out", async () => {
    const harness = new Harness(failing([1, 3]));
    const { output } = await harness.run(map(perItem, { ToleratedFailureCount: 2 }), [1, 2, 3, 4]);
    expect(output).toBe("[2,4]");
  });

  it.each([
    [{ ToleratedFailureCount: 1 }],
    [{ ToleratedFailurePercentage: 49 }],
    [{ ToleratedFailureCount: 3, ToleratedFailurePercentage: 25 }],
    [{ ToleratedFailureCount: "{% 1 %}" }],
  ])("with %j fails when more than that do", async (tolerance) => {
    const harness = new Harness(failing([1, 3]));
    const { error, cause } = await harness.run(map(perItem, tolerance), [1, 2, 3, 4]);
    expect(error).toBe("States.ExceedToleratedFailureThreshold");
    expect(cause).toBe("The specified tolerated failure threshold was exceeded");
  });

  it("tolerates a percentage", async () => {
    const harness = new Harness(failing([1, 3]));
    const { output } = await harness.run(map(perItem, { ToleratedFailurePercentage: 50 }), [1, 2, 3, 4]);
    expect(output).toBe("[2,4]");
  });

  it("gives each iteration a key of its own, also in a Map within a Map", async () => {
    const harness = new Harness({ f: () => 1 });
    const inner = {
      Type: "Map",
      Items: [1, 2],
      ItemProcessor: { StartAt: "Deep", States: { Deep: { ...invoke("f"), End: true } } },
    };
    await harness.run(map(inner, { Items: [1, 2] }));
    const keys = harness.calls.map(({ idempotencyKey }) =>
      idempotencyKey.slice(idempotencyKey.indexOf("Each")),
    );
    expect(keys.sort()).toEqual([
      "Each:1[0]/One:1[0]/Deep:1",
      "Each:1[0]/One:1[1]/Deep:1",
      "Each:1[1]/One:1[0]/Deep:1",
      "Each:1[1]/One:1[1]/Deep:1",
    ]);
  });

  it("runs a thousand iterations", async () => {
    const { output } = await new Harness().run(map(double, { Items: "{% $range(1, 1000, 1) %}" }));
    expect(JSON.parse(output ?? "")).toHaveLength(1_000);
  });

  it("is retried as a whole", async () => {
    let broken = true;
    const harness = new Harness({
      f: ({ payload }) => {
        if (payload !== 2 || !broken) return payload;
        broken = false;
        throw named("Once");
      },
    });
    const { output, types } = await harness.run(
      map(perItem, { Retry: [{ ErrorEquals: ["Once"] }], MaxConcurrency: 1 }),
      [1, 2],
    );
    expect(output).toBe("[1,2]");
    expect(types.filter((type) => type === "MapStateStarted")).toHaveLength(2);
  });
});
