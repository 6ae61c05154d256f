import { Secret, TOTP } from "otpauth";
import { expect, test } from "vitest";
import { csvLine } from "../../console/parts/csv.ts";
import { find } from "../../core/execution/executions.ts";
import { gateById, ofExecution } from "../../core/gate/gates.ts";
import { everybody } from "../../core/identity/people.ts";
import { toldOf, waiting } from "../api/scene.ts";
import { Browser, TestConsole } from "../support/console.ts";
import { DIGEST } from "../support/records.ts";

const ADMIN = ["admin:dev", "admin:sit", "admin:prod"];
const APPROVER = ["approver:dev", "approver:prod"];
const EVIL = `"><img src=x onerror=alert(1)><script>alert(2)</script>'{{7*7}}`;

test("a newcomer starts an example and sees it", async () => {
  const console = new TestConsole();
  const ada = await console.browser("ada", ADMIN);
  const { status, location } = await ada.post("/examples/photo-archive", {});
  expect(status).toBe(303);
  const id = location?.split("/").at(-1) ?? "";
  expect(await find(console.home.world.table, id)).toMatchObject({
    requestedBy: "ada",
    stack: "photo-archive",
  });
  const { text } = await ada.get(location ?? "");
  expect(text).toContain("An archive for our photos");
  expect(text).toContain("Draw plan");
  expect((await ada.post("/examples/none", {})).status).toBe(404);
});

test("who may only look starts and steers nothing", async () => {
  const console = new TestConsole();
  await waiting(console.home.world);
  const eve = await console.browser("eve", ["viewer:dev"]);
  expect((await eve.post("/examples/photo-archive", {})).status).toBe(403);
  expect((await eve.post("/executions/exec_dev/cancel", {})).status).toBe(403);
  expect((await eve.post("/settings/people", { principal: "eve", grants: "admin:prod" })).status).toBe(403);
  expect((await eve.get("/outbox")).status).toBe(403);
  expect((await eve.get("/executions/exec_dev")).text).not.toContain("Cancel");
});

test("an execution in an environment one may not look into is not there", async () => {
  const console = new TestConsole();
  await waiting(console.home.world, "prod");
  const eve = await console.browser("eve", ["viewer:dev"]);
  for (const path of [
    "/executions/exec_prod",
    "/gates/gate_prod",
    "/executions/exec_prod/artifacts/goal.json/raw",
  ])
    expect((await eve.get(path)).status).toBe(404);
});

test("an approver reads and approves, on the digest they read", async () => {
  const console = new TestConsole();
  await waiting(console.home.world);
  const grace = await console.browser("grace", APPROVER);
  const { text } = await grace.get("/gates/gate_dev");
  expect(text).toContain("Your decision");
  const stale = await grace.post("/gates/gate_dev", {
    decision: "approve",
    digest: "0".repeat(64),
    notes: "hm",
  });
  expect([stale.status, stale.text.includes("no longer the one you read")]).toEqual([409, true]);
  expect(stale.text).toContain(">hm</textarea>");
  const { status, location } = await grace.post("/gates/gate_dev", { decision: "approve", digest: DIGEST });
  expect([status, location]).toEqual([303, "/executions/exec_dev"]);
  expect(await gateById(console.home.world.table, "gate_dev")).toMatchObject({
    status: "approved",
    votes: [{ by: "grace", via: "console", authenticated: true }],
  });
});

test("a rejection says why", async () => {
  const console = new TestConsole();
  await waiting(console.home.world);
  const grace = await console.browser("grace", APPROVER);
  const silent = await grace.post("/gates/gate_dev", { decision: "reject", digest: DIGEST });
  expect([silent.status, silent.text.includes("say why")]).toEqual([400, true]);
  expect(
    (await grace.post("/gates/gate_dev", { decision: "reject", digest: DIGEST, notes: "no" })).status,
  ).toBe(303);
  expect((await ofExecution(console.home.world.table, "exec_dev"))[0]?.status).toBe("rejected");
});

test("who asked sees why they cannot decide, and cannot by a form of their own making", async () => {
  const console = new TestConsole();
  await waiting(console.home.world);
  const ada = await console.browser("ada", ADMIN);
  const { text } = await ada.get("/gates/gate_dev");
  expect(text).toContain("You asked for this change");
  expect(text).not.toContain("Your decision");
  const { status } = await ada.post("/gates/gate_dev", { decision: "approve", digest: DIGEST });
  expect(status).toBe(403);
});

test("a critical gate takes a one-time code, once", async () => {
  const console = new TestConsole();
  const { world } = console.home;
  await waiting(world, "prod", { gate: { requiredApprovals: 2 } });
  await waiting(world, "prod", { execution: { id: "exec_2" }, gate: { id: "gate_2" } });
  const grace = await console.browser("grace", APPROVER);
  expect((await grace.get("/gates/gate_prod")).text).toContain("Enrol an authenticator app");
  const { text } = await grace.post("/settings/codes", {});
  const secret = /or enter <code>([A-Z2-7]+)</.exec(text)?.[1] ?? "";
  const code = (ahead: number) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({
      timestamp: world.clock.now().getTime() + ahead * 30_000,
    });
  expect((await grace.post("/settings/codes/confirm", { code: code(-1) })).location).toBe(
    "/settings?saved=1",
  );
  const decide = (gate: string, shown: string) =>
    grace.post(`/gates/${gate}`, { decision: "approve", digest: DIGEST, code: shown });
  expect((await decide("gate_prod", "")).status).toBe(401);
  expect((await decide("gate_prod", code(0))).status).toBe(303);
  const replayed = await decide("gate_2", code(0));
  expect([replayed.status, replayed.text.includes("was used before")]).toEqual([401, true]);
});

test("whatever people write is text, on every page that shows it", async () => {
  const console = new TestConsole();
  const { world } = console.home;
  const artifact = await world.artifacts.put(`# ${EVIL}\n\n${EVIL}\n\n| ${EVIL} |\n`);
  await waiting(world, "dev", {
    execution: {
      goalText: EVIL,
      stack: EVIL,
      stage: EVIL,
      error: { name: EVIL, message: EVIL },
      goal: { ...artifact, name: "evil.md", kind: EVIL },
    },
    gate: {
      subject: EVIL,
      stack: EVIL,
      votes: [
        {
          decision: "approve",
          by: "linus",
          via: EVIL,
          authenticated: true,
          digest: DIGEST,
          at: new Date().toISOString(),
          notes: EVIL,
        },
      ],
    },
  });
  const ada = await console.browser("ada", [...ADMIN, "approver:dev"]);
  const grace = await console.browser("grace", [...ADMIN]);
  const paths = [
    "/",
    "/executions",
    "/executions/exec_dev",
    "/gates",
    "/gates/gate_dev",
    "/stacks",
    "/audit",
    `/audit?actor=${encodeURIComponent(EVIL)}`,
    `/executions/exec_dev/artifacts/${encodeURIComponent("goal.json")}`,
  ];
  for (const browser of [ada, grace])
    for (const path of paths) {
      const { status, text } = await browser.get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(text).not.toMatch(/<img src=x|<script>|<\/textarea><script/);
    }
  const { text } = await grace.post("/gates/gate_dev", {
    decision: "approve",
    digest: "x",
    notes: `</textarea>${EVIL}`,
  });
  expect(text).not.toMatch(/<img src=x|<script>/);
  expect(console.errors).toEqual([]);
});

test("an artifact is saved and shown as text; as a picture nothing in it runs", async () => {
  const console = new TestConsole();
  await waiting(console.home.world);
  const ada = await console.browser("ada", ADMIN);
  const { headers, text } = await ada.get("/executions/exec_dev/artifacts/goal.json/raw");
  expect(text).toBe("{}");
  expect(headers.get("content-disposition")).toMatch(/^attachment/);
  expect(headers.get("content-security-policy")).toContain("sandbox");
  for (const name of ["..%2f..%2fconductor.db", "goal.json%00", "%2e%2e"])
    expect((await ada.get(`/executions/exec_dev/artifacts/${name}`)).status).toBe(404);
});

test("a mail is shown as it looks, in a frame in which nothing runs, loads or is sent", async () => {
  const console = new TestConsole();
  const html = `<!doctype html><html><body><p>Hello</p><script>steal()</script><form action="/x"></form></body></html>`;
  await console.mailer.send({
    id: "m1",
    to: ["grace@example.test"],
    subject: EVIL,
    text: `<b>${EVIL}`,
    html,
  });
  const root = await console.browser("root", ["admin:dev", "admin:sit", "admin:prod"]);
  const page = await root.get("/outbox/1");
  expect(page.text).toContain('src="/outbox/1/html" sandbox="allow-top-navigation-by-user-activation"');
  expect(page.text).not.toMatch(/<img src=x|<script>|steal/);
  const mail = await root.get("/outbox/1/html");
  expect(mail.text).toContain('<base target="_top"><body>');
  const policy = mail.headers.get("content-security-policy") ?? "";
  expect(policy.split("; ").sort()).toEqual([
    "default-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "sandbox allow-top-navigation-by-user-activation",
    "style-src 'unsafe-inline'",
  ]);
  expect((await root.get("/outbox/2/html")).status).toBe(404);
  const grace = await console.browser("grace", ["admin:dev", "approver:prod"]);
  expect((await grace.get("/outbox/1/html")).status).toBe(403);
  expect((await new Browser(console.app).get("/outbox/1/html")).status).toBe(303);
});

test("an execution that is short of its budget is granted more by an administrator who did not ask for it", async () => {
  const console = new TestConsole();
  const { world } = console.home;
  const parked = {
    taskToken: "t",
    at: new Date().toISOString(),
    why: "budget",
    status: "IN_PROGRESS",
    shortage: "no tokens left",
  } as const;
  await waiting(world, "dev", { execution: { status: "paused", parked, changeStatus: "IN_PROGRESS" } });
  const grace = await console.browser("grace", ["admin:dev"]);
  const { text } = await grace.get("/executions/exec_dev");
  expect([text.includes("no tokens left"), text.includes("Grant more")]).toEqual([true, true]);
  expect((await grace.post("/executions/exec_dev/grant", { usd: "", tokens: "", minutes: "" })).status).toBe(
    400,
  );
  expect((await grace.post("/executions/exec_dev/grant", { tokens: "many" })).status).toBe(400);
  expect((await grace.post("/executions/exec_dev/grant", { tokens: "5000" }, { bare: true })).status).toBe(
    403,
  );
  for (const [name, grants] of [
    ["eve", ["operator:dev"]],
    ["ada", ["admin:dev"]],
  ] as const) {
    const other = await console.browser(name, grants);
    expect((await other.get("/executions/exec_dev")).text).not.toContain("Grant more");
    expect((await other.post("/executions/exec_dev/grant", { tokens: "5000" })).status).toBe(403);
  }
  expect(await find(world.table, "exec_dev")).toMatchObject({ status: "paused" });
  const { status } = await grace.post("/executions/exec_dev/grant", { tokens: "5000", minutes: "1.5" });
  expect(status).toBe(303);
  expect(await find(world.table, "exec_dev")).toMatchObject({ status: "running" });
  const told = (await toldOf(world, "exec_dev")).find(({ type }) => type === "budget.granted");
  expect(told).toMatchObject({
    actor: "grace",
    data: { more: { tokens: 5_000, milliseconds: 90_000, microUsd: 0 } },
  });
});

test("the record is searched, verified and taken away", async () => {
  const console = new TestConsole();
  const ada = await console.browser("ada", ADMIN);
  const { location } = await ada.post("/examples/photo-archive", {});
  const id = location?.split("/").at(-1) ?? "";
  expect((await ada.get("/audit?verify=1")).text).toContain("Verified: ");
  expect((await ada.get("/audit?type=execution.requested")).text).toContain("1 event,");
  const lines = (await ada.get("/audit/export?format=ndjson")).text.trim().split("\n");
  const hashes = lines.map((line) => (JSON.parse(line) as { hash: string }).hash);
  const told = await toldOf(console.home.world, id);
  expect(hashes).toEqual(expect.arrayContaining(told.map(({ hash }) => hash)));
  const { text, headers } = await ada.get("/audit/export?format=csv");
  expect(headers.get("content-type")).toContain("text/csv");
  expect(text.split("\r\n")[0]).toBe("at,chain,seq,type,actor,data,previous,hash");
});

test("a record that was edited does not verify", async () => {
  const console = new TestConsole();
  await waiting(console.home.world);
  const ada = await console.browser("ada", ADMIN);
  expect((await ada.get("/audit?verify=1")).text).toContain("Not what was written");
});

test("a spreadsheet computes nothing of what people wrote", () => {
  expect(csvLine(["=1+1", "@x", "-2", 'a "b", c', 7, { a: 1 }])).toBe(
    `'=1+1,'@x,'-2,"a ""b"", c",7,"{""a"":1}"\r\n`,
  );
});

test("people are changed by who may, and the record says so", async () => {
  const console = new TestConsole();
  const ada = await console.browser("ada", ADMIN);
  const wrong = await ada.post("/settings/people", { principal: "linus", grants: "owner:dev" });
  expect([wrong.status, wrong.text.includes("roles are written as")]).toEqual([400, true]);
  const fields = {
    principal: "linus",
    grants: "approver:dev, viewer:prod",
    mail: "linus@example.test",
    slack: "",
  };
  expect((await ada.post("/settings/people", fields)).status).toBe(303);
  const people = await everybody(console.home.world.table);
  expect(people.find(({ principal }) => principal === "linus")?.grants).toHaveLength(2);
  const events = await toldOf(console.home.world, "workspace");
  expect(events.at(-1)).toMatchObject({ type: "person.changed", actor: "ada", data: { person: "linus" } });
});
