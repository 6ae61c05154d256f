import { describe, expect, test } from "vitest";
import { difyModel } from "../../../adapters/http/dify-model.ts";
import { SecretError } from "../../../core/secrets/secret-store.ts";
import { difyOn, workflowReply } from "../../contract/model-servers.ts";
import { PRICE } from "../../support/models.ts";
import { scriptedServer } from "../../support/scripted-server.ts";

const REQUEST = { system: "You answer.", prompt: "Say hello.", maxOutputTokens: 100, timeoutMs: 20_000 };

describe("a workflow of Dify", () => {
  test("is run in blocking mode with both texts as its inputs, under the application's key", async () => {
    const server = await scriptedServer();
    server.next(workflowReply());
    await difyOn(server, "flows").complete(REQUEST);
    expect(server.asked).toMatchObject([
      {
        path: "/v1/workflows/run",
        headers: { authorization: "Bearer app-key" },
        body: {
          inputs: { system: "You answer.", prompt: "Say hello." },
          response_mode: "blocking",
          user: "conductor",
        },
      },
    ]);
  });

  test.each([
    ["failed", "the model is overloaded"],
    ["stopped", null],
    ["partial-succeeded", "one node failed"],
  ])("that has %s says so, and took what it took until then", async (status, error) => {
    const server = await scriptedServer();
    server.next(workflowReply({ status, error, outputs: null, total_tokens: 7 }));
    await expect(difyOn(server, "flows").complete(REQUEST)).rejects.toMatchObject({
      name: "ModelUnavailable",
      message: expect.stringContaining(error ?? status),
      taken: { inputTokens: 0, outputTokens: 7 },
    });
  });

  test("without an output named text is refused with what to do", async () => {
    const server = await scriptedServer();
    server.next(workflowReply({ outputs: { answer: "hello" } }));
    await expect(difyOn(server, "flows").complete(REQUEST)).rejects.toMatchObject({
      name: "ModelRefused",
      message: expect.stringContaining("no output named text"),
      taken: { inputTokens: 0, outputTokens: 42 },
    });
  });

  test("counts all its tokens as the dearer ones, whichever those are", async () => {
    const server = await scriptedServer();
    server.next(workflowReply());
    const dearInputs = difyOn(server, "flows", { inputUsd: 9, outputUsd: 1 });
    expect(await dearInputs.complete(REQUEST)).toMatchObject({ inputTokens: 42, outputTokens: 0 });
  });
});

describe("a chat of Dify", () => {
  test("is asked both texts as one question", async () => {
    const server = await scriptedServer();
    server.next({ body: { answer: "hello" } });
    await difyOn(server, "chat").complete(REQUEST);
    expect(server.asked).toMatchObject([
      {
        path: "/v1/chat-messages",
        body: { query: "You answer.\n\nSay hello.", inputs: {}, response_mode: "blocking" },
      },
    ]);
  });
});

test("without its key Dify is not asked, and nothing was taken", async () => {
  const server = await scriptedServer();
  const key = () => Promise.reject(new SecretError("SecretMissing", "there is no secret dify"));
  const model = difyModel({ app: "flows", server: server.url, key, price: PRICE });
  await expect(model.complete(REQUEST)).rejects.toMatchObject({
    name: "ModelRefused",
    taken: "nothing",
    message: expect.stringContaining("there is no secret dify"),
  });
  expect(server.asked).toEqual([]);
});

test.each(["flows", "chat"] as const)("the key of dify:%s stands in no error", async (app) => {
  const server = await scriptedServer();
  server.next({ status: 401, body: { code: "unauthorized", message: "Access token is invalid" } }, "lose");
  for (const _turn of [1, 2]) {
    const error = await difyOn(server, app)
      .complete(REQUEST)
      .catch((caught: unknown) => caught);
    expect(`${error} ${JSON.stringify(error)}`).not.toContain("app-key");
  }
});
