// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scripts that another process runs.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bundle, bundlesIn, environmentOf } from "../../../scripts/bundles/bundles.ts";

/**
 * Kilobytes of each function's bundle, compressed, at most. What stands out: Atlas draws diagrams with a layout engine,
 * Forge carries CDK, Sentinel the validator of templates.
 */
const KILOBYTES: Readonly<Record<string, number>> = {
  api: 300,
  atlas: 960,
  broker: 330,
  "change-set": 290,
  checkpoint: 230,
  console: 350,
  critic: 325,
  dispatcher: 225,
  forge: 1_800,
  gatekeeper: 240,
  "health-watch": 230,
  notifier: 260,
  registrar: 235,
  sentinel: 400,
  slack: 250,
  "slack-worker": 240,
  "spending-watch": 240,
  "stack-watch": 310,
  "stack-lock": 230,
  sweeper: 315,
};

/** Clients of the SDK that only some functions need, by a text that their code alone has. */
const CLIENTS: Readonly<Record<string, { readonly mark: string; readonly of: readonly string[] }>> = {
  CloudFormation: {
    mark: "DetectStackResourceDrift",
    of: ["sentinel", "change-set", "broker", "stack-watch"],
  },
  RDS: { mark: "DescribeDBClusterSnapshots", of: ["sentinel", "change-set", "broker", "stack-watch"] },
  Bedrock: { mark: "AmazonBedrockFrontendService", of: ["atlas", "critic", "sweeper"] },
  "Step Functions": { mark: "AWSStepFunctions", of: ["dispatcher", "console"] },
  SES: { mark: "SendBulkEmail", of: ["notifier"] },
  "Cost Explorer": { mark: "AWSInsightsIndexService", of: ["spending-watch"] },
};

let bundles: readonly Bundle[];
const outdir = mkdtempSync(join(tmpdir(), "conductor-bundles-"));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

beforeAll(() => {
  bundles = bundlesIn(outdir);
}, 240_000);

const bundleOf = (name: string): Bundle => {
  const found = bundles.find((bundle) => bundle.name === name);
  if (!found) throw new Error(`${name} is not bundled`);
  return found;
};

/** Runs a script with the bundle's folder as `folder`, as Lambda would have its process. */
function within(bundle: Bundle, script: string) {
  const prelude = `const folder = ${JSON.stringify(bundle.folder)};`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", prelude + script], {
    encoding: "utf8",
    env: environmentOf(bundle),
  });
}

test("every function is bundled", () => {
  expect(bundles.map(({ name }) => name).toSorted()).toEqual(Object.keys(KILOBYTES).toSorted());
});

describe.each(Object.entries(KILOBYTES))("%s", (name, most) => {
  test("is no larger than its budget", () => {
    const { folder } = bundleOf(name);
    const code = readdirSync(folder).filter((file) => /\.[mc]?js$/.test(file));
    const size = code.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).byteLength, 0);
    expect(size / 1_024).toBeLessThanOrEqual(most);
    // A budget that is far off would not notice anything.
    expect(size / 1_024).toBeGreaterThan(most * 0.8);
  });

  test("loads as Lambda loads it", () => {
    const { stdout, stderr } = within(
      bundleOf(name),
      "const { handler } = await import(`${folder}/index.mjs`); console.log(typeof handler);",
    );
    expect([stdout.trim(), stderr]).toEqual(["function", ""]);
  });

  test.each(Object.entries(CLIENTS))("carries the client of %s only when it uses it", (_, { mark, of }) => {
    const code = readFileSync(join(bundleOf(name).folder, "index.mjs"), "utf8");
    expect(code.includes(mark)).toBe(of.includes(name));
  });
});

test("the bundled validator validates", () => {
  const { stdout, stderr } = within(
    bundleOf("sentinel"),
    `import { Worker } from "node:worker_threads";
     const worker = new Worker(\`\${folder}/validity-worker.cjs\`);
     worker.once("message", (reply) => { console.log(JSON.stringify(reply.diagnostics.map(({ ruleId }) => ruleId))); worker.terminate(); });
     worker.postMessage({ id: 1, template: JSON.stringify({ Resources: { T: { Type: "AWS::DynamoDB::Tabel" } } }) });`,
  );
  expect([JSON.parse(stdout || "null"), stderr]).toEqual([expect.arrayContaining([expect.any(String)]), ""]);
});
