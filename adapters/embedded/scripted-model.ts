import { readFileSync } from "node:fs";
import * as z from "zod";
import { InputError, parseInput } from "../../core/artifacts/parse.ts";
import { MODEL_ERRORS, ModelError, type ModelProvider, type ModelReply } from "../../core/model/model.ts";

const script = z.strictObject({
  price: z
    .strictObject({ inputUsd: z.number().nonnegative(), outputUsd: z.number().nonnegative() })
    .optional(),
  /** Given one after the other; an error's name is thrown instead of an answer. */
  replies: z.array(
    z.union(
      [
        z.strictObject({
          text: z.string(),
          inputTokens: z.int().nonnegative().default(1000),
          outputTokens: z.int().nonnegative().default(500),
        }),
        z.strictObject({ error: z.enum(MODEL_ERRORS) }),
      ],
      { error: 'must be {"text": …} with its tokens, or {"error": "ModelUnavailable"}' },
    ),
  ),
});

/**
 * A model whose answers stand in a file: for tests, and to see without any model what one would change.
 * @throws InputError when the file is not a script
 */
export function scriptedModel(file: string): ModelProvider {
  const { price, replies } = parseInput(script, contentOf(file), file);
  let next = 0;
  return {
    name: `scripted:${file}`,
    price,
    complete: (): Promise<ModelReply> => {
      const reply = replies[next++];
      if (!reply) return Promise.reject(new ModelError("ModelUnavailable", "the script has no more replies"));
      if ("error" in reply) return Promise.reject(new ModelError(reply.error, "the script says so"));
      return Promise.resolve(reply);
    },
  };
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError("InvalidInput", `the script of a model cannot be read: ${file}: ${why}`);
  }
}
