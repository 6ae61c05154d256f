import type { z } from "zod";
import { describeIssues } from "../artifacts/parse.ts";
import { requirePlainTexts } from "../artifacts/plain-text.ts";
import type { Meter } from "../budget/meter.ts";
import { redact } from "../secrets/redact.ts";
import { type Charge, isAffordable, isKnown, metered, tokensAtMost } from "./metered.ts";
import type { ModelProvider, ModelReply, ModelRequest } from "./model.ts";
import { type Share, shareOf } from "./share.ts";

/** Times an invalid reply is sent back with its faults. */
const REPAIRS = 2;

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

interface Attempt<Output> extends Answer<Output> {
  /** Nobody else is asked either. */
  readonly stop?: boolean;
}

/**
 * Asks the configured models in turn. A reply must parse into the schema; a faulty one goes back with its
 * faults, twice. A model without a price, without budget or time, or that fails is passed over, and the note says
 * so; where a guardrail intervened, the rules' answer stands at once.
 */
export async function answer<Output>(
  models: readonly ModelProvider[],
  question: Question<Output>,
  meter: Meter,
): Promise<Answer<Output>> {
  const notes: string[] = [];
  for (const [index, model] of models.entries()) {
    const share = shareOf(meter, models.length - index - 1);
    const attempt = await ask(model, question, { meter, share });
    if (attempt.value !== undefined) return { value: attempt.value, model: model.name };
    notes.push(`${model.name}: ${attempt.note}`);
    if (attempt.stop) break;
  }
  return { note: notes.length > 0 ? notes.join("; ") : "no model is configured" };
}

interface Means {
  readonly meter: Meter;
  readonly share: Share;
}

async function ask<Output>(
  model: ModelProvider,
  question: Question<Output>,
  means: Means,
): Promise<Attempt<Output>> {
  const { price } = model;
  if (!isKnown(price)) return { note: "its price is unknown, so it was not asked" };
  let prompt = question.prompt;
  let note: string | undefined;
  for (let attempt = 0; attempt <= REPAIRS; attempt++) {
    const request = {
      system: redact(question.system),
      prompt: redact(prompt),
      maxOutputTokens: question.maxOutputTokens,
      timeoutMs: means.share.left(),
    };
    const { system, prompt: said, maxOutputTokens } = request;
    const worst = { inputTokens: tokensAtMost(system, said), outputTokens: maxOutputTokens };
    const charge = { worst, price, meter: means.meter };
    const lacking = shortage(charge, means.share);
    if (lacking) return { note: note ? `${note}; ${lacking}` : lacking };
    const reply = await complete(model, request, charge);
    if (!("text" in reply)) return reply;
    const parsed = parse(reply, question.schema);
    if ("value" in parsed) return parsed;
    note = `no valid answer after ${attempt + 1} tries: ${parsed.note}`;
    prompt = `${question.prompt}\n\nYour last reply was not valid: ${parsed.note}\nReply again with the corrected JSON alone.`;
  }
  return { note: note ?? "it was not asked" };
}

/** What a call lacks that it might need at most. */
function shortage(charge: Charge, share: Share): string | undefined {
  if (!isAffordable(charge)) return "the budget does not allow another call";
  return share.isEnough() ? undefined : "no time is left for another call";
}

async function complete(
  model: ModelProvider,
  request: ModelRequest,
  charge: Charge,
): Promise<ModelReply | { readonly note: string; readonly stop?: boolean }> {
  try {
    return await metered(() => model.complete(request), charge);
  } catch (error) {
    // Whatever a provider throws, the rules' answer must still stand.
    if (!(error instanceof Error)) return { note: "failed" };
    const stop = error.name === "GuardrailIntervened";
    return { note: redact(`${error.name}: ${error.message}`), stop };
  }
}

/** The JSON in a reply, which models like to wrap in prose or a code fence. Its texts end up before people, like a goal's. */
function parse<Output>(
  { text, cutOff = false }: ModelReply,
  schema: z.ZodType<Output>,
): { value: Output } | { note: string } {
  const start = text.indexOf("{");
  const end = text.lastIndexOf("}");
  if (cutOff) return { note: "it was cut off in the middle, so it must be shorter" };
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
