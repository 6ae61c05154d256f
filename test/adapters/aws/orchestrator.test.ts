import { describe, expect, onTestFinished, test } from "vitest";
import { StepFunctionsOrchestrator } from "../../../adapters/aws/orchestrator.ts";
import { Harness, single, TOKEN_PAYLOAD, tokenIn } from "../../engine/harness.ts";
import { FaultProxy } from "../../support/fault-proxy.ts";
import { describeFaults, type FaultBench, patience } from "../../support/messaging-faults.ts";
import { machineArn, place } from "../../support/step-functions.ts";
import { serveStepFunctions } from "../../support/step-functions-server.ts";

const ASK = single({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Arguments: { FunctionName: "keep", Payload: TOKEN_PAYLOAD },
  TimeoutSeconds: 60,
});

interface Bench {
  readonly proxy: FaultProxy;
  readonly harness: Harness;
  readonly orchestrator: StepFunctionsOrchestrator;
}

async function bench(waiting = patience): Promise<Bench> {
  const harness = new Harness({ keep: () => ({}) });
  harness.engine.loadStateMachine({ name: "ask", definition: { QueryLanguage: "JSONata", ...ASK } });
  const proxy = await FaultProxy.before(await serveStepFunctions(harness.engine));
  onTestFinished(() => proxy.end());
  const machines = { ask: machineArn("ask") };
  const orchestrator = new StepFunctionsOrchestrator(place(proxy.endpoint, { patience: waiting }), machines);
  return { proxy, harness, orchestrator };
}

const runs = ({ engine }: Harness) => engine.listExecutions({}).executions;

async function starting(waiting: typeof patience): Promise<FaultBench> {
  const { proxy, harness, orchestrator } = await bench(waiting);
  return {
    proxy,
    call: () => orchestrator.start("ask", "one", { goal: "g" }),
    done: () => Promise.resolve(runs(harness).length),
  };
}

/** Answers of a task that waits, done when its execution has ended with them. */
async function answering(waiting: typeof patience): Promise<FaultBench> {
  const { proxy, harness, orchestrator } = await bench(waiting);
  await orchestrator.start("ask", "one", {});
  await harness.engine.settled();
  proxy.count();
  return {
    proxy,
    call: () => orchestrator.sendTaskSuccess(tokenIn(harness.calls[0]!), {}),
    done: async () => {
      await harness.engine.settled();
      return runs(harness).filter(({ status }) => status === "SUCCEEDED").length;
    },
  };
}

describeFaults("a start in Step Functions", { on: "StartExecution", most: 1 }, starting);
describeFaults("an answer to Step Functions", { on: "SendTaskSuccess", most: 1 }, answering);

describe("a start in Step Functions", () => {
  test("costs one call, and one more to be told from an earlier one that has ended", async () => {
    const { proxy, harness, orchestrator } = await bench();
    await orchestrator.start("ask", "one", {});
    expect(proxy.count()).toEqual({ StartExecution: 1 });
    await harness.engine.settled();
    await orchestrator.sendTaskSuccess(tokenIn(harness.calls[0]!), {});
    await harness.engine.settled();
    await orchestrator.start("ask", "one", {});
    expect(proxy.count()).toEqual({ StartExecution: 1, SendTaskSuccess: 1, DescribeExecution: 1 });
  });

  test("whose answer was lost until the execution had ended starts no other", async () => {
    const { proxy, harness, orchestrator } = await bench();
    proxy.inject("response-lost", { on: "StartExecution", times: 3 });
    await expect(orchestrator.start("ask", "one", { a: 1 })).rejects.toMatchObject({ name: "TimedOut" });
    await harness.engine.settled();
    await harness.pass(61);
    expect(runs(harness)).toMatchObject([{ name: "one", status: "FAILED" }]);
    await orchestrator.start("ask", "one", { a: 1 });
    expect(runs(harness)).toHaveLength(1);
  });

  test.each([
    ["StateMachineDoesNotExist", "MachineMissing"],
    ["StateMachineDeleting", "MachineMissing"],
    ["ExecutionLimitExceeded", "QuotaExceeded"],
    ["KmsAccessDeniedException", "RequestRefused"],
  ])("that is refused with %s is told as %s", async (code, name) => {
    const { proxy, harness, orchestrator } = await bench();
    proxy.inject({ status: 400, code, message: "no" }, { times: 9 });
    await expect(orchestrator.start("ask", "one", {})).rejects.toMatchObject({ name });
    expect([proxy.count(), runs(harness)]).toEqual([{ StartExecution: 1 }, []]);
  });
});

test.each(["TaskTimedOut", "TaskDoesNotExist"])(
  "an answer that Step Functions refuses with %s is settled",
  async (code) => {
    const { proxy, orchestrator } = await bench();
    proxy.inject({ status: 400, code, message: "no" }, { times: 2 });
    await orchestrator.sendTaskSuccess("A".repeat(64), {});
    await orchestrator.sendTaskFailure("A".repeat(64), "ExecutionCancelled", "cancelled");
    expect(proxy.count()).toEqual({ SendTaskSuccess: 1, SendTaskFailure: 1 });
  },
);
