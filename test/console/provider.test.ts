import { createRemoteJWKSet } from "jose";
import { describe, expect, test } from "vitest";
import { grantsByGroup } from "../../adapters/identity/cognito.ts";
import { FreshSignIn } from "../../adapters/identity/fresh-sign-in.ts";
import { JwtVerifier } from "../../adapters/identity/jwt-verifier.ts";
import { OidcSignIn } from "../../adapters/identity/oidc-sign-in.ts";
import { findPerson } from "../../core/identity/people.ts";
import { waiting } from "../api/scene.ts";
import { Browser, ORIGIN, TestConsole } from "../support/console.ts";
import { type AtProvider, CLIENT_ID, OidcProvider } from "../support/oidc-provider.ts";
import { testHome } from "../support/workspace.ts";

const GROUPS = { viewer: "viewers", operator: "operators", approver: "approvers", admin: "admins" };
const SIGN_OUT = "https://people.example.test/logout";

async function vouched() {
  const provider = await OidcProvider.start();
  const { issuer } = provider;
  const tokens = new JwtVerifier({
    issuer,
    audience: CLIENT_ID,
    algorithm: "RS256",
    keys: createRemoteJWKSet(new URL(`${issuer}/jwks`)),
    grantsClaim: "cognito:groups",
    grantsOf: (names) => grantsByGroup(names, { environment: "prod", groups: GROUPS }),
    nameClaim: "cognito:username",
  });
  const signIn = new OidcSignIn({
    issuer,
    clientId: CLIENT_ID,
    redirectUri: `${ORIGIN}/sign-in/back`,
    signOutUrl: SIGN_OUT,
    tokens,
    insecure: true,
  });
  const console = new TestConsole(testHome(), {
    door: { provider: signIn },
    environments: ["prod"],
    stepUp: new FreshSignIn("always"),
    codes: undefined as never,
    outbox: undefined as never,
  });
  return { provider, console, browser: new Browser(console.app) };
}

type Vouched = Awaited<ReturnType<typeof vouched>>;

/** A browser that is sent to the provider, signs in there and comes back. */
async function through({ provider, browser }: Vouched, from: string, who: AtProvider) {
  provider.next = who;
  const away = await browser.get(from);
  return await browser.get(provider.signIn(away.location ?? ""));
}

const GRACE: AtProvider = { username: "Grace", groups: ["approvers"], email: "grace@example.test" };

test("whoever is not signed in goes to the provider and comes back to where they were", async () => {
  const scene = await vouched();
  const door = await scene.browser.get("/executions?status=running");
  expect(door.location).toBe("/sign-in?next=%2Fexecutions%3Fstatus%3Drunning");
  const back = await through(scene, door.location ?? "", GRACE);
  expect([back.status, back.location]).toEqual([303, "/executions?status=running"]);
  const page = await scene.browser.get("/settings");
  expect(page.text).toContain("approver:prod");
  expect(page.text).not.toContain("Authenticator app");
  const { table } = scene.console.home.world;
  expect(await findPerson(table, "grace")).toEqual({
    principal: "grace",
    grants: [{ role: "approver", environment: "prod" }],
    mail: "grace@example.test",
  });
});

test("who lost a group has lost the role with their next sign-in", async () => {
  const scene = await vouched();
  await through(scene, "/sign-in", GRACE);
  await through(scene, "/sign-in", { ...GRACE, groups: [] });
  const person = await findPerson(scene.console.home.world.table, "grace");
  expect(person?.grants).toEqual([]);
});

test("an address that nobody has verified is not written to", async () => {
  const scene = await vouched();
  await through(scene, "/sign-in", { ...GRACE, emailVerified: false });
  const person = await findPerson(scene.console.home.world.table, "grace");
  expect(person?.mail).toBeUndefined();
});

describe("nobody is let in", () => {
  test.each<[string, Partial<AtProvider>]>([
    ["with a token that somebody else has signed", { forged: true }],
    ["with a token for another program", { claims: { aud: "another" } }],
    ["with a token of another issuer", { claims: { iss: "https://evil.example.test" } }],
    ["with a token that has expired", { claims: { exp: 1 } }],
    ["with the token of another sign-in", { claims: { nonce: "another" } }],
    ["with a token that names nobody", { claims: { "cognito:username": "" } }],
    ["with a token that does not say when they signed in", { claims: { auth_time: "just now" } }],
  ])("%s", async (_, wrong) => {
    const scene = await vouched();
    const { status, text } = await through(scene, "/sign-in", { ...GRACE, ...wrong });
    expect(status).toBe(401);
    expect(text).toContain("you are not signed in");
    expect((await scene.browser.get("/")).location).toMatch(/^\/sign-in/);
    expect(scene.console.errors).toEqual([]);
  });

  test("by a code that came to another browser", async () => {
    const scene = await vouched();
    scene.provider.next = { ...GRACE, username: "mallory" };
    const away = await new Browser(scene.console.app).get("/sign-in");
    const planted = scene.provider.signIn(away.location ?? "");
    // The victim's own sign-in is under way, and has another state and another secret.
    await scene.browser.get("/sign-in");
    expect((await scene.browser.get(planted)).status).toBe(401);
    expect((await scene.browser.get("/")).location).toMatch(/^\/sign-in/);
  });

  test("by a code that was used", async () => {
    const scene = await vouched();
    scene.provider.next = GRACE;
    const away = await scene.browser.get("/sign-in");
    const back = scene.provider.signIn(away.location ?? "");
    expect((await scene.browser.get(back)).status).toBe(303);
    expect((await scene.browser.get(back)).status).toBe(401);
  });

  test("when they say no at the provider", async () => {
    const scene = await vouched();
    const away = await scene.browser.get("/sign-in");
    const state = new URL(away.location ?? "").searchParams.get("state");
    const { status, text } = await scene.browser.get(`/sign-in/back?error=access_denied&state=${state}`);
    expect([status, text.includes("you are not signed in")]).toEqual([401, true]);
  });

  test("with a cookie that is garbage, or none", async () => {
    const scene = await vouched();
    expect((await scene.browser.get("/sign-in/back?code=x&state=y")).status).toBe(401);
    const garbage = { headers: { cookie: "conductor_sign_in=%00garbage" } };
    const answer = await scene.console.app.request(`${ORIGIN}/sign-in/back?code=x&state=y`, garbage);
    expect(answer.status).toBe(401);
  });
});

test("the way back leads to our own pages only", async () => {
  const scene = await vouched();
  const back = await through(scene, "/sign-in?next=//evil.example.test", GRACE);
  expect(back.location).toBe("/");
});

describe("a critical gate", () => {
  const gate = "/gates/gate_prod";

  test("takes a sign-in of the last five minutes, and asks for another", async () => {
    const scene = await vouched();
    await waiting(scene.console.home.world, "prod");
    await through(scene, "/sign-in", { ...GRACE, signedInSecondsAgo: 301 });
    const stale = await scene.browser.get(gate);
    expect(stale.text).toContain("Sign in again");
    expect(stale.text).not.toContain("One-time code");
    const form = { decision: "approve", digest: /* of what the page shows */ "x" };
    const refused = await scene.browser.post(gate, form);
    expect([refused.status, refused.text.includes("sign in again")]).toEqual([401, true]);

    const fresh = await through(scene, `/sign-in?fresh=1&next=${gate}`, GRACE);
    expect([fresh.status, fresh.location]).toEqual([303, gate]);
    expect(scene.provider.prompts).toEqual([null, "login"]);
    const page = await scene.browser.get(gate);
    const digest = /name="digest" value="(\w+)"/.exec(page.text)?.[1] ?? "";
    const decided = await scene.browser.post(gate, { decision: "approve", digest });
    expect([decided.status, decided.location]).toEqual([303, "/executions/exec_prod"]);
  });

  test("is not opened by a provider that lets people in without asking again", async () => {
    const scene = await vouched();
    const back = await through(scene, "/sign-in?fresh=1", { ...GRACE, signedInSecondsAgo: 3_000 });
    expect([back.status, back.text.includes("without asking again")]).toEqual([401, true]);
    expect(back.text).toContain(SIGN_OUT);
  });
});

test("signing out leaves the provider too, and the browser may follow", async () => {
  const scene = await vouched();
  await through(scene, "/sign-in", GRACE);
  const { headers } = await scene.browser.get("/");
  expect(headers.get("content-security-policy")).toContain("form-action 'self' https://people.example.test");
  const { status, location } = await scene.browser.post("/sign-out", {});
  expect([status, location]).toEqual([303, SIGN_OUT]);
  expect((await scene.browser.get("/")).location).toMatch(/^\/sign-in/);
});

test("an administrator says who is who in Slack, and nothing of what they may do", async () => {
  const scene = await vouched();
  await through(scene, "/sign-in", { ...GRACE, username: "linus" });
  await through(scene, "/sign-in", { ...GRACE, groups: ["admins"] });
  const page = await scene.browser.get("/settings");
  expect([page.text.includes('name="slack"'), page.text.includes('name="grants"')]).toEqual([true, false]);
  const fields = { principal: "linus", slack: "U012AB3CD", grants: "admin:prod" };
  expect((await scene.browser.post("/settings/people", fields)).status).toBe(303);
  expect(await findPerson(scene.console.home.world.table, "linus")).toMatchObject({
    slack: "U012AB3CD",
    grants: [{ role: "approver", environment: "prod" }],
  });
  const unknown = await scene.browser.post("/settings/people", { principal: "ken", slack: "U012AB3CE" });
  expect([unknown.status, unknown.text.includes("ken has not signed in yet")]).toEqual([400, true]);
});

test("the link of a mail asks its approver to sign in, at the provider", async () => {
  const { sealLink, linkFor } = await import("../../core/approval/link.ts");
  const { gateById } = await import("../../core/gate/gates.ts");
  const { LINK_KEY } = await import("../support/console.ts");
  const scene = await vouched();
  const { world } = scene.console.home;
  await waiting(world, "prod");
  const path = `/approve/${sealLink(LINK_KEY, linkFor(await gateById(world.table, "gate_prod"), "grace", "n".repeat(24)))}`;
  const closed = await scene.browser.get(path);
  expect(closed.text).toContain("/sign-in?fresh=1&amp;next=%2Fapprove%2F");
  expect(closed.text).not.toContain("a link to sign in");
  await through(scene, `/sign-in?fresh=1&next=${path}`, GRACE);
  expect((await scene.browser.get(path)).text).toContain("Your decision");
});
