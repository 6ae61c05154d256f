import { createMiddleware } from "hono/factory";
import { InputError } from "../core/artifacts/parse.ts";
import { requirePlainTexts } from "../core/artifacts/plain-text.ts";
import type { ApiEnv } from "./ports.ts";
import { ApiError } from "./problem.ts";

/** Bytes of a request's body; the largest goal that makes sense is far smaller. */
export const LARGEST_BODY = 256 * 1024;
/** Arrays and objects within one another; a goal takes five. */
const DEEPEST = 40;

/** Refuses bodies that nobody should have to parse. @throws ApiError, InputError */
export const bounded = createMiddleware<ApiEnv>(async (c, next) => {
  if (c.req.method !== "GET" && c.req.method !== "HEAD")
    await requireBounded(c.req.raw.headers, () => c.req.text());
  await next();
});

async function requireBounded(headers: Headers, read: () => Promise<string>): Promise<void> {
  if (Number(headers.get("content-length") ?? 0) > LARGEST_BODY) throw tooLarge();
  const text = await read();
  if (Buffer.byteLength(text) > LARGEST_BODY) throw tooLarge();
  if (text === "") return;
  const type = headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new ApiError("UnsupportedMediaType", "send JSON: Content-Type: application/json");
  }
  if (depthOf(text) > DEEPEST) {
    throw new InputError("InvalidInput", `the body nests deeper than ${DEEPEST} levels: flatten it`);
  }
  requirePlainTexts(parsedJson(text), "the body");
}

/** @throws InputError */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown) => requireFinite(value));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError("InvalidInput", "the body is not JSON: correct it");
  }
}

/** What is too large for a number becomes infinite, which no JSON of ours can hold. */
function requireFinite(value: unknown): unknown {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  throw new InputError("InvalidInput", "the body holds a number that is too large: correct it");
}

function tooLarge(): ApiError {
  return new ApiError("BodyTooLarge", `a body may have ${LARGEST_BODY / 1024} KiB: send less`);
}

/** How deep brackets outside strings nest, without parsing: what parses deep values recurses. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === '"') at = endOfString(text, at);
    else if ("{[".includes(character)) deepest = Math.max(deepest, ++depth);
    else if ("}]".includes(character)) depth -= 1;
  }
  return deepest;
}

/** Where the string that begins here ends. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
