import { describe, expect, test } from "vitest";
import { titanEmbedder } from "../../adapters/aws/titan-embedder.ts";
import { ollamaEmbedder } from "../../adapters/http/ollama-embedder.ts";
import { cosine, type Embedder } from "../../core/memory/embedder.ts";
import { hashingEmbedder } from "../../core/memory/hashing-embedder.ts";
import { deadUrl, type Reply, type ScriptedServer, scriptedServer } from "../support/scripted-server.ts";
import { awsError } from "./model-servers.ts";

const MS = 20_000;

/** An embedder with a server that speaks its protocol. */
interface Speaker {
  readonly name: string;
  readonly http2: boolean;
  readonly dimensions: number;
  embedder(url: string): Embedder;
  /** What the server answers to be asked for so many texts, each taking 5 tokens; one answer a call. */
  replies(count: number): readonly Reply[];
  readonly throttled: Reply;
  readonly refused: Reply;
}

const titan: Speaker = {
  name: "Titan of Bedrock",
  http2: true,
  dimensions: 512,
  embedder: (endpoint) => {
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const place = { region: "eu-west-1", endpoint, credentials, patience: { attempts: 2 } };
    return titanEmbedder({ place, modelId: "amazon.titan-embed-text-v2:0", inputUsd: 0.02 });
  },
  replies: (count) =>
    Array.from({ length: count }, () => ({
      body: { embedding: Array.from({ length: 512 }, (_, i) => i / 512), inputTextTokenCount: 5 },
    })),
  throttled: awsError("ThrottlingException", 429, "Too many requests"),
  refused: awsError("ValidationException", 400, "The provided model identifier is invalid."),
};

const ollama: Speaker = {
  name: "Ollama",
  http2: false,
  dimensions: 4,
  embedder: (url) => ollamaEmbedder("nomic-embed-text", url),
  replies: (count) => [
    {
      body: {
        model: "nomic-embed-text",
        embeddings: Array.from({ length: count }, () => [0.1, 0.2, -0.3, 0.4]),
        prompt_eval_count: 5 * count,
      },
    },
  ],
  throttled: { status: 429, body: { error: "server busy" } },
  refused: { status: 404, body: { error: "model is invalid" } },
};

async function speaking(speaker: Speaker): Promise<{ embedder: Embedder; server: ScriptedServer }> {
  const server = await scriptedServer({ http2: speaker.http2 });
  return { embedder: speaker.embedder(server.url), server };
}

describe.each([titan, ollama].map((speaker) => [speaker.name, speaker] as const))("%s", (_name, speaker) => {
  test("gives one vector for each text, and counts the tokens it read", async () => {
    const { embedder, server } = await speaking(speaker);
    server.next(...speaker.replies(4));
    const { vectors, inputTokens, outputTokens } = await embedder.embed(["a", "b", "c", "d"], MS);
    expect(vectors.map(({ length }) => length)).toEqual(Array.from({ length: 4 }, () => speaker.dimensions));
    expect([inputTokens, outputTokens]).toEqual([20, 0]);
  });

  test("that is throttled, refuses or hangs says so like any model", async () => {
    const { embedder, server } = await speaking(speaker);
    server.next(speaker.throttled, speaker.throttled);
    await expect(embedder.embed(["a"], MS)).rejects.toMatchObject({ name: "ModelThrottled" });
    const other = await speaking(speaker);
    other.server.next(speaker.refused, "hang");
    await expect(other.embedder.embed(["a"], MS)).rejects.toMatchObject({
      name: "ModelRefused",
      taken: "nothing",
    });
    await expect(other.embedder.embed(["a"], 300)).rejects.toMatchObject({
      name: "ModelTimeout",
      taken: "unknown",
    });
  });

  test.each<[string, Reply]>([
    ["no JSON", { body: "nope" }],
    ["nothing", { body: {} }],
    ["too few vectors", { body: { embeddings: [], embedding: [], inputTextTokenCount: 1 } }],
    ["numbers that are none", { body: { embeddings: [["x"]], embedding: ["x"], inputTextTokenCount: 1 } }],
  ])("that gives %s is not believed, and was not free", async (_what, reply) => {
    const { embedder, server } = await speaking(speaker);
    server.next(reply);
    await expect(embedder.embed(["a"], MS)).rejects.toMatchObject({
      name: "ModelUnavailable",
      taken: "unknown",
    });
  });

  test("that cannot be reached took nothing", async () => {
    const embedder = speaker.embedder(await deadUrl());
    await expect(embedder.embed(["a"], MS)).rejects.toMatchObject({
      name: "ModelUnavailable",
      taken: "nothing",
    });
  });
});

test("Titan is asked for normalised vectors of 512 dimensions", async () => {
  const { embedder, server } = await speaking(titan);
  server.next(...titan.replies(1));
  await embedder.embed(["a table for orders"], MS);
  expect(server.asked).toMatchObject([
    {
      path: "/model/amazon.titan-embed-text-v2%3A0/invoke",
      body: { inputText: "a table for orders", dimensions: 512, normalize: true },
    },
  ]);
});

test("texts that Titan took before one failed are charged for", async () => {
  const { embedder, server } = await speaking(titan);
  server.next(...titan.replies(3), titan.refused);
  await expect(embedder.embed(["a", "b", "c", "d"], MS)).rejects.toMatchObject({
    name: "ModelRefused",
    taken: "unknown",
  });
});

test("Ollama is asked for all the texts at once", async () => {
  const { embedder, server } = await speaking(ollama);
  server.next(...ollama.replies(2));
  await embedder.embed(["a", "b"], MS);
  expect(server.asked).toMatchObject([
    { path: "/api/embed", body: { model: "nomic-embed-text", input: ["a", "b"] } },
  ]);
});

describe("the hashing embedder", () => {
  const near = async (one: string, other: string) => {
    const { vectors } = await hashingEmbedder.embed([one, other], MS);
    return cosine(vectors[0]!, vectors[1]!);
  };
  const { related } = hashingEmbedder;

  test("gives the same vector for the same text, on every machine", async () => {
    const { vectors } = await hashingEmbedder.embed(["A table for our orders"], MS);
    const set = [...vectors[0]!].flatMap((value, place) => (value === 0 ? [] : [[place, value]]));
    expect(set).toEqual([
      [100, -Math.fround(Math.SQRT1_2)],
      [223, 1],
      [236, 1],
    ]);
  });

  test("says that it only compares words, and costs nothing", async () => {
    expect(hashingEmbedder.label).toContain("no embedding model is configured");
    expect(hashingEmbedder.inputUsd).toBe(0);
    const { inputTokens, outputTokens } = await hashingEmbedder.embed(["a"], MS);
    expect([inputTokens, outputTokens]).toEqual([0, 0]);
  });

  test("finds texts similar that share words, in any case and order, and no others", async () => {
    expect(await near("An archive for our photos", "The PHOTOS archive: keep it")).toBeGreaterThan(related);
    expect(await near("An archive for our photos", "A queue for invoices, with retries")).toBeLessThan(
      related,
    );
    expect(await near("the of and with", "the of and with")).toBe(0);
    expect(await near("", "anything")).toBe(0);
    expect(await near("写真の保管庫", "写真の保管庫")).toBeCloseTo(1);
  });
});
