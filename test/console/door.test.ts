import { expect, test } from "vitest";
import { findPerson, savePerson } from "../../core/identity/people.ts";
import { offerSignIn } from "../../core/identity/sessions.ts";
import { Browser, TestConsole } from "../support/console.ts";

const ADMIN = ["admin:dev", "admin:sit", "admin:prod"];
const CODE = "c".repeat(43);

async function withLink() {
  const console = new TestConsole();
  await console.known("ada", ADMIN);
  const { table, clock } = console.home.world;
  await offerSignIn(table, { principal: "ada", code: CODE, minutes: 5 }, clock.now());
  return console;
}

test("every page but the door asks who is there, and comes back afterwards", async () => {
  const { app } = new TestConsole();
  const stranger = new Browser(app);
  for (const path of [
    "/",
    "/executions",
    "/gates/gate_1",
    "/audit/export",
    "/outbox",
    "/settings",
    "/nowhere",
  ]) {
    const { status, location } = await stranger.get(path);
    expect([status, location]).toEqual([303, `/sign-in?next=${encodeURIComponent(path)}`]);
  }
  expect((await stranger.post("/executions/exec_1/cancel", {}, { bare: true })).status).toBe(303);
});

test("looking at a link uses nothing up; its form signs in once", async () => {
  const { app } = await withLink();
  const browser = new Browser(app);
  for (let look = 0; look < 3; look += 1) {
    const { status, text } = await browser.get(`/sign-in?code=${CODE}&next=/gates`);
    expect([status, text.includes("Sign in as ada")]).toEqual([200, true]);
  }
  const { status, location, headers } = await browser.post(
    "/sign-in",
    { code: CODE, next: "/gates" },
    { bare: true },
  );
  expect([status, location]).toEqual([303, "/gates"]);
  expect(headers.get("set-cookie")).toMatch(
    /^conductor_session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  expect((await browser.get("/gates")).status).toBe(200);
  const again = await new Browser(app).post("/sign-in", { code: CODE }, { bare: true });
  expect(again.status).toBe(410);
});

test.each([
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "/\tevil",
  "javascript:alert(1)",
  "\\\\evil",
])("signing in leads to no other site: %s", async (next) => {
  const { app } = await withLink();
  const { location } = await new Browser(app).post("/sign-in", { code: CODE, next }, { bare: true });
  expect(location).toBe("/");
});

test("who asks for a link is not told whether they are known; who is known gets a mail", async () => {
  const console = new TestConsole();
  await console.known("ada", ADMIN);
  const browser = new Browser(console.app);
  const pages = [];
  for (const user of ["ada", "nobody", "../etc", "<b>"])
    pages.push((await browser.post("/sign-in/ask", { user, next: "/gates" }, { bare: true })).text);
  expect(new Set(pages).size).toBe(1);
  const [mail, ...others] = console.mailer.sent(10);
  expect(others).toEqual([]);
  expect(mail?.to).toEqual(["ada@example.test"]);
  const link = /\/sign-in\?\S+/.exec(mail?.text ?? "")?.[0] ?? "";
  const { text } = await browser.get(link);
  expect(text).toContain("Sign in as ada");
});

test("nobody can ask for links, or try codes, without end", async () => {
  const console = new TestConsole();
  const browser = new Browser(console.app);
  const statuses = new Set<number>();
  for (let count = 0; count < 40; count += 1)
    statuses.add((await browser.post("/sign-in", { code: `${count}` }, { bare: true })).status);
  expect([...statuses]).toEqual([410, 429]);
});

test.each([
  ["from another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
  ["of another port", { origin: "http://localhost:9999", "sec-fetch-site": "same-site" }],
  ["by an old browser elsewhere", { origin: "https://evil.example" }],
])("a form %s does nothing", async (_from, headers) => {
  const console = new TestConsole();
  const ada = await console.browser("ada", ADMIN);
  const { status, text } = await ada.post(
    "/settings/people",
    { principal: "eve", grants: "admin:prod" },
    { headers },
  );
  expect([status, text.includes("came from another site")]).toEqual([403, true]);
  expect(await findPerson(console.home.world.table, "eve")).toBeUndefined();
});

test("a form without the session's own token, or with another's, does nothing", async () => {
  const console = new TestConsole();
  const [ada, eve] = [await console.browser("ada", ADMIN), await console.browser("eve", ["viewer:dev"])];
  const fields = { principal: "eve", grants: "admin:prod" };
  for (const form_token of ["", "x", await eve.formToken()]) {
    const { status } = await ada.post("/settings/people", { ...fields, form_token }, { bare: true });
    expect(status).toBe(403);
  }
  expect((await findPerson(console.home.world.table, "eve"))?.grants).toHaveLength(1);
});

test("every form of every page carries the token, and every page forbids foreign code", async () => {
  const console = new TestConsole();
  const ada = await console.browser("ada", ADMIN);
  for (const path of [
    "/",
    "/executions",
    "/gates",
    "/stacks",
    "/audit",
    "/outbox",
    "/settings",
    "/sign-in",
  ]) {
    const { status, text, headers } = await ada.get(path);
    expect([path, status]).toEqual([path, 200]);
    const forms = [...text.matchAll(/<form method="post" action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g)];
    for (const [, action, inside] of forms)
      if (!action?.startsWith("/sign-in")) expect(inside).toContain('name="form_token"');
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(text).not.toMatch(/<script(?! src="\/assets\/)|\son\w+=|\sstyle=/);
    expect(headers.get("cache-control")).toBe("private, no-store");
  }
});

test("a role that is taken away is gone at once, and so is who signed out", async () => {
  const console = new TestConsole();
  const { table, clock } = console.home.world;
  const ada = await console.browser("ada", ADMIN);
  expect((await ada.get("/outbox")).status).toBe(200);
  await savePerson(table, { principal: "ada", grants: [] }, "test", clock.now());
  expect((await ada.get("/outbox")).status).toBe(403);
  expect((await ada.post("/sign-out", {})).location).toBe("/sign-in");
  expect((await ada.get("/")).status).toBe(303);
});
