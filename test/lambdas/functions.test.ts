import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type AwsPlace, type Credentials, clientOf } from "../../adapters/aws/clients.ts";
import { openAwsRecord } from "../../bin/home/aws-record.ts";
import { emulatorFrom } from "../../bin/home/emulator.ts";
import type { Home } from "../../bin/home/home.ts";
import { find } from "../../core/execution/executions.ts";
import { startChange } from "../../core/execution/start.ts";
import { parseGoal } from "../../core/plan/goal.ts";
import { FUNCTIONS } from "../../lib/stacks/pipelines/functions.ts";
import { lambdaContext } from "../support/lambda-context.ts";
import { describeWire } from "../support/moto.ts";
import { example } from "../support/pipeline.ts";
import { ROOT } from "../support/processes.ts";
import { person } from "../support/workspace.ts";

const LANES = {
  atlas: "read_only",
  broker: "execute",
  "change-set": "dry_run",
  checkpoint: "none",
  critic: "read_only",
  forge: "read_only",
  gatekeeper: "none",
  registrar: "none",
  sentinel: "read_only",
  "stack-lock": "none",
  sweeper: "read_only",
} as const;

type Name = keyof typeof LANES;

type Answer = Record<string, unknown>;
type Handler = (event: object, context: object) => Promise<Answer>;

const deployed = {
  AWS_REGION: "af-south-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AGENT_MESH_ENVIRONMENT: "dev",
  AGENT_MESH_KV_TABLE: "agent-mesh-dev-kv",
  AGENT_MESH_ARTIFACTS_BUCKET: "agent-mesh-dev-artifacts",
  AGENT_MESH_ANCHORS_BUCKET: "agent-mesh-dev-anchors",
  AGENT_MESH_EVENT_BUS: "agent-mesh-dev",
  AGENT_MESH_QUEUE_URL: "https://sqs.af-south-1.amazonaws.com/536580886816/agent-mesh-dev-subtasks",
};

const MACHINE_ARNS = {
  AGENT_MESH_CHANGE_MACHINE_ARN: "arn:aws:states:af-south-1:123456789012:stateMachine:change",
  AGENT_MESH_ROLLBACK_MACHINE_ARN: "arn:aws:states:af-south-1:123456789012:stateMachine:rollback",
};

/** What a function gets that runs in a role of this account. */
async function roleIn(account: string, role: string, place: AwsPlace): Promise<Credentials> {
  const RoleArn = `arn:aws:iam::${account}:role/${role}`;
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: "function" });
  const { Credentials: given } = await clientOf(place, STSClient).send(command);
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = given ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** A function as Lambda loads it: in a container of its own, with these variables. */
async function load(
  name: Name | "dispatcher",
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Handler> {
  vi.resetModules();
  for (const [variable, value] of Object.entries(variables)) vi.stubEnv(variable, value);
  const { handler } = (await import(`../../lambdas/${name}/index.ts`)) as { handler: Handler };
  return handler;
}

/** What was written where Lambda picks up logs and metrics, as JSON. */
const written: Answer[] = [];

beforeEach(() => {
  written.length = 0;
  vi.stubEnv("POWERTOOLS_DEV", "true");
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
  for (const stream of ["log", "info", "error", "warn", "debug"] as const) {
    vi.spyOn(console, stream).mockImplementation((text: string) => {
      written.push(JSON.parse(text) as Answer);
    });
  }
  return () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  };
});

test("each is deployed in the lane it is written for", () => {
  expect(Object.fromEntries(FUNCTIONS.map(({ name, lane }) => [name, lane]))).toEqual(LANES);
});

test("every function that is deployed has an index, and its lane is known here", () => {
  const folders = readdirSync(join(ROOT, "lambdas"), { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  );
  expect(folders.map(({ name }) => name).toSorted()).toEqual(
    // Those that people, the outbox and schedules call, and what they share.
    [
      ...Object.keys(LANES),
      ...["api", "bundling", "console", "dispatcher", "notifier", "slack", "slack-worker", "web"],
      ...["health-watch", "spending-watch", "stack-watch"],
    ].toSorted(),
  );
});

describe.each(Object.entries(LANES) as [Name, string][])("%s", (name, lane) => {
  test("does not begin to work without a variable it needs, and names it", async () => {
    const complete = { ...deployed, AGENT_MESH_LANE: lane };
    for (const variable of ["AGENT_MESH_KV_TABLE", "AGENT_MESH_QUEUE_URL", "AGENT_MESH_LANE"]) {
      await expect(load(name, { ...complete, [variable]: "" })).rejects.toThrow(
        new RegExp(`^${variable} is not set; deploy .+ again, which sets (it|them)`),
      );
    }
  });

  test("does not begin to work in another lane's role", async () => {
    const other = lane === "execute" ? "read_only" : "execute";
    await expect(load(name, { ...deployed, AGENT_MESH_LANE: other })).rejects.toMatchObject({
      name: "WrongLane",
      message: expect.stringContaining(`${name} works in the ${lane} lane and was deployed in ${other}`),
    });
  });
});

test("the dispatcher does not begin to work without a variable it needs, and names it", async () => {
  for (const variable of ["AGENT_MESH_ANCHORS_BUCKET", "AGENT_MESH_CHANGE_MACHINE_ARN"])
    await expect(load("dispatcher", { ...deployed, ...MACHINE_ARNS, [variable]: "" })).rejects.toThrow(
      `${variable} is not set; deploy the function again, which sets them`,
    );
});

describeWire("the functions, called as Lambda calls them", (moto) => {
  const ACCOUNT = "536580886816";
  let home: Home;
  let place: AwsPlace;
  let executionId: string;
  let goal: object;
  let credentials: Credentials;

  beforeAll(async () => {
    const emulator = emulatorFrom({ ...deployed, AWS_ACCESS_KEY_ID: "", AWS_ENDPOINT_URL: moto().endpoint });
    place = emulator.place;
    credentials = await roleIn(ACCOUNT, "somebody", place);
    home = await openAwsRecord({
      emulator: { ...emulator, place: { ...place, credentials } },
      data: mkdtempSync(join(tmpdir(), "conductor-functions-")),
      create: true,
    });
    const execution = await startChange(home.world, parseGoal(example("photo-archive"), "it"), person("ada"));
    executionId = execution.id;
    goal = execution.goal;
  });

  afterAll(() => {
    home?.close();
    if (home) rmSync(join(home.directory.path, ".."), { recursive: true, force: true });
  });

  const roleOf = (name: Name) => `agent-mesh-dev-${LANES[name].replace("_", "-")}-${name}`;

  async function call(
    name: Name,
    input: object,
    { key = `${executionId}/${name}`, role = roleOf(name) } = {},
  ): Promise<Answer> {
    const given = await roleIn(ACCOUNT, role, place);
    const variables = {
      ...deployed,
      AWS_ENDPOINT_URL: moto().endpoint,
      AGENT_MESH_LANE: LANES[name],
      AWS_ACCESS_KEY_ID: given.accessKeyId,
      AWS_SECRET_ACCESS_KEY: given.secretAccessKey,
      AWS_SESSION_TOKEN: given.sessionToken,
    };
    const handler = await load(name, variables);
    return await handler({ executionId, idempotencyKey: key, ...input }, lambdaContext(name));
  }

  test("plan, build and precheck a change, each answer the next one's input", {
    timeout: 60_000,
  }, async () => {
    const { plan } = await call("atlas", { goal, attempt: 1, relaxation: null });
    const { build } = await call("forge", { plan });
    expect(await call("sentinel", { goal, plan, build, changeSet: null })).toMatchObject({ result: "PASS" });
    const { items } = await home.world.table.query({
      pk: `EXECUTION#${executionId}`,
      prefix: "RESULT#",
      limit: 9,
    });
    expect(items).toHaveLength(3);
  });

  test("do nothing in the role of another lane, though the variable names theirs", async () => {
    const input = { ending: "DONE", outcome: "applied", failure: null };
    for (const role of ["agent-mesh-dev-execute-broker", "agent-mesh-dev-none-registrar", "somebody"]) {
      await expect(call("sweeper", input, { key: "elsewhere", role })).rejects.toMatchObject({
        name: "WrongLane",
        message: `sweeper works in the read_only lane, but runs as the role ${role}: deploy it again with a role agent-mesh-<env>-read-only-sweeper. Nothing was done`,
      });
      const told = written.filter(({ level, service }) => level === "ERROR" && service === "sweeper");
      expect(told).toHaveLength(1);
      written.length = 0;
    }
    const { items } = await home.world.table.query({
      pk: `EXECUTION#${executionId}`,
      prefix: "RESULT#elsewhere",
      limit: 9,
    });
    expect(items).toEqual([]);
  });

  test("reach no account but the right one, and log it once", async () => {
    const inProd = { ...example("photo-archive"), environment: "prod" };
    const { id } = await startChange(home.world, parseGoal(inProd, "it"), person("ada"));
    for (const name of ["change-set", "broker"] as const) {
      const asked =
        name === "broker" ? { action: "apply" } : { action: "propose", build: goal, previous: null };
      await expect(call(name, { ...asked, executionId: id })).rejects.toMatchObject({ name: "WrongAccount" });
      const told = written.filter(({ level, service }) => level === "ERROR" && service === name);
      expect(told).toEqual([expect.objectContaining({ correlation_id: id, executionId: id })]);
    }
  });

  test("an agent that is called again answers from the row, and spends nothing more", async () => {
    const input = { ending: "DONE", outcome: "applied", failure: null };
    const first = await call("sweeper", input, { key: "again" });
    const metric = written.find((line) => "TimeSpent" in line);
    expect(metric).toMatchObject({ service: "sweeper", TokensSpent: 0, _aws: expect.any(Object) });
    written.length = 0;
    expect(await call("sweeper", input, { key: "again" })).toEqual(first);
    expect(written.filter((line) => "TimeSpent" in line)).toEqual([]);
  });

  test("what is no input is refused before anything is done, in a sentence that names the function", async () => {
    await expect(call("critic", { executionId: "" })).rejects.toMatchObject({
      name: "InvalidInput",
      message: expect.stringMatching(/^the input of critic: executionId/),
    });
    await expect(call("critic", {})).rejects.toMatchObject({ name: "InvalidInput" });
  });

  test("the dispatcher, asked by its schedule, starts what waits and anchors what is to be anchored", async () => {
    const states = clientOf({ region: "af-south-1", endpoint: moto().endpoint, credentials }, SFNClient);
    const definition = JSON.stringify({ StartAt: "P", States: { P: { Type: "Pass", End: true } } });
    const roleArn = "arn:aws:iam::536580886816:role/agent-mesh-dev-machines";
    const create = new CreateStateMachineCommand({ name: "change", definition, roleArn });
    const { stateMachineArn } = await states.send(create);
    const { id } = await startChange(home.world, parseGoal(example("photo-archive"), "it"), person("ada"));
    const handler = await load("dispatcher", {
      ...deployed,
      ...MACHINE_ARNS,
      AGENT_MESH_CHANGE_MACHINE_ARN: stateMachineArn,
      AWS_ENDPOINT_URL: moto().endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    });
    expect(await handler({}, lambdaContext("dispatcher"))).toEqual({});
    const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions.map(({ name }) => name)).toContain(id);
    const anchored = (await home.anchors.all()).map(({ chain }) => chain);
    expect(anchored).toContain("workspace");
    for (const pk of ["OUTBOX", "OUTBOX#EVENTS"])
      expect((await home.world.table.query({ pk, limit: 9 })).items).toEqual([]);
  });

  test("the functions around agents keep their part of the record", async () => {
    const status = { stage: "DrawPlan", status: "IN_PROGRESS", short: false };
    expect(await call("checkpoint", { taskToken: "token 1", ...status })).toEqual({});
    expect(await call("stack-lock", { taskToken: "token 2" })).toEqual({});
    const gates = [{ gateId: "gate_none" }];
    await expect(call("gatekeeper", { action: "settle", gates })).rejects.toMatchObject({
      name: "GateNotFound",
    });
    await call("registrar", { ending: "BLOCKED", outcome: "failed", failure: null });
    const ended = await find(home.world.table, executionId);
    expect(ended).toMatchObject({ changeStatus: "BLOCKED", outcome: "failed" });
  });
});
