import { describe, expect, onTestFinished, test, vi } from "vitest";
import { bedrockModel } from "../../../adapters/aws/bedrock-model.ts";
import { awsError, bedrockOn, converseReply } from "../../contract/model-servers.ts";
import { PRICE } from "../../support/models.ts";
import { type ScriptedServer, scriptedServer, type Turn } from "../../support/scripted-server.ts";

const REQUEST = { system: "You answer.", prompt: "Say hello.", maxOutputTokens: 100, timeoutMs: 20_000 };
const GUARDRAIL = { identifier: "gr-1", version: "3" };
const TAKEN = { inputTokens: 30, outputTokens: 12 };
const THROTTLED = awsError("ThrottlingException", 429, "Too many requests");

const server = async (...turns: readonly Turn[]): Promise<ScriptedServer> => {
  const made = await scriptedServer({ http2: true });
  made.next(...turns);
  return made;
};

describe("what Bedrock is asked", () => {
  test("is a conversation of one message, without tools and within the tokens reserved", async () => {
    const bedrock = await server(converseReply());
    await bedrockOn(bedrock).complete(REQUEST);
    expect(bedrock.asked).toMatchObject([
      { path: "/model/global.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse" },
    ]);
    expect(bedrock.asked[0]!.body).toEqual({
      system: [{ text: "You answer." }],
      messages: [{ role: "user", content: [{ text: "Say hello." }] }],
      inferenceConfig: { maxTokens: 100 },
    });
  });

  test("passes through the guardrail that is configured", async () => {
    const bedrock = await server(converseReply());
    await bedrockOn(bedrock, GUARDRAIL).complete(REQUEST);
    expect(bedrock.asked[0]!.body).toMatchObject({
      guardrailConfig: { guardrailIdentifier: "gr-1", guardrailVersion: "3" },
    });
  });
});

describe("what Bedrock answers", () => {
  test("is all its text, and no reasoning", async () => {
    const content = [
      { reasoningContent: { reasoningText: { text: "I think", signature: "s" } } },
      { text: '{"a":' },
      { text: "1}" },
    ];
    const bedrock = await server(converseReply({ output: { message: { role: "assistant", content } } }));
    expect(await bedrockOn(bedrock).complete(REQUEST)).toMatchObject({ text: '{"a":1}', ...TAKEN });
  });

  test("when a guardrail intervened is an error of its own, that says what it took", async () => {
    const content = [{ text: "Sorry, I cannot answer this." }];
    const bedrock = await server(
      converseReply({
        output: { message: { role: "assistant", content } },
        stopReason: "guardrail_intervened",
      }),
    );
    await expect(bedrockOn(bedrock, GUARDRAIL).complete(REQUEST)).rejects.toMatchObject({
      name: "GuardrailIntervened",
      taken: TAKEN,
    });
    expect(bedrock.asked).toHaveLength(1);
  });

  test.each(["content_filtered", "tool_use", "model_context_window_exceeded"])(
    "with the stop reason %s is refused, and says what it took",
    async (stopReason) => {
      const bedrock = await server(converseReply({ stopReason }));
      await expect(bedrockOn(bedrock).complete(REQUEST)).rejects.toMatchObject({
        name: "ModelRefused",
        message: expect.stringContaining(stopReason),
        taken: TAKEN,
      });
    },
  );

  test.each([
    ["ModelTimeoutException", 408, "ModelTimeout"],
    ["ModelErrorException", 424, "ModelUnavailable"],
    ["ServiceQuotaExceededException", 400, "ModelThrottled"],
    ["ResourceNotFoundException", 404, "ModelRefused"],
    ["UnrecognizedClientException", 403, "ModelRefused"],
  ])("with %s is our %s", async (name, status, ours) => {
    const bedrock = await server(awsError(name, status, "it says so"));
    await expect(bedrockOn(bedrock).complete(REQUEST)).rejects.toMatchObject({
      name: ours,
      taken: "nothing",
      message: expect.stringMatching(/it says so|UnrecognizedClient/),
    });
    expect(bedrock.asked).toHaveLength(1);
  });

  test("when a permission is missing names the permission and the role", async () => {
    const denied =
      "User: arn:aws:sts::111122223333:assumed-role/agent-mesh-dev-small/one is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:::model/x because no identity-based policy allows the bedrock:InvokeModel action";
    const bedrock = await server(awsError("AccessDeniedException", 403, denied));
    await expect(bedrockOn(bedrock).complete(REQUEST)).rejects.toMatchObject({
      name: "ModelRefused",
      message: expect.stringMatching(/bedrock:InvokeModel .* the role agent-mesh-dev-small lacks it/),
    });
  });
});

describe("what the service refuses for a passing reason", () => {
  test.each([
    ["throttled", THROTTLED],
    ["not ready", awsError("ModelNotReadyException", 429, "The model is not ready yet")],
    ["out of capacity", awsError("ServiceUnavailableException", 503, "Bedrock is unable to process it")],
    ["in trouble", awsError("InternalServerException", 500, "oh")],
  ])("(%s) is asked again, and costs what the answer took", async (_what, refusal) => {
    const bedrock = await server(refusal, converseReply());
    expect(await bedrockOn(bedrock).complete(REQUEST)).toMatchObject({ text: "hello", ...TAKEN });
    expect(bedrock.asked).toHaveLength(2);
  });

  test("is asked again no longer than there is time, and took nothing", async () => {
    const bedrock = await server(...Array.from({ length: 50 }, () => THROTTLED));
    const patient = bedrockOn(bedrock, undefined, 50);
    await expect(patient.complete({ ...REQUEST, timeoutMs: 1_000 })).rejects.toMatchObject({
      name: "ModelTimeout",
      taken: "nothing",
    });
  });
});

test("without credentials nothing is sent, and nothing was taken", async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  const bedrock = await server(converseReply());
  for (const name of ["AWS_PROFILE", "AWS_ACCESS_KEY_ID"]) vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  for (const file of ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"]) vi.stubEnv(file, "/nowhere");
  const place = { region: "eu-west-1", endpoint: bedrock.url };
  const strangers = bedrockModel({ place, modelId: "x", price: PRICE });
  await expect(strangers.complete(REQUEST)).rejects.toMatchObject({
    name: "ModelRefused",
    message: expect.stringContaining("there are no AWS credentials"),
    taken: "nothing",
  });
  expect(bedrock.asked).toEqual([]);
});
