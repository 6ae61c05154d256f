import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { awsWorkspace } from "../support/aws-workspace.ts";
import { type Line, meter, priced } from "../support/change-price.ts";
import { describeWire } from "../support/moto.ts";
import { example } from "../support/pipeline.ts";
import { ROOT } from "../support/processes.ts";

/** What the README says of a whole change: calls and dollars, at most. */
function promised(): { readonly calls: number; readonly usd: number } {
  const text = readFileSync(join(ROOT, "README.md"), "utf8");
  const [, calls, usd] = /at most (\d+) AWS calls and \$(0\.\d+)/.exec(text) ?? [];
  return { calls: Number(calls), usd: Number(usd) };
}

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

describeWire("what a change costs on AWS", (moto) => {
  test("a change takes no more calls, and costs no more without models, than the README says", async () => {
    const { pipeline, proxies, steps } = await awsWorkspace(moto());
    const metered = meter(pipeline.home);
    const { id } = await pipeline.carryOut(example("photo-archive"));
    const state = proxies.workspace.count();
    const account = proxies.account.count();
    const lines = [
      priced("DynamoDB write units", "dynamodb.write", metered.writeUnits()),
      priced("DynamoDB read units", "dynamodb.read", metered.readUnits()),
      priced("S3 PUT", "s3.put", state["PUT object"] ?? 0),
      priced("S3 GET", "s3.get", state["GET object"] ?? 0),
      priced("EventBridge events", "events.custom", metered.events()),
      priced("Step Functions transitions", "states.transition", pipeline.transitions(id)),
      priced("Lambda requests", "lambda.request", steps.length),
    ];
    const calls = { ...state };
    for (const [operation, count] of Object.entries(account))
      calls[operation] = (calls[operation] ?? 0) + count;
    tell(calls, lines);
    expect(sum(calls)).toBeLessThanOrEqual(promised().calls);
    expect(lines.reduce((total, { usd }) => total + usd, 0)).toBeLessThanOrEqual(promised().usd);
  });
});

/** For `npm run aws:calls`. */
function tell(calls: Readonly<Record<string, number>>, lines: readonly Line[]): void {
  const file = process.env["AWS_CALLS_REPORT"];
  if (file) writeFileSync(file, JSON.stringify({ calls, lines }));
}
