import { describe, expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { PgvectorMemory } from "../../../adapters/aws/pgvector-memory.ts";
import { configuredMemory, configuredModels } from "../../../bin/home/models.ts";
import { type Amounts, NOTHING } from "../../../core/budget/amounts.ts";
import { meterOn } from "../../../core/budget/meter.ts";
import { answer } from "../../../core/model/answer.ts";
import { awsError, converseReply, ollamaReply, workflowReply } from "../../contract/model-servers.ts";
import { deadUrl, scriptedServer } from "../../support/scripted-server.ts";

const HAIKU = "bedrock:global.anthropic.claude-haiku-4-5-20251001-v1:0";
const REGION = { AWS_REGION: "af-south-1" };
const DIFY = { DIFY_API_KEY: "app-key" };

describe("the price of a model", () => {
  test.each<[string, Record<string, string>, object | undefined]>([
    ["of Bedrock's is the list price in its region", REGION, { inputUsd: 1, outputUsd: 5 }],
    ["of Bedrock's is unknown in a region that has none", { AWS_REGION: "sa-east-1" }, undefined],
    [
      "of Bedrock's follows the region that models are asked in",
      { AWS_REGION: "sa-east-1", AGENT_MODEL_REGION: "eu-west-1" },
      { inputUsd: 1, outputUsd: 5 },
    ],
    [
      "may be stated by who pays it",
      { ...REGION, AGENT_MODEL_PRICES: `{"${HAIKU}":{"inputUsd":2,"outputUsd":4}}` },
      { inputUsd: 2, outputUsd: 4 },
    ],
  ])("%s", async (_what, variables, price) => {
    const [model] = await configuredModels({ AGENT_MODEL_PRIMARY: HAIKU, ...variables });
    expect([model?.name, model?.price]).toEqual([HAIKU, price]);
  });

  test("of Dify's is unknown unless it is stated, and Ollama's is nothing", async () => {
    const chain = { AGENT_MODEL_PRIMARY: "dify:flows", AGENT_MODEL_SECONDARY: "ollama:llama3.1:8b", ...DIFY };
    expect((await configuredModels(chain)).map(({ name, price }) => [name, price])).toEqual([
      ["dify:flows", undefined],
      ["ollama:llama3.1:8b", { inputUsd: 0, outputUsd: 0 }],
    ]);
    const stated = { ...chain, AGENT_MODEL_PRICES: '{"dify:flows":{"inputUsd":3,"outputUsd":15}}' };
    expect((await configuredModels(stated))[0]?.price).toEqual({ inputUsd: 3, outputUsd: 15 });
  });
});

describe("the memory", () => {
  const TITAN = "bedrock:amazon.titan-embed-text-v2:0";

  test("is the workspace's own where nothing is set", async () => {
    expect(await configuredMemory({})).toEqual({});
  });

  test.each<[string, Record<string, string>, object]>([
    [
      "Titan at its list price",
      { AGENT_MODEL_EMBEDDING: TITAN, AWS_REGION: "us-east-1" },
      { name: TITAN, inputUsd: 0.02 },
    ],
    [
      "Titan without a price where the list has none",
      { AGENT_MODEL_EMBEDDING: TITAN, AWS_REGION: "eu-west-1" },
      { name: TITAN, inputUsd: undefined },
    ],
    [
      "Titan at a stated price",
      {
        AGENT_MODEL_EMBEDDING: TITAN,
        AWS_REGION: "eu-west-1",
        AGENT_MODEL_PRICES: `{"${TITAN}":{"inputUsd":0.03,"outputUsd":0}}`,
      },
      { name: TITAN, inputUsd: 0.03 },
    ],
    [
      "Ollama for nothing",
      { AGENT_MODEL_EMBEDDING: "ollama:nomic-embed-text" },
      { name: "ollama:nomic-embed-text", inputUsd: 0 },
    ],
  ])("compares by %s", async (_what, variables, embedder) => {
    expect((await configuredMemory(variables)).embedder).toMatchObject(embedder);
  });

  test("is in PostgreSQL where a cluster is named", async () => {
    const { index } = await configuredMemory({
      ...REGION,
      AGENT_MESH_MEMORY_CLUSTER_ARN: "arn:cluster",
      AGENT_MESH_MEMORY_SECRET_ARN: "arn:secret",
    });
    expect(index).toBeInstanceOf(PgvectorMemory);
  });

  test.each<[string, Record<string, string>, string]>([
    ["an embedder that is none", { AGENT_MODEL_EMBEDDING: "gpt:x" }, "AGENT_MODEL_EMBEDDING"],
    ["a model that gives no vectors", { AGENT_MODEL_EMBEDDING: HAIKU, ...REGION }, "titan-embed"],
    ["a cluster without a secret", { AGENT_MESH_MEMORY_CLUSTER_ARN: "arn:cluster" }, "SECRET_ARN"],
  ])("is refused with %s", async (_what, variables, words) => {
    await expect(configuredMemory(variables)).rejects.toMatchObject({
      name: "InvalidInput",
      message: expect.stringContaining(words),
    });
  });
});

test("Bedrock may be asked elsewhere than the rest of AWS", async () => {
  const [bedrock, rest] = [await scriptedServer({ http2: true }), await scriptedServer()];
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, "test");
  onTestFinished(() => void vi.unstubAllEnvs());
  const [model] = await configuredModels({
    ...REGION,
    AGENT_MODEL_PRIMARY: HAIKU,
    AWS_ENDPOINT_URL: rest.url,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url,
  });
  bedrock.next(converseReply());
  await model!.complete({ system: "s", prompt: "p", maxOutputTokens: 1, timeoutMs: 20_000 });
  expect([bedrock.asked.length, rest.asked.length]).toEqual([1, 0]);
});

test("the key of Dify may be a secret of Secrets Manager's, read when it is needed", async () => {
  const [secrets, dify] = [await scriptedServer(), await scriptedServer()];
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, "test");
  onTestFinished(() => void vi.unstubAllEnvs());
  const [model] = await configuredModels({
    ...REGION,
    AWS_ENDPOINT_URL: secrets.url,
    AGENT_MODEL_PRIMARY: "dify:flows",
    DIFY_API_KEY_SECRET: "dify-key",
    DIFY_API_URL: dify.url,
  });
  expect(secrets.asked).toEqual([]);
  secrets.next({ body: { SecretString: "kept-elsewhere" } });
  dify.next(workflowReply(), workflowReply());
  const request = { system: "s", prompt: "p", maxOutputTokens: 1, timeoutMs: 20_000 };
  await model!.complete(request);
  await model!.complete(request);
  expect(secrets.asked).toMatchObject([{ body: { SecretId: "dify-key" } }]);
  for (const { headers } of dify.asked) expect(headers["authorization"]).toBe("Bearer kept-elsewhere");
});

describe("settings that cannot be used", () => {
  test.each<[string, Record<string, string>, string]>([
    ["Bedrock without a region", { AGENT_MODEL_PRIMARY: HAIKU }, "AGENT_MODEL_REGION or AWS_REGION"],
    ["Dify without a key", { AGENT_MODEL_WORKFLOW: "dify:flows" }, "DIFY_API_KEY"],
    ["a kind of application that Dify has not", { AGENT_MODEL_WORKFLOW: "dify:x", ...DIFY }, "dify:chat"],
    [
      "an address that is none",
      { AGENT_MODEL_PRIMARY: "ollama:m", OLLAMA_HOST: "ftp://somewhere" },
      "OLLAMA_HOST",
    ],
    [
      "a guardrail without a version",
      { AGENT_MODEL_PRIMARY: HAIKU, ...REGION, AGENT_MODEL_GUARDRAIL: "gr-1" },
      "AGENT_MODEL_GUARDRAIL",
    ],
    [
      "prices that are no JSON",
      { AGENT_MODEL_PRIMARY: HAIKU, ...REGION, AGENT_MODEL_PRICES: "free" },
      "AGENT_MODEL_PRICES is no JSON",
    ],
    [
      "a price below nothing",
      {
        AGENT_MODEL_PRIMARY: HAIKU,
        ...REGION,
        AGENT_MODEL_PRICES: `{"${HAIKU}":{"inputUsd":-1,"outputUsd":0}}`,
      },
      "inputUsd",
    ],
  ])("(%s) are refused in a sentence", async (_what, variables, words) => {
    await expect(configuredModels(variables)).rejects.toMatchObject({
      name: "InvalidInput",
      message: expect.stringContaining(words),
    });
  });
});

test.each([
  ["127.0.0.1", "http://127.0.0.1:11434"],
  ["box:9999", "http://box:9999"],
  ["https://ollama.example/", "https://ollama.example"],
])("OLLAMA_HOST may be %s", async (host, server) => {
  const variables = { AGENT_MODEL_PRIMARY: "ollama:m", OLLAMA_HOST: host };
  const [model] = await configuredModels(variables);
  const request = { system: "s", prompt: "p", maxOutputTokens: 1, timeoutMs: 1 };
  const error = await model!.complete(request).catch((caught: Error) => caught.message);
  expect(error).toContain(`asking ollama:m at ${server}:`);
});

describe("the chain, over the wire", () => {
  const RESERVED: Amounts = { tokens: 100_000, milliseconds: 60_000, microUsd: 1_000_000 };
  const question = {
    system: "You choose a block.",
    prompt: "a table",
    schema: z.strictObject({ block: z.string() }),
    maxOutputTokens: 100,
  };

  async function servers() {
    const bedrock = await scriptedServer({ http2: true });
    const [ollama, dify] = [await scriptedServer(), await scriptedServer()];
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, "test");
    onTestFinished(() => void vi.unstubAllEnvs());
    const models = await configuredModels({
      ...REGION,
      ...DIFY,
      AGENT_MODEL_PRIMARY: HAIKU,
      AGENT_MODEL_SECONDARY: "ollama:llama3.1",
      AGENT_MODEL_WORKFLOW: "dify:flows",
      AGENT_MODEL_PRICES: '{"dify:flows":{"inputUsd":3,"outputUsd":15}}',
      AWS_ENDPOINT_URL: bedrock.url,
      OLLAMA_HOST: ollama.url,
      DIFY_API_URL: `${dify.url}/v1`,
    });
    const account = { spent: NOTHING };
    const meter = meterOn(RESERVED, account, () => new Date());
    return { bedrock, ollama, dify, models, meter, spent: () => account.spent };
  }

  test("goes on from one that refuses to one that breaks off to one that answers", async () => {
    const { bedrock, ollama, dify, models, meter, spent } = await servers();
    bedrock.next(awsError("AccessDeniedException", 403, "You don't have access to the model"));
    ollama.next("lose");
    dify.next(workflowReply({ outputs: { text: '{"block":"kv_store"}' } }));
    const { value, model } = await answer(models, question, meter);
    expect([value, model]).toEqual([{ block: "kv_store" }, "dify:flows"]);
    expect([bedrock, ollama, dify].map(({ asked }) => asked.length)).toEqual([1, 1, 1]);
    const worstOfOllama = 100 + Math.ceil((question.system.length + question.prompt.length) / 3);
    expect(spent()).toMatchObject({
      tokens: worstOfOllama + 42,
      microUsd: (42 * 15 * 1_000_000) / 1_000_000,
    });
  });

  test("ends in the rules' answer when all of them fail, with a word from each", async () => {
    const { bedrock, ollama, dify, models, meter } = await servers();
    bedrock.next("lose");
    ollama.next({ status: 404, body: { error: "model 'llama3.1' not found" } });
    dify.next({ status: 500, body: { message: "Internal error" } });
    const { value, note } = await answer(models, question, meter);
    expect(value).toBeUndefined();
    expect(note).toMatch(
      /bedrock:.*: ModelUnavailable: .*; ollama:llama3.1: ModelRefused: .*not found; dify/,
    );
  });

  test("repairs an answer with whoever gave it", async () => {
    const { bedrock, ollama, models, meter } = await servers();
    bedrock.next("lose");
    ollama.next(ollamaReply('{"blok":1}', "stop"), ollamaReply('{"block":"kv_store"}', "stop"));
    expect(await answer(models, question, meter)).toMatchObject({ model: "ollama:llama3.1" });
    expect(ollama.asked).toHaveLength(2);
  });

  test("does not wait for an address where nobody listens", async () => {
    const models = await configuredModels({
      AGENT_MODEL_PRIMARY: "ollama:m",
      OLLAMA_HOST: await deadUrl(),
    });
    const meter = meterOn(RESERVED, { spent: NOTHING }, () => new Date());
    expect((await answer(models, question, meter)).note).toContain("it cannot be reached");
  });
});
