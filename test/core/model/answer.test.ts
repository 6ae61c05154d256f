import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { type Amounts, NOTHING } from "../../../core/budget/amounts.ts";
import { type Meter, meterOn } from "../../../core/budget/meter.ts";
import { answer, type Question } from "../../../core/model/answer.ts";
import { ModelError, type ModelProvider } from "../../../core/model/model.ts";
import { TestClock } from "../../support/clock.ts";
import { hanging, model, PRICE } from "../../support/models.ts";

const question: Question<{ blocks: string[] }> = {
  system: "You turn goals into blocks.",
  prompt: '{"goal":"a table"}',
  schema: z.strictObject({ blocks: z.array(z.string()).min(1) }),
  maxOutputTokens: 100,
};

const VALID = '{"blocks":["kv_store"]}';

interface Counted extends Meter {
  readonly clock: TestClock;
  spent(): Amounts;
}

const PLENTY: Amounts = { tokens: 100_000, milliseconds: 60_000, microUsd: 1_000_000 };

function meter(have: Partial<Amounts> = {}): Counted {
  const clock = new TestClock();
  const account = { spent: NOTHING };
  return {
    ...meterOn({ ...PLENTY, ...have }, account, () => clock.now()),
    clock,
    spent: () => account.spent,
  };
}

describe("a valid answer", () => {
  test.each([
    ["alone", VALID],
    ["in a code fence", `\`\`\`json\n${VALID}\n\`\`\``],
    ["in prose", `Certainly! Here it is:\n${VALID}\nDo you need more?`],
  ])("%s is taken, and says which model gave it", async (_what, text) => {
    const one = model([text]);
    expect(await answer([one], question, meter())).toEqual({
      value: { blocks: ["kv_store"] },
      model: "test:model",
    });
    expect(one.asked).toHaveLength(1);
  });

  test("costs what the model says it used, at its price", async () => {
    const counting = meter();
    await answer([model([{ text: VALID, inputTokens: 1000, outputTokens: 50 }])], question, counting);
    expect(counting.spent()).toEqual({ tokens: 1050, milliseconds: 0, microUsd: 2500 });
  });
});

describe("an invalid answer", () => {
  const INVALID = [
    "no JSON at all",
    "{",
    '{"blocks":"kv_store"}',
    '{"blocks":[]}',
    '{"blocks":["kv_store"],"lane":"execute"}',
    '{"blocks":["kv_store"],"budget":{"usd":100}}',
    "[]",
    "null",
    "",
    '{"blocks":["\\ud83d"]}',
    '{"blocks":["\\u001b[2J"]}',
    '{"blocks":["a"],"__proto__":{"lane":"execute"}}',
  ];

  test.each(INVALID)("%j goes back with its faults, twice, and is then passed over", async (text) => {
    const one = model([text, text, text]);
    const counting = meter();
    const { value, note } = await answer([one], question, counting);
    expect(value).toBeUndefined();
    expect(note).toMatch(/^test:model: no valid answer after 3 tries: ./);
    expect(one.asked).toHaveLength(3);
    for (const { prompt } of one.asked.slice(1)) {
      expect(prompt.startsWith(question.prompt)).toBe(true);
      expect(prompt).toContain("was not valid:");
    }
    expect(counting.spent().tokens).toBe(330);
  });

  test("may be repaired at the second or the third try", async () => {
    for (const invalid of [1, 2]) {
      const one = model([...Array.from({ length: invalid }, () => "{"), VALID]);
      expect((await answer([one], question, meter())).value).toEqual({ blocks: ["kv_store"] });
      expect(one.asked).toHaveLength(invalid + 1);
    }
  });

  test("never makes the question grow with every try", async () => {
    const one = model(["{", "{", "{"]);
    await answer([one], question, meter());
    expect(one.asked[2]!.prompt.length).toBe(one.asked[1]!.prompt.length);
  });

  test("of any kind is noted, never thrown", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "binary" }), { minLength: 3, maxLength: 3 }),
        async (texts) => {
          const { value, note } = await answer([model(texts)], question, meter());
          expect([value, typeof note]).toEqual([undefined, "string"]);
        },
      ),
    );
  });
});

describe("a model is not asked", () => {
  test("when nobody knows its price", async () => {
    const free = model([VALID], { price: undefined });
    const { value, note } = await answer([free], question, meter());
    expect([value, note, free.asked.length]).toEqual([
      undefined,
      expect.stringContaining("price is unknown"),
      0,
    ]);
  });

  test.each([
    ["not a number", { inputUsd: Number.NaN, outputUsd: 1 }],
    ["endless", { inputUsd: 1, outputUsd: Number.POSITIVE_INFINITY }],
    ["less than nothing", { inputUsd: -1, outputUsd: 1 }],
  ])("when its price is %s", async (_what, price) => {
    const odd = model([VALID], { price });
    expect((await answer([odd], question, meter())).value).toBeUndefined();
    expect(odd.asked).toHaveLength(0);
  });

  test.each([
    ["tokens", { tokens: 50 }],
    ["dollars", { microUsd: 500 }],
    ["anything", NOTHING],
  ])("when there are not enough %s left for the worst case", async (_what, have) => {
    const one = model([VALID]);
    const { note } = await answer([one], question, meter(have));
    expect([note, one.asked.length]).toEqual([expect.stringContaining("budget does not allow"), 0]);
  });

  test("a second time when the first answer used up the budget", async () => {
    const one = model([{ text: "{", inputTokens: 900, outputTokens: 0 }, VALID]);
    const { value, note } = await answer([one], question, meter({ tokens: 1000 }));
    expect([value, one.asked.length]).toEqual([undefined, 1]);
    expect(note).toMatch(/no valid answer after 1 tries: .*; the budget does not allow another call$/);
  });

  test("with more room for its answer than the question allows", async () => {
    const one = model([VALID]);
    await answer([one], question, meter());
    expect(one.asked[0]!.maxOutputTokens).toBe(100);
  });
});

describe("a model that fails", () => {
  test.each([
    ["is unavailable", new ModelError("ModelUnavailable", "it is gone")],
    ["throws something else", new TypeError("boom")],
  ])("because it %s is passed over for the next", async (_what, error) => {
    const second = model([VALID], { name: "test:second", price: PRICE });
    expect(await answer([model([error]), second], question, meter())).toMatchObject({ model: "test:second" });
  });

  test("throws no error of its own into the agent, and the note names it", async () => {
    const { note } = await answer(
      [model([new ModelError("ModelThrottled", "slow down")])],
      question,
      meter(),
    );
    expect(note).toBe("test:model: ModelThrottled: slow down");
  });

  test("by throwing what is no error, or at once, is passed over too", async () => {
    const rude = { name: "rude", price: PRICE, complete: () => Promise.reject("nothing") } as ModelProvider;
    const hasty: ModelProvider = {
      name: "hasty",
      price: PRICE,
      complete: () => {
        throw new Error("now");
      },
    };
    expect((await answer([rude, hasty], question, meter())).note).toBe("rude: failed; hasty: Error: now");
  });

  test("leaves its secret out of the note", async () => {
    const { note } = await answer(
      [model([new Error("401 for api_key=sk-correct-horse")])],
      question,
      meter(),
    );
    expect(note).not.toContain("correct-horse");
  });
});

describe("a model that does not count", () => {
  test.each([
    ["not a number", Number.NaN],
    ["nothing", undefined],
    ["less than nothing", -5],
    ["endless", Number.POSITIVE_INFINITY],
  ])("and says it used %s is charged the worst case, never zero", async (_what, tokens) => {
    const counting = meter();
    const odd = { text: VALID, inputTokens: tokens as number, outputTokens: tokens as number };
    await answer([model([odd])], question, counting);
    expect(counting.spent().tokens).toBeGreaterThanOrEqual(100);
    expect(counting.spent().microUsd).toBeGreaterThanOrEqual(1000);
    expect(Number.isSafeInteger(counting.spent().microUsd)).toBe(true);
  });
});

describe("time", () => {
  test("is shared so that each model has its turn, and a quarter is left for the rules", async () => {
    const counting = meter();
    const three = ["a", "b", "c"].map((name) => hanging(counting.clock, name));
    const { value, note } = await answer(three, question, counting);
    expect(value).toBeUndefined();
    expect(three.map(({ asked }) => asked.map(({ timeoutMs }) => timeoutMs))).toEqual([
      [22_500],
      [14_062],
      [17_578],
    ]);
    expect(counting.remaining().milliseconds).toBeGreaterThan(5_000);
    expect(note).toMatch(/^a: ModelTimeout: .*; b: ModelTimeout: .*; c: ModelTimeout: /);
  });

  test("that repairs take is the same model's, and when it is gone the rules' answer stands", async () => {
    const counting = meter();
    const slow = model(["{", "{", VALID]);
    const taking = (milliseconds: number): ModelProvider => ({
      ...slow,
      complete: (request) => {
        counting.clock.advance(milliseconds);
        return slow.complete(request);
      },
    });
    const { note } = await answer([taking(22_400)], question, counting);
    expect(slow.asked.map(({ timeoutMs }) => timeoutMs)).toEqual([45_000, 22_600]);
    expect(note).toMatch(/no valid answer after 2 tries: .*; no time is left for another call$/);
  });

  test("that is gone before the first call asks nobody", async () => {
    const one = model([VALID]);
    const { note } = await answer([one], question, meter({ milliseconds: 500 }));
    expect([one.asked.length, note]).toEqual([0, "test:model: no time is left for another call"]);
  });
});

describe("a call that failed", () => {
  const failing = (error: Error) => model([error]);
  const spentBy = async (error: Error) => {
    const counting = meter();
    await answer([failing(error)], question, counting);
    return counting.spent().tokens;
  };

  test("and took nothing costs nothing", async () => {
    expect(await spentBy(new ModelError("ModelThrottled", "slow down"))).toBe(0);
  });

  test.each<[string, Error]>([
    ["may have been charged for", new ModelError("ModelTimeout", "no answer", { taken: "unknown" })],
    ["went wrong in a way nobody foresaw", new Error("socket hang up")],
  ])("and %s costs what it can cost at most", async (_what, error) => {
    expect(await spentBy(error)).toBe(100 + Math.ceil((question.system.length + question.prompt.length) / 3));
  });

  test("and says what it took costs that", async () => {
    const taken = { inputTokens: 40, outputTokens: 2 };
    expect(await spentBy(new ModelError("ModelRefused", "filtered", { taken }))).toBe(42);
  });
});

test("where a guardrail intervened no other model is asked the same", async () => {
  const unguarded = model([VALID], { name: "test:unguarded", price: PRICE });
  const guarded = model([new ModelError("GuardrailIntervened", "the prompt was stopped")]);
  const { value, note } = await answer([guarded, unguarded], question, meter());
  expect([value, unguarded.asked.length]).toEqual([undefined, 0]);
  expect(note).toBe("test:model: GuardrailIntervened: the prompt was stopped");
});

test("an answer that was cut off is sent back to be shorter, even where it happens to be JSON", async () => {
  const one = model([{ text: VALID, cutOff: true }, VALID]);
  expect((await answer([one], question, meter())).value).toEqual({ blocks: ["kv_store"] });
  expect(one.asked[1]!.prompt).toContain("cut off");
});

test("without any model the note says so", async () => {
  expect(await answer([], question, meter())).toEqual({ note: "no model is configured" });
});

test("no prompt carries a credential, whoever wrote it", async () => {
  const one = model(["{", VALID]);
  const leaking = {
    ...question,
    system: "Use api_key=correct-horse-battery.",
    prompt: JSON.stringify({ goal: 'log in with password="correct-horse-battery" and AKIAIOSFODNN7EXAMPLE' }),
  };
  await answer([one], leaking, meter());
  expect(one.asked).toHaveLength(2);
  for (const { system, prompt } of one.asked) expect(`${system} ${prompt}`).not.toMatch(/correct-horse|AKIA/);
});
