import { expect, test } from "vitest";
import { bedrockInputPrice, bedrockPrice } from "../../../core/model/price.ts";

test.each([
  ["global.anthropic.claude-haiku-4-5-20251001-v1:0", "af-south-1", { inputUsd: 1, outputUsd: 5 }],
  ["eu.anthropic.claude-haiku-4-5-20251001-v1:0", "eu-west-1", { inputUsd: 1.1, outputUsd: 5.5 }],
  ["global.anthropic.claude-opus-4-6-v1", "us-east-1", { inputUsd: 5, outputUsd: 25 }],
  ["us.anthropic.claude-sonnet-4-6", "us-west-2", { inputUsd: 3.3, outputUsd: 16.5 }],
  ["amazon.nova-micro-v1:0:128k", "us-east-1", { inputUsd: 0.035, outputUsd: 0.14 }],
  [
    "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "eu-west-1",
    { inputUsd: 3.3, outputUsd: 16.5 },
  ],
])("%s costs in %s what AWS lists", (id, region, price) => {
  expect(bedrockPrice(id, region)).toEqual(price);
});

test.each([
  ["a model the sheet does not have", "meta.llama9-v1:0", "us-east-1"],
  ["a profile of another geography", "us.anthropic.claude-haiku-4-5-20251001-v1:0", "eu-west-1"],
  ["a region the sheet does not have", "global.anthropic.claude-haiku-4-5-20251001-v1:0", "mars-north-1"],
  [
    "a profile of one's own",
    "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc",
    "us-east-1",
  ],
  ["a model that gives vectors and no text", "amazon.titan-embed-text-v2:0", "us-east-1"],
  ["a name of an object's own making", "__proto__", "us-east-1"],
  ["nothing", "", "us-east-1"],
])("%s has no price", (_what, id, region) => {
  expect(bedrockPrice(id, region)).toBeUndefined();
});

test("versions of an embedding model have prices of their own", () => {
  expect(bedrockInputPrice("amazon.titan-embed-text-v2:0", "us-east-1")).toBe(0.02);
  expect(bedrockInputPrice("amazon.titan-embed-text-v1", "us-east-1")).toBeUndefined();
});
