import type { z } from "zod";
import { describeIssues } from "../artifacts/parse.ts";
import { requirePlainTexts } from "../artifacts/plain-text.ts";
import { type Amounts, microUsd } from "../budget/amounts.ts";
import { redact } from "../secrets/redact.ts";
import type { ModelPrice, ModelProvider, ModelReply, ModelRequest } from "./model.ts";

/** Times an invalid reply is sent back with its faults. */
const REPAIRS = 2;
/** A token is at least about 3 characters in the languages and JSON we send; used to reserve before the true count is known. */
const CHARACTERS_PER_TOKEN = 3;

export interface Question<Output> {
  readonly system: string;
  readonly prompt: string;
  readonly schema: z.ZodType<Output>;
  readonly maxOutputTokens: number;
}

export interface Answer<Output> {
  /** Absent when no model gave a valid answer. */
  readonly value?: Output;
  readonly model?: string;
  /** Why the rules' answer stands, when it does. */
  readonly note?: string;
}

type Usage = Pick<ModelReply, "inputTokens" | "outputTokens">;

/** What is left of the agent's reservation, and where what was spent is written down. */
export interface Meter {
  remaining(): Amounts;
  spend(amounts: Amounts): void;
}

/**
 * Asks the configured models in turn. A reply must parse into the schema; a faulty one goes back with its
 * faults, twice. A model without a price, without budget, or that fails is passed over, and the note says so.
 */
export async function answer<Output>(
  models: readonly ModelProvider[],
  question: Question<Output>,
  meter: Meter,
): Promise<Answer<Output>> {
  const notes: string[] = [];
  for (const model of models) {
    const attempt = await ask(model, question, meter);
    if (attempt.value !== undefined) return { value: attempt.value, model: model.name };
    notes.push(`${model.name}: ${attempt.note}`);
  }
  return { note: notes.length > 0 ? notes.join("; ") : "no model is configured" };
}

async function ask<Output>(
  model: ModelProvider,
  question: Question<Output>,
  meter: Meter,
): Promise<Answer<Output>> {
  const { price } = model;
  if (!isKnown(price)) return { note: "its price is unknown, so it was not asked" };
  let prompt = question.prompt;
  let note = "";
  for (let attempt = 0; attempt <= REPAIRS; attempt++) {
    const request = {
      system: redact(question.system),
      prompt: redact(prompt),
      maxOutputTokens: question.maxOutputTokens,
    };
    const worst = worstCase(request);
    if (!affordable(costOf(worst, price), meter.remaining()))
      return { note: "the budget does not allow another call" };
    const reply = await complete(model, request);
    if (!("text" in reply)) return reply;
    meter.spend(costOf(isCounted(reply) ? reply : worst, price));
    const parsed = parse(reply.text, question.schema);
    if ("value" in parsed) return parsed;
    note = `no valid answer after ${attempt + 1} tries: ${parsed.note}`;
    prompt = `${question.prompt}\n\nYour last reply was not valid: ${parsed.note}\nReply again with the corrected JSON alone.`;
  }
  return { note };
}

async function complete(
  model: ModelProvider,
  request: ModelRequest,
): Promise<ModelReply | { readonly note: string }> {
  try {
    return await model.complete(request);
  } catch (error) {
    // Whatever a provider throws, the rules' answer must still stand.
    return { note: error instanceof Error ? redact(`${error.name}: ${error.message}`) : "failed" };
  }
}

/** What the call takes at most, as far as it can be told beforehand. */
function worstCase({ system, prompt, maxOutputTokens }: ModelRequest): Usage {
  const inputTokens = Math.ceil((system.length + prompt.length) / CHARACTERS_PER_TOKEN);
  return { inputTokens, outputTokens: maxOutputTokens };
}

function affordable(worst: Amounts, left: Amounts): boolean {
  return worst.tokens <= left.tokens && worst.microUsd <= left.microUsd;
}

function isKnown(price: ModelPrice | undefined): price is ModelPrice {
  return (
    price !== undefined && [price.inputUsd, price.outputUsd].every((usd) => Number.isFinite(usd) && usd >= 0)
  );
}

/** A provider that does not say what it used has not used nothing. */
function isCounted({ inputTokens, outputTokens }: Usage): boolean {
  return [inputTokens, outputTokens].every((tokens) => Number.isSafeInteger(tokens) && tokens >= 0);
}

function costOf({ inputTokens, outputTokens }: Usage, price: ModelPrice): Amounts {
  const usd = (inputTokens * price.inputUsd + outputTokens * price.outputUsd) / 1_000_000;
  return { tokens: inputTokens + outputTokens, milliseconds: 0, microUsd: microUsd(usd) };
}

/** The JSON in a reply, which models like to wrap in prose or a code fence. Its texts end up before people, like a goal's. */
function parse<Output>(text: string, schema: z.ZodType<Output>): { value: Output } | { note: string } {
  const start = text.indexOf("{");
  const end = text.lastIndexOf("}");
  if (start < 0 || end < start) return { note: "there is no JSON object in it" };
  let json: unknown;
  try {
    json = JSON.parse(text.slice(start, end + 1));
    requirePlainTexts(json, "the reply");
  } catch (error) {
    return { note: error instanceof Error ? error.message : "it is not JSON" };
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? { value: parsed.data } : { note: describeIssues(parsed.error) };
}
