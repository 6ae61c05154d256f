import { describe, expect, test } from "vitest";
import { StepFunctionsOrchestrator } from "../../adapters/aws/orchestrator.ts";
import { EngineOrchestrator } from "../../adapters/embedded/orchestrator.ts";
import type { Orchestrator } from "../../core/orchestrator.ts";
import { Harness, TOKEN_PAYLOAD, tokenIn } from "../engine/harness.ts";
import { HOME, machineArn, place } from "../support/step-functions.ts";
import { serveStepFunctions } from "../support/step-functions-server.ts";

/** Waits for an answer, and is caught where it is a refusal. */
const ASK = {
  StartAt: "Ask",
  States: {
    Ask: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
      Arguments: { FunctionName: "keep", Payload: TOKEN_PAYLOAD },
      TimeoutSeconds: 60,
      Catch: [
        { ErrorEquals: ["ExecutionCancelled"], Next: "Cancelled", Output: "{% $states.errorOutput %}" },
      ],
      End: true,
    },
    Cancelled: { Type: "Succeed" },
  },
};

interface Opened {
  readonly orchestrator: Orchestrator;
  /** The same as another process has it. */
  readonly other: Orchestrator;
  readonly harness: Harness;
}

describe("the orchestrator on the engine", () => {
  cases((harness) => Promise.resolve(new EngineOrchestrator(harness.engine, HOME)));
});

describe("the orchestrator on Step Functions", () => {
  cases(async (harness) => {
    const endpoint = await serveStepFunctions(harness.engine);
    return new StepFunctionsOrchestrator(place(endpoint), {
      ask: machineArn("ask"),
      gone: machineArn("gone"),
    });
  });
});

function cases(open: (harness: Harness) => Promise<Orchestrator>): void {
  async function opened(): Promise<Opened> {
    const harness = new Harness({ keep: () => ({}) });
    harness.engine.loadStateMachine({ name: "ask", definition: { QueryLanguage: "JSONata", ...ASK } });
    return { orchestrator: await open(harness), other: await open(harness), harness };
  }

  const runs = ({ engine }: Harness) => engine.listExecutions({}).executions.map(({ name }) => name);

  const ended = async ({ engine }: Harness, name = "one") => {
    await engine.settled();
    const executionArn = `arn:aws:states:${HOME.region}:${HOME.accountId}:execution:ask:${name}`;
    const { status, output, error } = engine.describeExecution({ executionArn });
    return { status, output: output === undefined ? undefined : (JSON.parse(output) as unknown), error };
  };

  /** A started execution and the token it waits with. */
  async function waiting({ orchestrator, harness }: Opened): Promise<string> {
    await orchestrator.start("ask", "one", {});
    await harness.engine.settled();
    return tokenIn(harness.calls[0]!);
  }

  describe("a start", () => {
    test("that is delivered again starts nothing, while the execution runs and when it has ended", async () => {
      const world = await opened();
      const { orchestrator, other, harness } = world;
      await orchestrator.start("ask", "one", { goal: "g", list: [1, { a: 2 }] });
      await other.start("ask", "one", { goal: "g", list: [1, { a: 2 }] });
      await harness.engine.settled();
      await orchestrator.sendTaskSuccess(tokenIn(harness.calls[0]!), {});
      expect((await ended(harness)).status).toBe("SUCCEEDED");
      await other.start("ask", "one", { goal: "g", list: [1, { a: 2 }] });
      await harness.engine.settled();
      expect([runs(harness), harness.calls.length]).toEqual([["one"], 1]);
    });

    test("is the same whatever the order of its input's members", async () => {
      const { orchestrator, harness } = await opened();
      await orchestrator.start("ask", "one", { a: 1, b: { c: 2, d: undefined } });
      await orchestrator.start("ask", "one", { b: { c: 2 }, a: 1 });
      expect(runs(harness)).toEqual(["one"]);
    });

    test("from many at once starts one execution", async () => {
      const { orchestrator, other, harness } = await opened();
      const starts = Array.from({ length: 20 }, (_, i) =>
        (i % 2 === 0 ? orchestrator : other).start("ask", "one", { a: 1 }),
      );
      await Promise.all(starts);
      expect(runs(harness)).toEqual(["one"]);
    });

    test("with another input under a name that is taken is refused by name, and changes nothing", async () => {
      const { orchestrator, harness } = await opened();
      const refused = { name: "StartedDifferently", message: expect.stringContaining("one") };
      await orchestrator.start("ask", "one", { goal: "first" });
      await expect(orchestrator.start("ask", "one", { goal: "second" })).rejects.toMatchObject(refused);
      await harness.engine.settled();
      await orchestrator.sendTaskSuccess(tokenIn(harness.calls[0]!), { answer: 1 });
      await harness.engine.settled();
      await expect(orchestrator.start("ask", "one", {})).rejects.toMatchObject(refused);
      expect(runs(harness)).toEqual(["one"]);
      expect(await ended(harness)).toMatchObject({ status: "SUCCEEDED", output: { answer: 1 } });
    });

    test.each(["gone", "never-heard-of"])(
      "of the machine %s, which is not there, says so",
      async (machine) => {
        const { orchestrator } = await opened();
        await expect(orchestrator.start(machine, "one", {})).rejects.toMatchObject({
          name: "MachineMissing",
          message: expect.stringContaining(machine),
        });
      },
    );
  });

  describe("an answer", () => {
    test("goes on with what was answered", async () => {
      const world = await opened();
      await world.orchestrator.sendTaskSuccess(await waiting(world), { gateId: "g", notes: "„ja“ 😀" });
      expect(await ended(world.harness)).toMatchObject({
        status: "SUCCEEDED",
        output: { gateId: "g", notes: "„ja“ 😀" },
      });
    });

    test("that refuses is caught under its name, with its cause", async () => {
      const world = await opened();
      const token = await waiting(world);
      await world.orchestrator.sendTaskFailure(token, "ExecutionCancelled", "somebody cancelled it");
      expect(await ended(world.harness)).toMatchObject({
        status: "SUCCEEDED",
        output: { Error: "ExecutionCancelled", Cause: "somebody cancelled it" },
      });
    });

    test("counts once: those that come later, and otherwise, change nothing", async () => {
      const world = await opened();
      const token = await waiting(world);
      await world.orchestrator.sendTaskSuccess(token, { first: true });
      await world.other.sendTaskSuccess(token, { first: false });
      await world.other.sendTaskFailure(token, "ExecutionCancelled", "late");
      expect(await ended(world.harness)).toMatchObject({ status: "SUCCEEDED", output: { first: true } });
      await world.orchestrator.sendTaskSuccess(token, { first: false });
      expect(await ended(world.harness)).toMatchObject({ output: { first: true } });
    });

    test("to a task that has timed out is no error and changes nothing", async () => {
      const world = await opened();
      const token = await waiting(world);
      await world.harness.pass(61);
      await world.orchestrator.sendTaskSuccess(token, {});
      await world.orchestrator.sendTaskFailure(token, "ExecutionCancelled", "late");
      expect(await ended(world.harness)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    });

    test("to a task nobody ever heard of is no error", async () => {
      const { orchestrator } = await opened();
      const elsewhere = await waiting(await opened());
      await orchestrator.sendTaskSuccess(elsewhere, {});
      await orchestrator.sendTaskFailure(elsewhere, "ExecutionCancelled", "");
    });

    test.each(["x", "not a token at all"])(
      "to %j, which never was a token, is refused by name",
      async (token) => {
        const { orchestrator } = await opened();
        const refused = { name: "InvalidToken" };
        await expect(orchestrator.sendTaskSuccess(token, {})).rejects.toMatchObject(refused);
        await expect(orchestrator.sendTaskFailure(token, "E", "c")).rejects.toMatchObject(refused);
      },
    );
  });
}
