import { describe, expect, test } from "vitest";
import type { ModelRequest } from "../../core/model/model.ts";
import { deadUrl } from "../support/scripted-server.ts";
import { SPEAKERS, speaking } from "./model-servers.ts";

const REQUEST: ModelRequest = {
  system: "You answer.",
  prompt: "Say hello.",
  maxOutputTokens: 100,
  timeoutMs: 20_000,
};

describe.each(SPEAKERS.map((speaker) => [speaker.name, speaker] as const))("%s", (_name, speaker) => {
  test("is asked once, and answers with its text and what it counted", async () => {
    const { provider, server } = await speaking(speaker);
    server.next(speaker.reply("hello"));
    const { text, inputTokens, outputTokens, cutOff = false } = await provider.complete(REQUEST);
    expect({ text, inputTokens, outputTokens, cutOff }).toEqual({
      text: "hello",
      ...speaker.counted,
      cutOff: false,
    });
    expect(server.asked).toHaveLength(1);
    for (const said of [REQUEST.system, REQUEST.prompt])
      expect(JSON.stringify(server.asked[0]!.body)).toContain(said);
  });

  test.skipIf(!speaker.cutOff)("says so when it stopped at the limit", async () => {
    const { provider, server } = await speaking(speaker);
    server.next(speaker.cutOff!('{"a":'));
    expect(await provider.complete(REQUEST)).toMatchObject({ text: '{"a":', cutOff: true });
  });

  test("that is throttled says so, and took nothing", async () => {
    const { provider, server } = await speaking(speaker);
    server.next(speaker.throttled, speaker.throttled);
    await expect(provider.complete(REQUEST)).rejects.toMatchObject({
      name: "ModelThrottled",
      taken: "nothing",
      message: expect.stringMatching(/^asking /),
    });
  });

  test("that is in trouble says so", async () => {
    const { provider, server } = await speaking(speaker);
    server.next(speaker.broken, speaker.broken);
    await expect(provider.complete(REQUEST)).rejects.toMatchObject({ name: "ModelUnavailable" });
  });

  test("that refuses says why, is not asked again, and took nothing", async () => {
    const { provider, server } = await speaking(speaker);
    server.next(speaker.refused, speaker.reply("hello"));
    await expect(provider.complete(REQUEST)).rejects.toMatchObject({
      name: "ModelRefused",
      taken: "nothing",
      message: expect.stringMatching(/invalid|not found/),
    });
    expect(server.asked).toHaveLength(1);
  });

  test("that hangs is given up when its time is over, and may have been charged for", async () => {
    const { provider, server } = await speaking(speaker);
    server.next("hang", speaker.reply("late"));
    await expect(provider.complete({ ...REQUEST, timeoutMs: 300 })).rejects.toMatchObject({
      name: "ModelTimeout",
      taken: "unknown",
    });
    expect(server.asked).toHaveLength(1);
  });

  test.each(["before", "in the middle of"])(
    "whose connection breaks %s the answer is not asked again, as it may have been charged for",
    async (when) => {
      const { provider, server } = await speaking(speaker);
      server.next(when === "before" ? "lose" : { cut: speaker.reply("hello") }, speaker.reply("again"));
      await expect(provider.complete(REQUEST)).rejects.toMatchObject({
        name: "ModelUnavailable",
        taken: "unknown",
      });
      expect(server.asked).toHaveLength(1);
    },
  );

  test.each<[string, string]>([
    ["no JSON", "<html>Bad gateway</html>"],
    ["half of it", '{"output":'],
    ["nothing", ""],
    ["JSON of another kind", '"hello"'],
  ])("that answers with %s is not understood, and may have been charged for", async (_what, body) => {
    const { provider, server } = await speaking(speaker);
    server.next({ body }, speaker.reply("again"));
    const answered = await provider.complete(REQUEST).catch((error: unknown) => error);
    expect(answered).toMatchObject({ name: expect.stringMatching(/^Model(Unavailable|Refused)$/) });
    expect(JSON.stringify(answered)).not.toContain('"taken":"nothing"');
    expect(server.asked).toHaveLength(1);
  });

  test("that answers with a reply without content is not understood, and was not free", async () => {
    const { provider, server } = await speaking(speaker);
    server.next(speaker.empty);
    const answered = await provider.complete(REQUEST).catch((error: unknown) => error);
    expect(answered).toMatchObject({ name: expect.stringMatching(/^Model(Unavailable|Refused)$/) });
    expect(JSON.stringify(answered)).not.toContain('"taken":"nothing"');
  });

  test("that does not count has no usage that could be taken for one", async () => {
    const { provider, server } = await speaking(speaker);
    const { body } = speaker.reply("hello");
    const uncounted = Object.fromEntries(
      Object.entries(body).filter(([key]) => !/^(usage|metadata|prompt_eval_count|eval_count)$/.test(key)),
    );
    const { data } = uncounted as { data?: object };
    server.next({ body: data ? { ...uncounted, data: { ...data, total_tokens: null } } : uncounted });
    const { inputTokens, outputTokens } = await provider.complete(REQUEST);
    expect(inputTokens + outputTokens).toBeNaN();
  });

  test("that cannot be reached took nothing", async () => {
    const provider = speaker.provider({ url: await deadUrl(), asked: [], next: () => {} });
    await expect(provider.complete({ ...REQUEST, timeoutMs: 5_000 })).rejects.toMatchObject({
      name: "ModelUnavailable",
      taken: "nothing",
    });
  });
});
