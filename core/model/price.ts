import { PRICE_SHEET, type PriceRef, priceIn } from "../cost/sheet.ts";
import type { ModelPrice } from "./model.ts";

/** The list price of a model of Bedrock's, asked for in this region; undefined when the sheet does not know it. */
export function bedrockPrice(modelId: string, region: string): ModelPrice | undefined {
  const inputUsd = bedrockInputPrice(modelId, region);
  const outputUsd = figure("bedrock.output", modelId, region);
  return inputUsd === undefined || outputUsd === undefined ? undefined : { inputUsd, outputUsd };
}

/** The same for a model that takes tokens and gives vectors: US dollars for a million tokens. */
export function bedrockInputPrice(modelId: string, region: string): number | undefined {
  return figure("bedrock.input", modelId, region);
}

function figure(table: "bedrock.input" | "bedrock.output", modelId: string, region: string) {
  for (const name of namesOf(modelId)) {
    const price = priceIn(PRICE_SHEET, `${table}#${name}` satisfies PriceRef, region);
    if (typeof price !== "string") return price.tiers[0]?.usd;
  }
  return undefined;
}

/**
 * What the sheet may call a model: its id, or the id without its revision, version and date, of which the price does
 * not depend. Inference profiles are priced by the id at the end of their ARN.
 */
function namesOf(modelId: string): string[] {
  const id = modelId.slice(modelId.lastIndexOf("/") + 1);
  const endings = [/:\d+(:\w+)?$/, /-v\d+$/, /-\d{8}$/];
  const names = [id];
  for (const ending of endings) names.push((names.at(-1) ?? id).replace(ending, ""));
  return names;
}
