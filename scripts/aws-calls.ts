/** Prints the AWS calls of one whole change and their price, as the wire test counts them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Report {
  readonly calls: Readonly<Record<string, number>>;
  readonly lines: readonly { readonly what: string; readonly quantity: number; readonly usd: number }[];
}

const folder = mkdtempSync(join(tmpdir(), "conductor-calls-"));
try {
  const file = join(folder, "report.json");
  const vitest = join(import.meta.dirname, "../node_modules/vitest/vitest.mjs");
  const env = { ...process.env, AWS_CALLS_REPORT: file, REQUIRE_WIRE: "1" };
  const run = spawnSync(process.execPath, [vitest, "run", "test/pipeline/aws-calls.test.ts"], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (run.status !== 0) process.exitCode = 1;
  print(JSON.parse(readFileSync(file, "utf8")) as Report);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function print({ calls, lines }: Report): void {
  for (const [operation, count] of Object.entries(calls).toSorted(([, a], [, b]) => b - a))
    row(operation, count, "");
  const all = Object.values(calls).reduce((sum, count) => sum + count, 0);
  row("AWS calls", all, "");
  console.log();
  for (const { what, quantity, usd } of lines) row(what, quantity, `$${usd.toFixed(6)}`);
  row(
    "in af-south-1, without models and compute time",
    "",
    `$${lines.reduce((sum, { usd }) => sum + usd, 0).toFixed(6)}`,
  );
}

function row(what: string, quantity: number | string, usd: string): void {
  console.log(`${what.padEnd(48)} ${String(quantity).padStart(6)} ${usd.padStart(12)}`);
}
