import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { STAGES } from "../../api/views/stages.ts";
import { find } from "../../core/execution/executions.ts";
import { ofExecution } from "../../core/gate/gates.ts";
import { TestApi } from "../support/api.ts";
import { GOAL } from "../support/goals.ts";
import { toldOf, waiting } from "./scene.ts";

const START = "/api/conductor/pipeline/start";
const ONE = "/api/conductor/execution/exec_dev";
const ADA = { as: "ada", grants: ["operator:dev"] } as const;

async function apiWithChange(): Promise<TestApi> {
  const api = await TestApi.on();
  await waiting(api.home.world);
  return api;
}

test("an execution is told of with exactly the specification's fields", async () => {
  const api = await apiWithChange();
  const { status, body } = await api.get(ONE, ADA);
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(["id", "status", "progress", "resources", "nextGate"]);
  expect(Object.keys(body.progress)).toEqual(["currentStage", "completed", "total", "percentage"]);
  expect(Object.keys(body.resources)).toEqual(["tokensUsed", "timeElapsed", "costAccrued"]);
  expect(body).toMatchObject({
    id: "exec_dev",
    status: "running",
    progress: { currentStage: "AwaitGates", completed: 6, total: STAGES.length, percentage: 67 },
    nextGate: { type: "human_approval" },
  });
});

test("a pipeline is started by the caller, under what it may spend", async () => {
  const api = await TestApi.on();
  const body = { pipeline: "change", input: GOAL, priority: "normal", options: { maxCost: 2, timeout: 90 } };
  const { status, body: started, headers } = await api.post(START, { ...ADA, body });
  expect(status).toBe(201);
  expect(headers.get("location")).toBe(`/api/conductor/execution/${started.id}`);
  const execution = await find(api.home.world.table, started.id);
  expect(execution.requestedBy).toBe("ada");
  const { body: usage } = await api.get(`${headers.get("location")}/resources`, ADA);
  expect(usage.cost.budgetUSD).toBe(2);
  expect(usage.time.remaining).toBe(90);
});

test("a start that is sent again under its key starts one execution and is answered the same", async () => {
  const api = await TestApi.on();
  const sending = { ...ADA, body: { input: GOAL }, headers: { "idempotency-key": "8f14e45f" } };
  const answers = [await api.post(START, sending), await api.post(START, sending)];
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(answers[1]?.text).toBe(answers[0]?.text);
  expect(answers[1]?.headers.get("idempotent-replayed")).toBe("true");
  const { body } = await api.get("/api/conductor/executions", ADA);
  expect(body.executions).toHaveLength(1);
  const other = await api.post(START, { ...sending, body: { input: { ...GOAL, stack: "other" } } });
  expect([other.status, other.body.name]).toEqual([422, "IdempotencyKeyReused"]);
});

test("a start that was refused is judged anew under the same key", async () => {
  const api = await TestApi.on();
  const headers = { "idempotency-key": "once" };
  const body = { input: { ...GOAL, environment: "prod" } };
  const refused = await api.post(START, { ...ADA, headers, body });
  expect([refused.status, refused.body.name]).toEqual([403, "Forbidden"]);
  const allowed = await api.post(START, { as: "ada", grants: ["operator:prod"], headers, body });
  expect(allowed.status).toBe(201);
});

test.each(["sit", "prod"])(
  "the gates of %s cannot be skipped, whatever roles one holds",
  async (environment) => {
    const api = await TestApi.on();
    const body = { input: { ...GOAL, environment }, options: { skipGates: true } };
    const { status, body: problem } = await api.post(START, { as: "ada", body });
    expect([status, problem.name]).toEqual([403, "GatesRequired"]);
    expect((await api.get("/api/conductor/executions", { as: "ada" })).body.executions).toEqual([]);
  },
);

test("in dev an administrator may start a change about which nobody is asked, and the record says so", async () => {
  const api = await TestApi.on();
  const sending = { body: { input: GOAL, options: { skipGates: true } } };
  const operator = await api.post(START, { ...ADA, ...sending });
  expect([operator.status, operator.body.name]).toEqual([403, "Forbidden"]);
  const { status, body } = await api.post(START, { as: "ada", grants: ["admin:dev"], ...sending });
  expect(status).toBe(201);
  expect((await find(api.home.world.table, body.id)).skipGates).toBe("ada");
  const told = await toldOf(api.home.world, body.id);
  expect(told[0]).toMatchObject({ type: "execution.requested", data: { skipGates: true } });
});

test.each([
  ["high", 1],
  ["normal", 2],
  ["low", 3],
])("a start of priority %s is kept as %i", async (priority, number) => {
  const api = await TestApi.on();
  const { body } = await api.post(START, { ...ADA, body: { input: GOAL, priority } });
  const { body: state } = await api.get(`/api/conductor/execution/${body.id}/state`, ADA);
  expect(state.metadata.priority).toBe(number);
});

test("a start by an idea names an idea that is not there; one by neither or both is refused", async () => {
  const api = await TestApi.on();
  const unknown = await api.post(START, { ...ADA, body: { ideaId: "idea_7f8e9d0a" } });
  expect([unknown.status, unknown.body.name]).toEqual([404, "IdeaNotFound"]);
  expect(unknown.body.detail).toContain('"idea_7f8e9d0a"');
  for (const body of [{}, { input: GOAL, ideaId: "idea_7f8e9d0a" }]) {
    const refused = await api.post(START, { ...ADA, body });
    expect([refused.status, refused.body.detail]).toEqual([400, "the body: send either input or ideaId"]);
  }
});

test.each([
  ["no JSON", "{", "the body is not JSON: correct it"],
  ["an unknown field", { input: GOAL, requestedBy: "grace" }, "the body: unknown field requestedBy"],
  ["another pipeline", { pipeline: "idea", input: GOAL }, "the body: pipeline"],
  ["a goal with a fault", { input: { ...GOAL, stack: "no stack" } }, "input: stack: must be a stack name"],
  ["a goal from elsewhere", { input: { ...GOAL, goal: "a\u0007" } }, "U+0007"],
  ["no budget", { input: GOAL, options: { maxCost: -1 } }, "the body: options.maxCost"],
  ["far too deep", "[".repeat(50_000), "nests deeper"],
])("a start with %s is refused in a sentence", async (_what, body, sentence) => {
  const api = await TestApi.on();
  const { status, body: problem, headers } = await api.post(START, { ...ADA, body });
  expect([status, problem.name]).toEqual([400, "InvalidInput"]);
  expect(problem.detail).toContain(sentence);
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(api.errors).toEqual([]);
});

test("a body that is too large, or no JSON by its own word, is refused", async () => {
  const api = await TestApi.on();
  const large = await api.post(START, { ...ADA, body: { input: { ...GOAL, goal: "a".repeat(300_000) } } });
  expect([large.status, large.body.name]).toEqual([413, "BodyTooLarge"]);
  const headers = { "content-type": "text/plain" };
  const text = await api.post(START, { ...ADA, body: "hello", headers });
  expect([text.status, text.body.name]).toEqual([415, "UnsupportedMediaType"]);
});

test("lists go on by a cursor, newest first, and show only what the caller may see", async () => {
  const api = await TestApi.on();
  for (let count = 0; count < 5; count += 1) {
    const createdAt = new Date(Date.UTC(2026, 0, 5, 9, count)).toISOString();
    const execution = { id: `exec_${count}`, createdAt, stack: count % 2 ? "shop" : "blog" };
    await waiting(api.home.world, count === 3 ? "prod" : "dev", { execution, gate: { id: `gate_${count}` } });
  }
  const ids = async (query: string) => {
    const found: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const path = `/api/conductor/executions?${query}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
      const { status, body } = await api.get(path, ADA);
      expect(status).toBe(200);
      found.push(...body.executions.map(({ id }: { id: string }) => id));
      cursor = body.cursor;
    }
    return found;
  };
  expect(await ids("limit=2")).toEqual(["exec_4", "exec_2", "exec_1", "exec_0"]);
  expect(await ids("limit=1&stack=blog")).toEqual(["exec_4", "exec_2", "exec_0"]);
  expect(await ids("requestedBy=grace")).toEqual([]);
  expect(await ids("status=running&limit=3")).toHaveLength(4);
});

test.each(["/executions", "/gates", "/execution/exec_dev/timeline"])(
  "a cursor of another list is refused by %s",
  async (path) => {
    const api = await apiWithChange();
    for (const cursor of ["x", "bm9uZQ", "..%2f", "dev.x"]) {
      const { status, body } = await api.get(`/api/conductor${path}?cursor=${cursor}`, ADA);
      expect([status, body.name]).toEqual([400, "InvalidCursor"]);
    }
  },
);

test("what has not changed is not sent again", async () => {
  const api = await apiWithChange();
  const { headers } = await api.get(ONE, ADA);
  const tag = headers.get("etag") ?? "";
  const same = await api.get(ONE, { ...ADA, headers: { "if-none-match": tag } });
  expect([same.status, same.text]).toEqual([304, ""]);
  await api.post(`${ONE}/interventions`, { ...ADA, body: { pauseExecution: true } });
  await api.post(`${ONE}/cancel`, { ...ADA, body: { notes: "no longer needed" } });
  const { body: state } = await api.get(`${ONE}/state`, ADA);
  expect(state.gates).toMatchObject({ pending: [], completed: [{ status: "closed" }] });
});

test("an artifact is its bytes and nothing beside them, to be saved and not shown", async () => {
  const api = await apiWithChange();
  const { status, headers, text } = await api.get(`${ONE}/artifacts/goal.json`, ADA);
  expect([status, text]).toEqual([200, "{}"]);
  expect(headers.get("etag")).toBe(`"${createHash("sha256").update("{}").digest("hex")}"`);
  expect(headers.get("content-disposition")).toMatch(/^attachment/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test.each(["..%2f..%2fconductor.db", "%2e%2e", "goal.json%00", "GOAL.JSON", "identity%2fsigning-key.json"])(
  "no artifact's name is a path: %s",
  async (name) => {
    const api = await apiWithChange();
    const { status, body } = await api.get(`${ONE}/artifacts/${name}`, ADA);
    expect([status, body.name]).toEqual([404, expect.stringMatching(/^(ArtifactNotFound|NotFound)$/)]);
  },
);

test("the timeline comes in pages, and the dossier whole", async () => {
  const api = await apiWithChange();
  const first = await api.get(`${ONE}/timeline?limit=1`, ADA);
  expect(first.body).toMatchObject({ events: [{ seq: 1, type: "execution.requested" }], cursor: "1" });
  const second = await api.get(`${ONE}/timeline?limit=1&cursor=1`, ADA);
  expect(second.body).toMatchObject({ events: [{ seq: 2, type: "gate.opened" }], cursor: null });
  const { body } = await api.get(`${ONE}/dossier`, ADA);
  expect(body).toMatchObject({ executionId: "exec_dev", requestedBy: "ada" });
});

test("wishes are recorded under the caller's name, with how they came", async () => {
  const api = await apiWithChange();
  const body = { notes: "wrong stack" };
  expect((await api.post(`${ONE}/cancel`, { ...ADA, body })).status).toBe(200);
  const { table } = api.home.world;
  const events = await toldOf(api.home.world, "exec_dev");
  expect(events.findLast(({ type }) => type === "execution.cancel-requested")).toMatchObject({
    actor: "ada",
    data: { via: "api", notes: "wrong stack" },
  });
  expect((await ofExecution(table, "exec_dev")).map(({ status }) => status)).toEqual(["closed"]);
});

test("an agent that is needed cannot be skipped, and one wish comes at a time", async () => {
  const api = await apiWithChange();
  const path = `${ONE}/interventions`;
  const skip = await api.post(path, { ...ADA, body: { skipAgent: "sentinel" } });
  expect([skip.status, skip.body.name]).toEqual([422, "AgentRequired"]);
  const unknown = await api.post(path, { ...ADA, body: { skipAgent: "nobody" } });
  expect([unknown.status, unknown.body.name]).toEqual([400, "InvalidInput"]);
  expect((await api.post(path, { ...ADA, body: { skipAgent: "sweeper" } })).status).toBe(200);
  const other = await api.post(path, { ...ADA, body: { changeStrategy: "magic" } });
  expect([other.status, other.body.name]).toEqual([400, "InvalidInput"]);
  const same = await api.post(path, { ...ADA, body: { changeStrategy: "models" } });
  expect([same.status, same.body.name]).toEqual([409, "StrategyUnchanged"]);
  const both = await api.post(path, { ...ADA, body: { pauseExecution: true, overrideBudget: 1 } });
  expect([both.status, both.body.name]).toEqual([400, "InvalidInput"]);
});

test("an error that nobody foresaw tells nothing of us, and is told to who looks after us", async () => {
  const told: unknown[] = [];
  const broken = new Error("secret-host:5432 refused");
  const api = await TestApi.on(undefined, {
    audit: () => Promise.reject(broken),
    onError: (error) => told.push(error),
  });
  const { status, body, text } = await api.get("/api/conductor/audit", { as: "root" });
  expect([status, body.name]).toEqual([500, "InternalError"]);
  expect(text).not.toContain("secret-host");
  expect(told).toEqual([broken]);
});

test("what is not there is a problem too", async () => {
  const api = await TestApi.on();
  const { status, body } = await api.get("/api/conductor/nothing", ADA);
  expect([status, body.name]).toEqual([404, "NotFound"]);
});

test("whoever loops is told to go slower, by name and not for others", async () => {
  const slow = { burst: 2, perSecond: 1 };
  const api = await TestApi.on(undefined, { rates: { reads: slow, writes: slow, strangers: slow } });
  const ask = async (as: string) => (await api.get("/api/conductor/me", { as })).status;
  expect([await ask("ada"), await ask("ada"), await ask("ada"), await ask("grace")]).toEqual([
    200, 200, 429, 200,
  ]);
});
