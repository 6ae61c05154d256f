import { expect, test } from "vitest";
import { fileReport } from "../../core/watch/report.ts";
import { TestConsole } from "../support/console.ts";

const EVIL = `<img src=x onerror=alert(1)>`;

test("what watches found stands in the overview and in full on its page, to who may look there", async () => {
  const console = new TestConsole();
  const { world } = console.home;
  const at = world.clock.now().toISOString();
  const finding = {
    rule: "drifted",
    severity: "warning",
    resource: `shop/${EVIL}`,
    message: "it was changed outside its stack: BillingMode",
    fix: "find out who did",
  } as const;
  const report = { watch: "stacks", at, figures: { stacks: 1, recordFaults: 0 } } as const;
  await fileReport(world, { ...report, environment: "dev", findings: [finding] });
  await fileReport(world, { ...report, environment: "prod", findings: [finding, finding] });

  const ada = await console.browser("ada", ["viewer:dev"]);
  const overview = await ada.get("/");
  expect(overview.text).toContain("1 to see to");
  expect(overview.text).not.toContain("2 to see to");
  const page = await ada.get("/watches");
  expect(page.text).toContain("it was changed outside its stack: BillingMode");
  expect(page.text).not.toContain("<img");
  expect(page.text).not.toContain("prod");
});

test("a workspace in which no watch has looked says nothing of them, and one where all is well says so", async () => {
  const console = new TestConsole();
  const ada = await console.browser("ada", ["viewer:dev"]);
  expect((await ada.get("/")).text).not.toContain("Watches");
  expect((await ada.get("/watches")).text).toContain("No watch has looked yet");
  const { world } = console.home;
  const at = world.clock.now().toISOString();
  await fileReport(world, { watch: "health", environment: "dev", at, findings: [], figures: {} });
  expect((await ada.get("/")).text).toContain("All well");
});
