// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scripts that another process runs.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { App } from "aws-cdk-lib/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "../../../config/environments/index.ts";
import { addEnvironment } from "../../../lib/stacks/environment.ts";
import type { Template } from "./app.ts";

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

interface Bundle {
  readonly name: string;
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
}

let bundles: readonly Bundle[];
const outdir = mkdtempSync(join(tmpdir(), "conductor-bundles-"));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

beforeAll(() => {
  const app = new App({ outdir, analyticsReporting: false });
  addEnvironment(app, { ...ENVIRONMENTS.dev, slack: { channel: "C012AB3CD" } });
  const stack = "agent-mesh-dev-pipelines";
  const { Resources } = app.synth().getStackByName(stack).template as Template;
  const { files } = JSON.parse(readFileSync(join(outdir, `${stack}.assets.json`), "utf8")) as {
    files: Record<string, { source: { path: string } }>;
  };
  bundles = Object.values(Resources)
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .map(({ Properties }) => {
      const { FunctionName, Code, Environment } = Properties as {
        FunctionName: string;
        Code: { S3Key: string };
        Environment: { Variables: Record<string, unknown> };
      };
      return {
        name: FunctionName.replace("agent-mesh-dev-", ""),
        folder: join(outdir, files[Code.S3Key.replace(".zip", "")]?.source.path ?? ""),
        // What only the deployment knows is an address of the API or the pool's.
        variables: Object.fromEntries(
          Object.entries(Environment.Variables).map(([name, value]) => [
            name,
            typeof value === "string" ? value : "https://known.later.example",
          ]),
        ),
      };
    });
}, 240_000);

const bundleOf = (name: string): Bundle => {
  const found = bundles.find((bundle) => bundle.name === name);
  if (!found) throw new Error(`${name} is not bundled`);
  return found;
};

/** Runs a script with the bundle's folder as `folder`, as Lambda would have its process. */
function within({ folder, variables }: Bundle, script: string) {
  const env = {
    PATH: process.env["PATH"],
    AWS_REGION: "af-south-1",
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    POWERTOOLS_DEV: "true",
    ...variables,
  };
  const prelude = `const folder = ${JSON.stringify(folder)};`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", prelude + script], {
    encoding: "utf8",
    env,
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
