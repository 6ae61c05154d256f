import { beforeEach, describe, expect, test } from "vitest";
import { SqliteTaskQueue } from "../../../adapters/embedded/task-queue.ts";
import { SlackChat } from "../../../adapters/http/slack-chat.ts";
import { notifyOpenGates } from "../../../api/mails/notify.ts";
import { createSlack } from "../../../api/slack/app.ts";
import { signatureOf } from "../../../api/slack/signature.ts";
import { doSlackWork } from "../../../api/slack/work.ts";
import type { Environment } from "../../../core/artifacts/vocabulary.ts";
import { find } from "../../../core/execution/executions.ts";
import { gateById } from "../../../core/gate/gates.ts";
import { grantsOf } from "../../../core/identity/access.ts";
import { savePerson } from "../../../core/identity/people.ts";
import { TestClock } from "../../support/clock.ts";
import { DIGEST } from "../../support/records.ts";
import { scriptedServer } from "../../support/scripted-server.ts";
import { testHome } from "../../support/workspace.ts";
import { toldOf, waiting } from "../scene.ts";

const SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
const ORIGIN = "http://localhost:4100";
const DONE = { body: "ok" };

/** A workspace with Slack at its door, and a server that plays Slack's part. */
async function withSlack() {
  const home = testHome();
  const { world, directory } = home;
  const server = await scriptedServer();
  const queue = new SqliteTaskQueue(directory.database, world.clock, { name: "slack" });
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const chat = new SlackChat({ token: "xoxb-test", channel: "C1", api: server.url, hooks: server.url });
  const app = createSlack({ world, signingSecret: SECRET, queue, chat, onError });
  return {
    world,
    server,
    chat,
    app,
    errors,
    queue,
    work: () => doSlackWork({ world, queue, chat, origin: ORIGIN, onError }),
  };
}

type Scene = Awaited<ReturnType<typeof withSlack>>;
let scene: Scene;

beforeEach(async () => {
  scene = await withSlack();
  const { table, clock } = scene.world;
  const grants = grantsOf(["approver:dev", "operator:dev", "approver:prod"]);
  await savePerson(table, { principal: "grace", grants, slack: "UGRACE" }, "test", clock.now());
});

interface Sending {
  readonly at?: Date;
  readonly signature?: string;
  readonly path?: string;
}

let sent = 0;

async function send(
  fields: Record<string, string>,
  { at, signature, path = "/slack/commands" }: Sending = {},
) {
  // Two commands that say the same are two requests: each has a trigger of its own.
  const body = new URLSearchParams({ trigger_id: String(sent++), ...fields }).toString();
  const timestamp = String(Math.floor((at ?? scene.world.clock.now()).getTime() / 1000));
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": signature ?? signatureOf(SECRET, { timestamp, body }),
  };
  const again = () => scene.app.request(path, { method: "POST", headers, body });
  const response = await again();
  return {
    status: response.status,
    answer: jsonIn(await response.text()),
    again,
  };
}

function jsonIn(text: string): { text?: string; name?: string } {
  return text === "" ? {} : (JSON.parse(text) as { text?: string; name?: string });
}

const command = (text: string, by = "UGRACE", sending: Sending = {}) => {
  const [name = "", ...rest] = text.split(" ");
  const fields = {
    command: name,
    text: rest.join(" "),
    user_id: by,
    response_url: `${scene.server.url}/answer`,
  };
  return send(fields, sending);
};

/** What Slack is told in the end. */
async function outcome(text: string, by?: string): Promise<string> {
  scene.server.next(DONE);
  expect((await command(text, by)).status).toBe(200);
  await scene.work();
  const { body } = scene.server.asked.at(-1) ?? {};
  return String((body as { text?: unknown })?.text);
}

test("Slack's own example of a signature verifies", () => {
  // https://docs.slack.dev/authentication/verifying-requests-from-slack
  const body =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
  expect(signatureOf("8f742231b10e8888abcd99yyyzzz85a5", { timestamp: "1531420618", body })).toBe(
    "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  );
});

describe("a request", () => {
  test.each([
    ["with a signature of somebody else's", { signature: `v0=${"0".repeat(64)}` }],
    ["without a signature", { signature: "" }],
    ["with half of one", { signature: "v0=ab" }],
  ])("%s does nothing", async (_what, sending) => {
    const { status, answer } = await command("/status exec_dev", "UGRACE", sending);
    expect([status, answer.name]).toEqual([401, "SlackSignatureInvalid"]);
    expect(await scene.queue.receive({ most: 1, visibilitySeconds: 1 })).toEqual([]);
  });

  test.each([-301, 301])("of %i seconds ago does nothing", async (seconds) => {
    const at = new Date(scene.world.clock.now().getTime() + seconds * 1000);
    expect((await command("/status exec_dev", "UGRACE", { at })).status).toBe(401);
  });

  test("that comes a second time does nothing", async () => {
    const { status, again } = await command("/status exec_dev");
    expect(status).toBe(200);
    const replayed = await again();
    expect([replayed.status, ((await replayed.json()) as { name: string }).name]).toEqual([
      409,
      "SlackReplayed",
    ]);
    expect(await scene.queue.receive({ most: 10, visibilitySeconds: 1 })).toHaveLength(1);
  });

  test("is answered before anything is done", async () => {
    await waiting(scene.world);
    const { status, answer } = await command("/approve gate_dev");
    expect([status, answer.text]).toEqual([200, "On it."]);
    expect((await gateById(scene.world.table, "gate_dev")).votes).toEqual([]);
  });
});

describe("a command", () => {
  const scenes = async (environment: Environment = "dev") => await waiting(scene.world, environment);

  test("approves as the person behind the Slack user", async () => {
    await scenes();
    expect(await outcome("/approve gate_dev looks fine")).toContain("You approved");
    expect(await gateById(scene.world.table, "gate_dev")).toMatchObject({
      status: "approved",
      votes: [{ by: "grace", via: "slack", authenticated: true, notes: "looks fine" }],
    });
  });

  test("rejects, with a reason", async () => {
    await scenes();
    expect(await outcome("/reject gate_dev")).toContain("Say why");
    expect(await outcome("/reject gate_dev not now")).toContain("You rejected");
  });

  test("that comes twice out of the queue decides once", async () => {
    await scenes();
    await outcome("/approve gate_dev");
    expect(await outcome("/approve gate_dev")).toContain("already approved");
    expect((await gateById(scene.world.table, "gate_dev")).votes).toHaveLength(1);
  });

  test("of somebody unknown does nothing, whatever they are called", async () => {
    await scenes();
    expect(await outcome("/approve gate_dev", "UEVE")).toContain("nobody is known");
    expect((await gateById(scene.world.table, "gate_dev")).votes).toEqual([]);
  });

  test("decides at no critical gate", async () => {
    await scenes("prod");
    expect(await outcome("/approve gate_prod")).toContain("not decided in Slack");
    expect((await gateById(scene.world.table, "gate_prod")).votes).toEqual([]);
  });

  test("does what the person's role allows and no more", async () => {
    await scenes("sit");
    expect(await outcome("/approve gate_sit")).toContain("there is no gate");
    expect(await outcome("/rollback exec_sit")).toContain("there is no execution");
  });

  test("tells how an execution stands, and asks for its way back", async () => {
    await waiting(scene.world, "dev", {
      execution: {
        changeStatus: "DONE",
        status: "completed",
        outcome: "applied",
        endedAt: new Date().toISOString(),
      },
    });
    expect(await outcome("/status exec_dev")).toContain("DONE (applied)");
    expect(await outcome("/rollback exec_dev it broke")).toContain("is being rolled back");
    expect(await find(scene.world.table, "exec_dev")).toMatchObject({ changeStatus: "ROLLBACK" });
  });

  test("that nobody knows is answered with those that are", async () => {
    expect((await command("/deploy now")).answer.text).toContain("`/approve`");
  });

  test("is answered again when Slack was away, and took effect once", async () => {
    await scenes();
    let now = new Date();
    const clock = new TestClock();
    clock.now = () => now;
    const queue = new SqliteTaskQueue(testHome().directory.database, clock, { name: "slack" });
    const body = {
      slackUser: "UGRACE",
      command: "/approve",
      text: "gate_dev",
      answerAt: `${scene.server.url}/a`,
    };
    await queue.send([{ id: "one", body }]);
    const errors: unknown[] = [];
    const work = { ...scene, queue, origin: ORIGIN, onError: (error: unknown) => errors.push(error) };
    scene.server.next({ status: 503, body: "" }, DONE);
    await doSlackWork(work);
    now = new Date(now.getTime() + 61_000);
    await doSlackWork(work);
    expect(errors).toHaveLength(1);
    expect(scene.server.asked).toHaveLength(2);
    expect((await gateById(scene.world.table, "gate_dev")).votes).toHaveLength(1);
    now = new Date(now.getTime() + 61_000);
    expect(await queue.receive({ most: 1, visibilitySeconds: 1 })).toEqual([]);
  });

  test("is answered at Slack's addresses only", async () => {
    const chat = new SlackChat({ token: "t", channel: "C1" });
    for (const address of [
      "http://127.0.0.1:9/",
      "https://hooks.slack.com.evil.example/",
      "file:///etc/passwd",
      "",
    ])
      await expect(chat.answer(address, { text: "x" })).rejects.toMatchObject({ name: "ChatRefused" });
  });
});

test("a button approves exactly what its message showed", async () => {
  await waiting(scene.world);
  const press = async (value: string, action_id = "approve") => {
    const payload = {
      type: "block_actions",
      user: { id: "UGRACE" },
      trigger_id: "1.2.abc",
      response_url: `${scene.server.url}/answer`,
      actions: [{ action_id, value }],
    };
    scene.server.next(DONE);
    await send({ payload: JSON.stringify(payload) }, { path: "/slack/interactions" });
    await scene.work();
    return String((scene.server.asked.at(-1)?.body as { text?: unknown })?.text);
  };
  expect(await press(`gate_dev ${"0".repeat(64)}`)).toContain("no longer the one you read");
  expect(await press(`gate_dev ${DIGEST}`)).toContain("You approved");
});

describe("the button that rejects", () => {
  const interaction = async (payload: object) =>
    await send({ payload: JSON.stringify(payload) }, { path: "/slack/interactions" });
  const press = (by = "UGRACE") =>
    interaction({
      type: "block_actions",
      user: { id: by },
      trigger_id: "1.2.abc",
      response_url: `${scene.server.url}/answer`,
      actions: [{ action_id: "reject", value: `gate_dev ${DIGEST}` }],
    });
  /** The form that Slack was given. */
  const shown = () =>
    (scene.server.asked.at(-1)?.body as { view: { private_metadata: string } } | undefined)?.view;
  const submit = (value: string | null, view: object = {}, by = "UGRACE") =>
    interaction({
      type: "view_submission",
      user: { id: by },
      view: { callback_id: "reject", ...shown(), state: { values: { why: { reason: { value } } } }, ...view },
    });
  const votes = async () => (await gateById(scene.world.table, "gate_dev")).votes;

  test("opens a form that asks why, and rejects by what it is told", async () => {
    await waiting(scene.world);
    scene.server.next({ body: { ok: true } });
    expect((await press()).status).toBe(200);
    expect(scene.server.asked).toMatchObject([
      {
        path: "/api/views.open",
        headers: { authorization: "Bearer xoxb-test" },
        body: { trigger_id: "1.2.abc", view: { type: "modal", callback_id: "reject" } },
      },
    ]);
    expect(await votes()).toEqual([]);
    scene.server.next(DONE);
    const { status, again } = await submit("It would\nlose the orders");
    expect(status).toBe(200);
    await scene.work();
    expect(scene.server.asked.at(-1)?.body).toMatchObject({
      text: expect.stringContaining("You rejected"),
    });
    expect(await votes()).toMatchObject([
      { by: "grace", decision: "reject", via: "slack", digest: DIGEST, notes: "It would lose the orders" },
    ]);
    expect((await again()).status).toBe(409);
    expect(await votes()).toHaveLength(1);
  });

  test.each([
    ["without a reason", null, {}],
    ["with an empty one", "  ", {}],
    ["of somebody else's form", "no", { callback_id: "other" }],
    ["whose subject is not ours", "no", { private_metadata: "{}" }],
    ["whose subject cannot be read", "no", { private_metadata: "{" }],
  ])("decides nothing by a form %s", async (_which, reason, view) => {
    await waiting(scene.world);
    scene.server.next({ body: { ok: true } });
    await press();
    await submit(reason, view);
    await scene.work();
    expect(await votes()).toEqual([]);
  });

  test("decides nothing for somebody who may not, nor on what has become another change", async () => {
    await waiting(scene.world);
    scene.server.next({ body: { ok: true } }, DONE, DONE);
    await press();
    const about = JSON.parse(shown()?.private_metadata ?? "{}") as object;
    await submit("no", {}, "USTRANGER");
    await submit("no", { private_metadata: JSON.stringify({ ...about, digest: "0".repeat(64) }) });
    await scene.work();
    const said = scene.server.asked.slice(1).map(({ body }) => String((body as { text: string }).text));
    expect(said).toEqual([
      expect.stringContaining("nobody is known"),
      expect.stringContaining("no longer the one you read"),
    ]);
    expect(await votes()).toEqual([]);
  });

  test("says how to give the reason where the form cannot be shown", async () => {
    await waiting(scene.world);
    scene.server.next({ body: { ok: false, error: "expired_trigger_id" } }, DONE);
    await press();
    await scene.work();
    expect(scene.errors).toMatchObject([{ name: "ChatRefused" }]);
    expect(scene.server.asked.at(-1)?.body).toMatchObject({ text: "Say why: `/reject gate_dev because …`" });
    expect(await votes()).toEqual([]);
  });
});

test("the channel hears of a gate once: what changes, who may decide, and nobody is mentioned by others' text", async () => {
  await waiting(scene.world, "dev", { gate: { subject: "<!channel> & <https://evil.example|click>" } });
  const mailer = { send: async () => {} };
  const notifying = { world: scene.world, mailer, linkKey: "k", origin: ORIGIN, chat: scene.chat };
  scene.server.next({ body: { ok: true } });
  await notifyOpenGates(notifying);
  await notifyOpenGates(notifying);
  expect(scene.server.asked).toHaveLength(1);
  const [{ path, headers, body }] = scene.server.asked as [Scene["server"]["asked"][number]];
  expect([path, headers["authorization"]]).toEqual(["/api/chat.postMessage", "Bearer xoxb-test"]);
  const text = JSON.stringify(body);
  expect(text).not.toContain("<!channel>");
  expect(text).toContain("&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;");
  expect(text).toContain(`"value":"gate_dev ${DIGEST}"`);
  expect(text).toContain("May decide: grace");
  const told = (await toldOf(scene.world, "exec_dev")).filter(({ type }) => type === "gate.notified");
  expect(told.map(({ data }) => data["kind"])).toEqual(["ask", "chat"]);
});

test("a critical gate has no button in the channel, and Slack's refusal is an error that is tried again", async () => {
  await waiting(scene.world, "prod");
  const notifying = {
    world: scene.world,
    mailer: { send: async () => {} },
    linkKey: "k",
    origin: ORIGIN,
    chat: scene.chat,
  };
  scene.server.next({ body: { ok: false, error: "channel_not_found" } }, { body: { ok: true } });
  await expect(notifyOpenGates(notifying)).rejects.toMatchObject({ name: "ChatRefused" });
  await notifyOpenGates(notifying);
  const text = JSON.stringify(scene.server.asked.at(-1)?.body);
  expect(text).not.toMatch(/"action_id":"(approve|reject)"/);
  expect(text).toContain("decided in the console");
});
