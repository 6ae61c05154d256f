import { describe, expect, test } from "vitest";
import { LOCAL_PRICE, ollamaModel } from "../../../adapters/http/ollama-model.ts";
import { ollamaReply } from "../../contract/model-servers.ts";
import { scriptedServer } from "../../support/scripted-server.ts";

const REQUEST = { system: "s".repeat(3_000), prompt: "p", maxOutputTokens: 4_000, timeoutMs: 20_000 };

describe("Ollama", () => {
  test("is asked for JSON in one piece, with a context that holds the question and the longest answer", async () => {
    const server = await scriptedServer();
    server.next(ollamaReply("{}", "stop"));
    await ollamaModel("llama3.1:8b", server.url).complete(REQUEST);
    expect(server.asked).toMatchObject([
      {
        path: "/api/chat",
        body: {
          model: "llama3.1:8b",
          messages: [
            { role: "system", content: REQUEST.system },
            { role: "user", content: "p" },
          ],
          stream: false,
          format: "json",
          options: { num_predict: 4_000, num_ctx: 6_144 },
        },
      },
    ]);
  });

  test("costs no dollars, which is a price and not the lack of one", () => {
    expect(ollamaModel("llama3.1", "http://localhost").price).toEqual(LOCAL_PRICE);
    expect(LOCAL_PRICE).toEqual({ inputUsd: 0, outputUsd: 0 });
  });

  test("that sends more than any answer has is cut off by us", async () => {
    const server = await scriptedServer();
    server.next(ollamaReply("x".repeat(5 * 1024 * 1024), "stop"));
    await expect(ollamaModel("m", server.url).complete(REQUEST)).rejects.toMatchObject({
      name: "ModelUnavailable",
      message: expect.stringContaining("more than"),
    });
  });

  test("that sends us elsewhere is not followed there", async () => {
    const [server, elsewhere] = [await scriptedServer(), await scriptedServer()];
    server.next({ status: 307, headers: { location: `${elsewhere.url}/api/chat` }, body: "" });
    await expect(ollamaModel("m", server.url).complete(REQUEST)).rejects.toMatchObject({
      name: "ModelUnavailable",
    });
    expect(elsewhere.asked).toEqual([]);
  });
});
