import { describe, expect, it } from "vitest";
import { Harness, named, single, TOKEN_PAYLOAD, tokenIn } from "../harness.ts";

const gate = (rest: object = {}) =>
  single({
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
    Arguments: { FunctionName: "ask", Payload: TOKEN_PAYLOAD },
    ...rest,
  });

function tokenOf(harness: Harness, call = 0): string {
  return tokenIn(harness.calls[call]!);
}

describe("a Task that waits for its token", () => {
  it("goes on with what SendTaskSuccess says", async () => {
    const harness = new Harness({ ask: () => "asked" });
    const arn = await harness.start(gate({ Output: "{% $states.result.answer %}" }));
    expect(harness.outcome(arn).types.slice(-2)).toEqual(["TaskStarted", "TaskSubmitted"]);
    await harness.engine.sendTaskSuccess({ taskToken: tokenOf(harness), output: '{"answer":42}' });
    await harness.engine.settled();
    const { output, types, events } = harness.outcome(arn);
    expect(output).toBe("42");
    expect(types.slice(-3)).toEqual(["TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"]);
    expect(events[4]).toMatchObject({
      taskSubmittedEventDetails: {
        resource: "invoke.waitForTaskToken",
        output: expect.stringContaining('"asked"'),
      },
    });
  });

  it("fails with what SendTaskFailure says, or with nothing", async () => {
    const harness = new Harness({ ask: () => null });
    const arn = await harness.start(gate());
    await harness.engine.sendTaskFailure({
      taskToken: tokenOf(harness),
      error: "Rejected",
      cause: "too dear",
    });
    await harness.engine.settled();
    expect(harness.outcome(arn)).toMatchObject({ status: "FAILED", error: "Rejected", cause: "too dear" });

    const silent = new Harness({ ask: () => null });
    const caught = await silent.start({
      StartAt: "Only",
      States: {
        Only: {
          ...(gate() as { States: { Only: object } }).States.Only,
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "C" }],
        },
        C: { Type: "Pass", End: true },
      },
    });
    await silent.engine.sendTaskFailure({ taskToken: tokenOf(silent) });
    await silent.engine.settled();
    expect(silent.outcome(caught).output).toBe('{"Error":null,"Cause":null}');
  });

  it("takes the first outcome and refuses every other", async () => {
    const harness = new Harness({ ask: () => null });
    const arn = await harness.start(gate());
    const taskToken = tokenOf(harness);
    const answers = await Promise.allSettled([
      harness.engine.sendTaskSuccess({ taskToken, output: "1" }),
      harness.engine.sendTaskFailure({ taskToken, error: "E" }),
      harness.engine.sendTaskSuccess({ taskToken, output: "2" }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    await harness.engine.settled();
    expect(harness.outcome(arn).output).toBe("1");
    await expect(harness.engine.sendTaskHeartbeat({ taskToken })).rejects.toMatchObject({
      name: "TaskTimedOut",
    });
  });

  it("can be answered while the function that hands out the token still runs: that comes first in the history", async () => {
    const harness = new Harness({
      ask: async (call) => {
        await harness.engine.sendTaskSuccess({
          taskToken: tokenIn(call),
          output: '"quick"',
        });
        return "handed out";
      },
    });
    const { output, types } = await harness.run(gate());
    expect(output).toBe('"quick"');
    expect(types).toContain("TaskSubmitted");
  });

  it("counts an answer even if the function that handed out the token fails afterwards", async () => {
    const harness = new Harness({
      ask: async (call) => {
        await harness.engine.sendTaskSuccess({
          taskToken: tokenIn(call),
          output: '"kept"',
        });
        throw named("TooLate");
      },
    });
    expect((await harness.run(gate())).output).toBe('"kept"');
  });

  it("fails when the function that hands out the token does, and the token is void then", async () => {
    const harness = new Harness({
      ask: () => {
        throw named("Broken");
      },
    });
    const { error } = await harness.run(gate());
    expect(error).toBe("Broken");
    const answer = harness.engine.sendTaskSuccess({ taskToken: tokenOf(harness), output: "1" });
    await expect(answer).rejects.toMatchObject({ name: "TaskTimedOut" });
  });

  it("hands out another token for each try", async () => {
    let tries = 0;
    const harness = new Harness({
      ask: () => {
        if (tries++ === 0) throw named("Once");
        return null;
      },
    });
    await harness.start(gate({ Retry: [{ ErrorEquals: ["Once"] }] }));
    await harness.pass(1);
    expect(tokenOf(harness, 0)).not.toBe(tokenOf(harness, 1));
    expect(harness.calls[0]?.idempotencyKey).toBe(harness.calls[1]?.idempotencyKey);
  });

  it("times out", async () => {
    const harness = new Harness({ ask: () => null });
    const arn = await harness.start(gate({ TimeoutSeconds: 600 }));
    await harness.pass(600);
    const { error, types } = harness.outcome(arn);
    expect(error).toBe("States.Timeout");
    expect(types.at(-2)).toBe("TaskTimedOut");
    const late = harness.engine.sendTaskSuccess({ taskToken: tokenOf(harness), output: "1" });
    await expect(late).rejects.toMatchObject({ name: "TaskTimedOut" });
  });

  it("times out when no heartbeat comes, as States.HeartbeatTimeout too, and lives on when one does", async () => {
    const harness = new Harness({ ask: () => null });
    const machine = gate({ TimeoutSeconds: 600, HeartbeatSeconds: 60, End: false, Next: "D" }) as {
      States: Record<string, object>;
    };
    Object.assign(machine.States["Only"] as object, {
      Catch: [{ ErrorEquals: ["States.HeartbeatTimeout"], Next: "C" }],
    });
    Object.assign(machine.States, { C: { Type: "Pass", End: true }, D: { Type: "Succeed" } });
    const arn = await harness.start(machine);
    for (let beats = 0; beats < 3; beats++) {
      await harness.pass(59);
      await harness.engine.sendTaskHeartbeat({ taskToken: tokenOf(harness) });
    }
    expect(harness.outcome(arn).status).toBe("RUNNING");
    await harness.pass(60);
    expect(harness.outcome(arn).output).toBe('{"Error":"States.Timeout","Cause":""}');
  });

  it("is not kept alive by heartbeats beyond its timeout", async () => {
    const harness = new Harness({ ask: () => null });
    const arn = await harness.start(gate({ TimeoutSeconds: 100, HeartbeatSeconds: 60 }));
    await harness.pass(50);
    await harness.engine.sendTaskHeartbeat({ taskToken: tokenOf(harness) });
    await harness.pass(50);
    expect(harness.outcome(arn).error).toBe("States.Timeout");
  });

  it.each(["", "short", "x".repeat(64), "x".repeat(3_000), "white space in it, and long enough"])(
    "was never issued under %j",
    async (taskToken) => {
      const { engine } = new Harness();
      const refusal = { name: "InvalidToken", message: "Invalid Token: 'Invalid token'" };
      await expect(engine.sendTaskSuccess({ taskToken, output: "1" })).rejects.toMatchObject(refusal);
      await expect(engine.sendTaskFailure({ taskToken })).rejects.toMatchObject(refusal);
      await expect(engine.sendTaskHeartbeat({ taskToken })).rejects.toMatchObject(refusal);
    },
  );

  it("is gone for whoever has a token of another engine", async () => {
    const harness = new Harness({ ask: () => null });
    await harness.start(gate());
    const gone = { name: "TaskTimedOut", message: "Task Timed Out: 'Provided task does not exist anymore'" };
    const taskToken = tokenOf(harness);
    const { engine } = new Harness();
    await expect(engine.sendTaskSuccess({ taskToken, output: "1" })).rejects.toMatchObject(gone);
    await expect(engine.sendTaskHeartbeat({ taskToken })).rejects.toMatchObject(gone);
  });

  it("cannot be answered with what is not JSON or is too large", async () => {
    const harness = new Harness({ ask: () => null });
    const arn = await harness.start(gate());
    const taskToken = tokenOf(harness);
    for (const output of ["{", `"${"x".repeat(262_144)}"`]) {
      await expect(harness.engine.sendTaskSuccess({ taskToken, output })).rejects.toMatchObject({
        name: "InvalidOutput",
      });
    }
    expect(harness.outcome(arn).status).toBe("RUNNING");
  });

  it("cannot be failed with more words than the service takes", async () => {
    const harness = new Harness({ ask: () => null });
    const executionArn = await harness.start(gate());
    const taskToken = tokenOf(harness);
    const fail = (error: number, cause: number) =>
      harness.engine.sendTaskFailure({ taskToken, error: "e".repeat(error), cause: "c".repeat(cause) });
    await expect(fail(257, 0)).rejects.toMatchObject({ name: "ValidationException" });
    await expect(fail(0, 32_769)).rejects.toMatchObject({ name: "ValidationException" });
    await fail(256, 32_768);
    await harness.engine.settled();
    expect(harness.outcome(executionArn).cause).toHaveLength(32_768);
  });

  it("does not see its token in another Task's context", async () => {
    const machine = gate({ End: false, Next: "After" }) as { States: Record<string, object> };
    Object.assign(machine.States, {
      After: { Type: "Pass", Output: "{% $exists($states.context.Task) %}", End: true },
    });
    const harness = new Harness({ ask: () => null });
    const arn = await harness.start(machine);
    await harness.engine.sendTaskSuccess({ taskToken: tokenOf(harness), output: "1" });
    await harness.engine.settled();
    expect(harness.outcome(arn).output).toBe("false");
  });
});
