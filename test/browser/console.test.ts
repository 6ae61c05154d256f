import { Secret, TOTP } from "otpauth";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserForAll, complaintsOf, NO_BROWSER, picture, requireAccessible } from "../support/chromium.ts";
import { commandLine } from "../support/command-line.ts";
import type { Process } from "../support/processes.ts";

const line = commandLine();
const browsers = browserForAll();
let server: Process;
let origin = "";
let signInLink = "";

beforeAll(async () => {
  if (NO_BROWSER) return;
  server = line.begin("start", "--port", "0", "--json");
  const [json] = await server.says(/\{[\s\S]*\}/);
  const started = JSON.parse(json) as { console: string; signIn: string };
  [origin, signInLink] = [started.console, started.signIn];
}, 60_000);

afterAll(async () => {
  if (!NO_BROWSER) expect(await server.kill("SIGTERM")).toMatchObject({ code: 0 });
});

const PATIENCE = { timeout: 90_000 };

/** Signs the owner in; a link works once, so others come from the outbox. */
async function ownerPage(options: Parameters<typeof browsers.page>[0] = {}): Promise<Page> {
  const page = await browsers.page(options);
  await page.goto(signInLink);
  await page.click("button.primary");
  await page.waitForURL(`${origin}/`);
  ({ state } = { state: await page.context().storageState() });
  return page;
}

let state: Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>> | undefined;

/** Loads a page again and again until it says something, as somebody without scripts would. */
async function reloadUntil(page: Page, text: string): Promise<void> {
  for (let left = 300; (await page.getByText(text).count()) === 0; left -= 1) {
    if (left === 0) throw new Error(`${page.url()} never said ${text}`);
    await page.waitForTimeout(200);
    await page.reload();
  }
}

/** Opens the newest mail of the outbox with this subject and follows its link. */
async function followMail(page: Page, subject: string): Promise<void> {
  await page.goto(`${origin}/outbox`);
  await reloadUntil(page, subject);
  await page.locator("a.title", { hasText: subject }).first().click();
  await page.locator("pre a").first().click();
}

/** The same by the button of the mail as it looks, whose link leaves the frame it is shown in. */
async function followMailAsItLooks(page: Page, subject: string): Promise<void> {
  await page.goto(`${origin}/outbox`);
  await reloadUntil(page, subject);
  await page.locator("a.title", { hasText: subject }).first().click();
  await page.frameLocator("iframe.mail").getByRole("link", { name: "Read and decide" }).click();
  await page.waitForURL(/\/approve\//);
}

/** From a mail to an approver, to signing in as that approver, to the decision; says who that is. */
async function approverByMail(page: Page, subject: string): Promise<string> {
  await followMailAsItLooks(page, subject);
  const heading = (await page.locator("h1").textContent()) ?? "";
  await page.click("button.primary");
  await followMail(page, "Sign in to Conductor");
  await page.click("button.primary");
  return heading.replace("A decision for ", "");
}

test.skipIf(NO_BROWSER)(
  "a newcomer starts an example, approves it as another by the outbox's mail, and sees it applied without reloading",
  async () => {
    const page = await ownerPage();
    const complaints = complaintsOf(page);
    await picture(page, "overview");
    await page.getByRole("button", { name: "Start photo-archive", exact: true }).click();
    await page.waitForURL(/\/executions\/exec_/);
    const execution = page.url();
    await page.getByText("Waiting for approval").waitFor(PATIENCE);
    await picture(page, "execution");
    const watching = await browsers.page({ ...(state ? { storageState: state } : {}) });
    await watching.goto(execution);

    const approver = await approverByMail(page, "Create the stack photo-archive");
    expect(["grace", "linus"]).toContain(approver);
    await page.getByRole("heading", { name: "Your decision" }).waitFor(PATIENCE);
    await picture(page, "decision");
    await page.getByText("Approve under conditions").click();
    await page.getByLabel("Resources that change, at most").fill("17");
    await page.getByLabel("Nothing is replaced").check();
    await requireAccessible(page);
    await picture(page, "decision-conditions");
    await page.getByRole("button", { name: "Approve" }).click();
    await page.waitForURL(execution);
    await watching.getByText("Done (applied)", { exact: true }).waitFor(PATIENCE);
    await picture(watching, "applied");
    expect(complaints).toEqual([]);
  },
  180_000,
);

const PROD_GOAL = {
  goal: "A queue for the orders",
  environment: "prod",
  stack: "orders-queue",
  requires: [{ block: "task_queue", name: "orders" }],
  stakeholders: { owner: "platform-team" },
};

test.skipIf(NO_BROWSER)(
  "without any script a critical change is approved with a one-time code",
  async () => {
    const issued = await line.type("token", "--user", "ada", "--role", "operator", "--env", "prod");
    const started = await fetch(`${origin}/api/conductor/pipeline/start`, {
      method: "POST",
      headers: { authorization: `Bearer ${issued.stdout.trim()}`, "content-type": "application/json" },
      body: JSON.stringify({ input: PROD_GOAL }),
    });
    expect(started.status).toBe(201);
    const { id } = (await started.json()) as { id: string };

    const page = await browsers.page({ javaScriptEnabled: false, ...(state ? { storageState: state } : {}) });
    await approverByMail(page, "Create the stack orders-queue");
    const decision = page.url();
    await page.getByRole("link", { name: "Enrol an authenticator app" }).click();
    await page.getByRole("button", { name: "Enrol" }).click();
    const secret = (await page.locator("p code").first().textContent()) ?? "";
    const code = (ahead: number) =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + ahead * 30_000 });
    await picture(page, "authenticator");
    await page.fill("input.code", code(-1));
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("Saved.").waitFor();

    await page.goto(decision);
    await page.fill("input.code", "000000");
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByText("not the one of this moment").waitFor();
    await page.fill("input.code", code(0));
    await page.getByRole("button", { name: "Approve" }).click();
    await page.waitForURL(`${origin}/executions/${id}`);
    await reloadUntil(page, "Done (applied)");
  },
  180_000,
);

const LOOKS = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["phone", { viewport: { width: 390, height: 844 }, colorScheme: "light" }],
] as const;

describe.skipIf(NO_BROWSER).each(LOOKS)("every page, %s", (name, look) => {
  test("keeps nobody out and fits the screen", async () => {
    const page = await browsers.page({ ...look, ...(state ? { storageState: state } : {}) });
    const complaints = complaintsOf(page);
    await page.goto(`${origin}/executions`);
    const execution = await page.locator("a.title").first().getAttribute("href");
    await page.goto(`${origin}${execution}`);
    const gate = await page.locator('a.title[href^="/gates/"]').first().getAttribute("href");
    const own = [
      "/",
      "/executions",
      "/gates",
      "/stacks",
      "/audit?verify=1",
      "/outbox",
      "/settings",
      "/sign-in",
    ];
    const artifacts = ["dossier.md", "template.json", "diagram.svg", "diagram.mmd"].map(
      (file) => `${execution}/artifacts/${file}`,
    );
    for (const path of [...own, execution, gate, "/outbox/1", ...artifacts]) {
      await page.goto(`${origin}${path}`);
      await requireAccessible(page);
      await picture(
        page,
        `${name}-${String(path)
          .replaceAll(/exec_\w+|gate_\w+/g, "one")
          .replaceAll(/\W+/g, "-")}`,
      );
    }
    expect(complaints).toEqual([]);
  }, 180_000);
});
