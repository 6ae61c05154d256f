import { Secret, TOTP } from "otpauth";
import { expect, test } from "vitest";
import { notifyOpenGates } from "../../api/mails/notify.ts";
import { linkFor, sealLink } from "../../core/approval/link.ts";
import { castVote, gateById } from "../../core/gate/gates.ts";
import type { Mail } from "../../core/mail/mailer.ts";
import { atomically } from "../../core/table/atomically.ts";
import { keys } from "../../core/table/keys.ts";
import { toldOf, waiting } from "../api/scene.ts";
import { Browser, LINK_KEY, ORIGIN, TestConsole } from "../support/console.ts";
import { minutesAfter } from "../support/records.ts";
import { testHome } from "../support/workspace.ts";

const APPROVER = ["approver:dev", "approver:prod"];

async function mailed(environment: "dev" | "prod" = "dev") {
  const console = new TestConsole();
  const { world } = console.home;
  await waiting(world, environment);
  for (const name of ["grace", "linus"]) await console.known(name, APPROVER);
  await notify(console);
  return {
    console,
    world,
    link: linkIn(console.mailer.sent(10).find(({ to }) => to[0] === "grace@example.test")),
  };
}

async function notify({ home: { world }, mailer }: TestConsole): Promise<void> {
  await notifyOpenGates({ world, mailer, linkKey: LINK_KEY, origin: ORIGIN });
}

function linkIn(mail: Mail | undefined): string {
  return /http:\/\/localhost:4100(\/approve\/\S+)/.exec(mail?.text ?? "")?.[1] ?? "";
}

const APPROVE = { decision: "approve" };

test("every approver gets one mail with the dossier's essentials, in text and in HTML", async () => {
  const { console } = await mailed();
  await notify(console);
  const mails = console.mailer.sent(10);
  expect(mails.map(({ to }) => to[0]).sort()).toEqual(["grace@example.test", "linus@example.test"]);
  const [mail] = mails;
  for (const said of ["shop in dev", "ada", "Opening it decides nothing"]) {
    expect(mail?.text).toContain(said);
    expect(mail?.html).toContain(said);
  }
  const told = await toldOf(console.home.world, "exec_dev");
  expect(told.filter(({ type }) => type === "gate.notified")).toMatchObject([
    { data: { kind: "ask", people: ["grace", "linus"] } },
  ]);
});

test("who is reminded reads what an earlier approval depends on", async () => {
  const console = new TestConsole();
  const { world } = console.home;
  const { gate } = await waiting(world, "dev", { gate: { requiredApprovals: 2 } });
  await console.known("linus", APPROVER);
  const by = {
    caller: { principal: "grace", via: "api", authenticated: true },
    digest: gate.digest,
  } as const;
  const conditions = [{ kind: "max_resources", value: 3 }, { kind: "no_removal" }] as const;
  await castVote(world.table, { gateId: gate.id, decision: "approve", ...by, conditions }, world.clock.now());
  await notify(console);
  const [mail] = console.mailer.sent(1);
  for (const said of [mail?.text, mail?.html])
    expect(said).toMatch(/Applied only if.*at most 3 resources change; nothing is removed/);
});

test("opening a link decides nothing, however often; its form decides, once", async () => {
  const { console, world, link } = await mailed();
  const grace = await console.browser("grace", APPROVER);
  for (let look = 0; look < 3; look += 1) {
    const { status, text } = await grace.get(link);
    expect([status, text.includes("Your decision"), text.includes(`action="${link}"`)]).toEqual([
      200,
      true,
      true,
    ]);
  }
  expect((await gateById(world.table, "gate_dev")).votes).toEqual([]);
  const { status, location } = await grace.post(link, APPROVE);
  expect([status, location]).toEqual([303, "/executions/exec_dev"]);
  expect((await gateById(world.table, "gate_dev")).votes).toMatchObject([{ by: "grace", via: "mail" }]);
  const replayed = await grace.post(link, APPROVE);
  expect([replayed.status, replayed.text.includes("it works once")]).toEqual([409, true]);
  expect((await grace.get(link)).status).toBe(409);
});

test("a forwarded link asks who you are, and tells nothing of the change", async () => {
  const { console, world, link } = await mailed();
  const linus = await console.browser("linus", APPROVER);
  for (const browser of [new Browser(console.app), linus]) {
    const { status, text } = await browser.get(link);
    expect([status, text.includes("A decision for grace"), text.includes("shop")]).toEqual([
      200,
      true,
      false,
    ]);
  }
  const { status } = await linus.post(link, APPROVE);
  expect(status).toBe(403);
  expect((await new Browser(console.app).post(link, APPROVE, { bare: true })).status).toBe(403);
  expect((await gateById(world.table, "gate_dev")).votes).toEqual([]);
});

test("the approver signs in by a mail of their own and comes back to the decision", async () => {
  const { console, link } = await mailed();
  const browser = new Browser(console.app);
  await browser.post(`${link}/sign-in`, {}, { bare: true });
  const [mail] = console.mailer.sent(1);
  const [, code = "", next = ""] = /\/sign-in\?code=([^&\s]+)&next=(\S+)/.exec(mail?.text ?? "") ?? [];
  const { location } = await browser.post(
    "/sign-in",
    { code, next: decodeURIComponent(next) },
    { bare: true },
  );
  expect(location).toBe(link);
  expect((await browser.get(link)).text).toContain("Your decision");
});

test("whoever holds a link can take it back, which takes nobody's decision away", async () => {
  const { console, world, link } = await mailed();
  const stranger = new Browser(console.app);
  expect((await stranger.post(`${link}/revoke`, {}, { bare: true })).status).toBe(200);
  const grace = await console.browser("grace", APPROVER);
  expect((await grace.post(link, APPROVE)).status).toBe(410);
  const { digest } = await gateById(world.table, "gate_dev");
  expect((await grace.post("/gates/gate_dev", { ...APPROVE, digest })).status).toBe(303);
});

test("a form of another site decides nothing by a link, nor takes it back", async () => {
  const { console, world, link } = await mailed();
  const grace = await console.browser("grace", APPROVER);
  const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  expect((await grace.post(link, APPROVE, { headers })).status).toBe(403);
  expect((await grace.post(`${link}/revoke`, {}, { headers, bare: true })).status).toBe(403);
  expect((await grace.post(link, APPROVE, { bare: true })).status).toBe(403);
  expect((await gateById(world.table, "gate_dev")).votes).toEqual([]);
});

test("a change that became another after the mail was sent is not approved by it", async () => {
  const { console, world, link } = await mailed();
  await atomically(world.table, async (unit) => {
    const key = keys.gate("exec_dev", "gate_dev");
    const gate = await unit.get<object>(key);
    unit.put({ ...key, attributes: { ...gate, digest: "f".repeat(64) } });
  });
  const grace = await console.browser("grace", APPROVER);
  const { status, text } = await grace.post(link, { ...APPROVE, digest: "f".repeat(64) });
  expect([status, text.includes("no longer the one you read")]).toEqual([409, true]);
});

test("links that are forged, cut off or of another workspace are refused", async () => {
  const { console, world, link } = await mailed();
  const grace = await console.browser("grace", APPROVER);
  const foreign = sealLink("another key", linkFor(await gateById(world.table, "gate_dev"), "grace", "n"));
  for (const forged of [`${link}x`, link.slice(0, -5), `/approve/${foreign}`, "/approve/x.y"]) {
    expect((await grace.get(forged)).status).toBe(403);
    expect((await grace.post(forged, APPROVE)).status).toBe(403);
  }
});

test("a link is worth no more than the role of whom it is for, at the moment they decide", async () => {
  const { console, link } = await mailed();
  const grace = await console.browser("grace", ["viewer:dev"]);
  expect((await grace.post(link, APPROVE)).status).toBe(403);
});

test("a critical gate takes a one-time code by mail as well", async () => {
  const { console, link } = await mailed("prod");
  const grace = await console.browser("grace", APPROVER);
  expect((await grace.get(link)).text).toContain("Enrol an authenticator app");
  expect((await grace.post(link, APPROVE)).status).toBe(403);
});

test("people are reminded, then others are asked, then the gate closes by itself", async () => {
  let now = new Date("2026-11-26T10:00:00.000Z");
  const clock = { now: () => now, sleep: async () => {} };
  const console = new TestConsole(testHome({ clock }));
  await waiting(console.home.world);
  await console.known("grace", APPROVER);
  await console.known("root", ["admin:dev"]);
  const subjects = async (minutes: number) => {
    now = minutesAfter(minutes, "2026-11-26T10:00:00.000Z");
    await notify(console);
    return console.mailer.sent(10).map(({ to, subject }) => `${to[0]} ${subject.split(":")[0]}`);
  };
  expect(await subjects(0)).toEqual(["grace@example.test Your decision is needed"]);
  expect((await subjects(31))[0]).toBe("grace@example.test Reminder");
  expect((await subjects(46))[0]).toBe("root@example.test Escalated to you");
  expect(await subjects(61)).toHaveLength(3);
  const grace = await console.browser("grace", APPROVER);
  const { digest } = await gateById(console.home.world.table, "gate_dev");
  expect((await grace.post("/gates/gate_dev", { ...APPROVE, digest })).status).toBe(410);
});

test("what people wrote is text in a mail's HTML", async () => {
  const console = new TestConsole();
  const subject = `<img src=x onerror=alert(1)>`;
  await waiting(console.home.world, "dev", { gate: { subject } });
  await console.known("grace", APPROVER);
  await notify(console);
  const [mail] = console.mailer.sent(1);
  expect(mail?.html).not.toContain("<img");
  expect(mail?.html).toContain("&lt;img src=x onerror=alert(1)&gt;");
});

test("glass is broken on the gate's page, everybody is told, and a second person reviews it", async () => {
  const console = new TestConsole();
  const { world } = console.home;
  await waiting(world, "dev", { gate: { requiredApprovals: 2 } });
  const root = await console.browser("root", ["admin:dev"]);
  const grace = await console.browser("grace", APPROVER);
  const secret = /or enter <code>([A-Z2-7]+)</.exec((await root.post("/settings/codes", {})).text)?.[1] ?? "";
  const code = (ahead: number) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({
      timestamp: world.clock.now().getTime() + ahead * 30_000,
    });
  await root.post("/settings/codes/confirm", { code: code(-1) });
  expect((await root.get("/gates/gate_dev")).text).toContain("Break the glass");
  expect((await grace.get("/gates/gate_dev")).text).not.toContain("Break the glass");
  const { digest } = await gateById(world.table, "gate_dev");
  const emergency = { ...APPROVE, digest, break_glass: "1", notes: "orders are lost", code: code(0) };
  expect((await grace.post("/gates/gate_dev", emergency)).status).toBe(403);
  expect((await root.post("/gates/gate_dev", emergency)).status).toBe(303);
  expect((await gateById(world.table, "gate_dev")).status).toBe("approved");
  await notify(console);
  await notify(console);
  const told = console.mailer.sent(10).filter(({ subject }) => subject.startsWith("Glass was broken"));
  expect(told.map(({ to }) => to[0]).sort()).toEqual(["grace@example.test", "root@example.test"]);
  expect((await grace.get("/gates")).text).toContain("Broken glass to review");
  expect((await root.post("/gates/gate_dev/review", { notes: "fine" })).status).toBe(403);
  expect((await grace.post("/gates/gate_dev/review", { notes: "it was right" })).status).toBe(303);
  expect((await grace.get("/gates")).text).not.toContain("Broken glass to review");
});
