import { expect, test } from "vitest";
import { SlackChat } from "../../../adapters/http/slack-chat.ts";
import { gateById } from "../../../core/gate/gates.ts";
import { grantsOf } from "../../../core/identity/access.ts";
import { savePerson } from "../../../core/identity/people.ts";
import { slackTasks } from "../../../lambdas/slack-worker/handler.ts";
import { waiting } from "../../api/scene.ts";
import { scriptedServer } from "../../support/scripted-server.ts";
import { testHome } from "../../support/workspace.ts";

async function withSlack() {
  const { world } = testHome();
  const server = await scriptedServer();
  const chat = new SlackChat({ token: "xoxb-test", channel: "C1", api: server.url, hooks: server.url });
  const errors: unknown[] = [];
  const work = { world, chat, origin: "https://conductor.example", onError: (e: unknown) => errors.push(e) };
  const grants = grantsOf(["approver:dev"]);
  await savePerson(world.table, { principal: "grace", grants, slack: "UGRACE" }, "test", world.clock.now());
  const record = (messageId: string, body: unknown, times = 1) => ({
    messageId,
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: String(times) },
  });
  const approve = {
    slackUser: "UGRACE",
    command: "/approve",
    text: "gate_dev",
    answerAt: `${server.url}/hook`,
  };
  return { world, server, work, errors, record, approve };
}

test("what waits in SQS is done and answered, and leaves the queue; so does what is no task", async () => {
  const { world, server, work, errors, record, approve } = await withSlack();
  await waiting(world);
  server.next({ body: "ok" });
  const event = { Records: [record("m1", approve), record("m2", "{"), record("m3", { no: "task" })] };
  expect(await slackTasks(event, work)).toEqual({ batchItemFailures: [] });
  expect((await gateById(world.table, "gate_dev")).status).toBe("approved");
  expect(JSON.stringify(server.asked)).toContain("You approved");
  expect(errors).toEqual([]);
});

test("a task whose answer does not reach Slack stays for another try, five times in all", async () => {
  const { world, server, work, errors, record, approve } = await withSlack();
  await waiting(world);
  server.next(...Array.from({ length: 9 }, () => ({ status: 500, body: "no" })));
  const again = await slackTasks({ Records: [record("m1", approve, 4)] }, work);
  expect(again).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
  const over = await slackTasks({ Records: [record("m1", approve, 5)] }, work);
  expect(over).toEqual({ batchItemFailures: [] });
  expect(errors).toHaveLength(2);
});
