import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/*
 * Prints `N passed, N failed, N skipped` from the reports the test runner wrote, and fails when a test or a step
 * failed, or when there is no report to count: silence is not success.
 */
const report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  success: z.boolean(),
});

const folder = join(import.meta.dirname, "../.reports");
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
const reports = files.map((name) => report.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))));
const sum = (count: (one: z.infer<typeof report>) => number) =>
  reports.reduce((total, one) => total + count(one), 0);

const passed = sum(({ numPassedTests }) => numPassedTests);
const failed = sum(({ numFailedTests }) => numFailedTests);
const skipped = sum(({ numPendingTests, numTodoTests }) => numPendingTests + numTodoTests);
const failedSteps = Number(process.argv[2] ?? 0);
const everythingWell =
  failedSteps === 0 && failed === 0 && passed > 0 && reports.every(({ success }) => success);
process.exitCode = everythingWell ? 0 : 1;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
