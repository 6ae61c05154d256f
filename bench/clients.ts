/**
 * What a cold start pays before its first line of work: every function, every AWS adapter and every SDK client, each
 * loaded in a process of its own. Medians of whole processes, by the clock and by the processor's time, which a busy
 * machine distorts less; what bare Node takes is the first line.
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
  STS: "adapters/aws/caller.ts",
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

const CPU = "const { user, system } = process.cpuUsage(); console.log((user + system) / 1_000);";

/** Loads it in a process of its own; gives the processor's time in milliseconds. */
function load(module: string | undefined, more: Readonly<Record<string, string>> = {}): number {
  const program = `${module === undefined ? "" : `await import(${JSON.stringify(module)});`} ${CPU}`;
  const env = { ...process.env, NODE_COMPILE_CACHE: cache, ...more };
  const args = ["--input-type=module", "-e", program];
  const run = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${module}: ${run.stderr}`);
  return Number(run.stdout.trim().split("\n").at(-1));
}

async function measure(
  what: string,
  module?: string,
  more?: Readonly<Record<string, string>>,
): Promise<void> {
  // The first fills Node's compile cache, which a deployed bundle has as well.
  load(module, more);
  const times: number[] = [];
  const busy: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await timed(() => busy.push(load(module, more))));
  row(what, figuresOf(times), "ms", "–");
  row("", figuresOf(busy), "ms of CPU", "–");
}

function variablesOf(name: string): Readonly<Record<string, string>> {
  const lane = NO_LANE.includes(name) ? "none" : (LANES[name] ?? "read_only");
  return {
    AWS_REGION: "af-south-1",
    AGENT_MESH_LANE: lane,
    AGENT_MESH_KV_TABLE: "agent-mesh-dev-kv",
    AGENT_MESH_ARTIFACTS_BUCKET: "agent-mesh-dev-artifacts",
    AGENT_MESH_EVENT_BUS: "agent-mesh-dev",
    AGENT_MESH_ANCHORS_BUCKET: "agent-mesh-dev-anchors",
    AGENT_MESH_CHANGE_MACHINE_ARN: "arn:aws:states:af-south-1:000000000000:stateMachine:change",
    AGENT_MESH_ROLLBACK_MACHINE_ARN: "arn:aws:states:af-south-1:000000000000:stateMachine:rollback",
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
