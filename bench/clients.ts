/**
 * What a cold start pays before its first line of work: every function, every AWS adapter and every SDK client, each
 * loaded in a process of its own. Medians of whole processes; what bare Node takes is the first line.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figuresOf, row, timed } from "./measure.ts";

const ROOT = join(import.meta.dirname, "..");
const RUNS = 7;

const ADAPTERS = {
  DynamoDB: "adapters/aws/table.ts",
  S3: "adapters/aws/artifact-store.ts",
  "CloudFormation, STS, RDS": "adapters/aws/cloud.ts",
  EventBridge: "adapters/aws/event-bus.ts",
  SQS: "adapters/aws/task-queue.ts",
  "SES v2": "adapters/aws/mailer.ts",
  "Secrets Manager": "adapters/aws/secret-store.ts",
  "Step Functions": "adapters/aws/orchestrator.ts",
  Bedrock: "adapters/aws/bedrock-model.ts",
} as const;

const LANES: Readonly<Record<string, string>> = { broker: "execute", "change-set": "dry_run" };
const NO_LANE = ["checkpoint", "gatekeeper", "registrar", "stack-lock"];

const cache = mkdtempSync(join(tmpdir(), "conductor-clients-"));

function load(module: string | undefined, more: Readonly<Record<string, string>> = {}): void {
  const program = module === undefined ? "" : `await import(${JSON.stringify(module)})`;
  const env = { ...process.env, NODE_COMPILE_CACHE: cache, ...more };
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", program], { cwd: ROOT, env });
  if (run.status !== 0) throw new Error(`${module}: ${run.stderr}`);
}

async function measure(
  what: string,
  module?: string,
  more?: Readonly<Record<string, string>>,
): Promise<void> {
  // The first fills Node's compile cache, which a deployed bundle has as well.
  load(module, more);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await timed(() => load(module, more)));
  row(what, figuresOf(times), "ms", "–");
}

function variablesOf(name: string): Readonly<Record<string, string>> {
  const lane = NO_LANE.includes(name) ? "none" : (LANES[name] ?? "read_only");
  return {
    AWS_REGION: "af-south-1",
    AGENT_MESH_LANE: lane,
    AGENT_MESH_KV_TABLE: "agent-mesh-dev-kv",
    AGENT_MESH_ARTIFACTS_BUCKET: "agent-mesh-dev-artifacts",
    AGENT_MESH_EVENT_BUS: "agent-mesh-dev",
    AGENT_MESH_QUEUE_URL: "https://sqs.af-south-1.amazonaws.com/000000000000/agent-mesh-dev-subtasks",
  };
}

try {
  await measure("node alone");
  for (const [client, file] of Object.entries(ADAPTERS))
    await measure(`adapter: ${client}`, join(ROOT, file));
  await measure("the stack around a function", join(ROOT, "lambdas/stack.ts"));
  const functions = readdirSync(join(ROOT, "lambdas"), { withFileTypes: true });
  for (const { name } of functions.filter((entry) => entry.isDirectory()))
    await measure(`function: ${name}`, join(ROOT, "lambdas", name, "index.ts"), variablesOf(name));
} finally {
  rmSync(cache, { recursive: true, force: true });
}
