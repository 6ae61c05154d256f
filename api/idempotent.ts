import { createMiddleware } from "hono/factory";
import { InputError } from "../core/artifacts/parse.ts";
import { begin, finish, type KeyedRequest, operationOf, release } from "../core/idempotency/requests.ts";
import type { ApiEnv, ApiPorts } from "./ports.ts";

/** As IETF's draft on the Idempotency-Key header leaves to us: visible characters, enough of them for a UUID. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * Lets a request that is sent again under its Idempotency-Key take effect once, and answers it as the first time.
 * What was refused is forgotten, and judged anew.
 */
export function idempotent({ world }: ApiPorts) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const key = c.req.header("idempotency-key");
    if (key === undefined || c.req.method !== "POST") return await next();
    if (!KEY.test(key)) {
      throw new InputError(
        "InvalidInput",
        "the header Idempotency-Key takes 1 to 200 visible characters, such as a UUID",
      );
    }
    const keyed = await keyedRequest(c.get("identity").caller.principal, key, c.req);
    const claim = world.newId("claim");
    const begun = await begin(world.table, keyed, claim, world.clock.now());
    if ("answer" in begun) {
      c.header("idempotent-replayed", "true");
      return c.json(begun.answer.body as object, begun.answer.status as 200);
    }
    c.set("operation", operationOf(keyed));
    await next();
    if (c.res.ok) {
      const answer = { status: c.res.status, body: await c.res.clone().json() };
      await finish(world.table, keyed, answer, world.clock.now());
    } else await release(world.table, keyed, claim);
  });
}

interface Sent {
  readonly method: string;
  readonly path: string;
  text(): Promise<string>;
}

/** Its body is JSON by now (body.ts), or there is none. */
async function keyedRequest(principal: string, key: string, sent: Sent): Promise<KeyedRequest> {
  const text = await sent.text();
  const body: unknown = text === "" ? null : JSON.parse(text);
  return { principal, key, method: sent.method, path: sent.path, body };
}
