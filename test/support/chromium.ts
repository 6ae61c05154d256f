import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";

/** Debian's Chromium, or whichever is named. */
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

const required = process.env["REQUIRE_BROWSER"] === "1";

/** True where there is no browser and none is required: tests that need one are then skipped by name. */
export const NO_BROWSER = !required && !existsSync(CHROMIUM);

/** What axe-core finds wrong on a page (https://github.com/dequelabs/axe-core). */
interface Axe {
  run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** One browser for all tests of a file. */
export function browserForAll(): { page(options?: BrowserContextOptions): Promise<Page> } {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (!NO_BROWSER) browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  }, 60_000);
  afterAll(() => browser?.close());
  return {
    page: async (options = {}) => {
      if (!browser) throw new Error("there is no browser");
      const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
      return await context.newPage();
    },
  };
}

/** Whatever a page complains of: scripts that fail, files that are refused. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return complaints;
}

/** Nothing that keeps somebody out, and nothing wider than the screen. */
export async function requireAccessible(page: Page): Promise<void> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: Axe }).axe.run());
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
  );
  expect({ page: page.url(), found }).toEqual({ page: page.url(), found: [] });
  const wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
  expect({ page: page.url(), wider: Math.max(0, Number(wider)) }).toEqual({ page: page.url(), wider: 0 });
}

/** Keeps a picture of the page where SCREENSHOTS names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENSHOTS"];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
