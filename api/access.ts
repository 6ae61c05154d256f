import { createMiddleware } from "hono/factory";
import type { Environment } from "../core/artifacts/vocabulary.ts";
import { environment } from "../core/artifacts/vocabulary.ts";
import { type Execution, ExecutionError } from "../core/execution/execution.ts";
import { find } from "../core/execution/executions.ts";
import { type Gate, GateError } from "../core/gate/gate.ts";
import { gateById } from "../core/gate/gates.ts";
import { AccessError, type Action, type Identity, may, requireAccess } from "../core/identity/access.ts";
import { TokenError } from "../core/identity/tokens.ts";
import type { Table } from "../core/table/table.ts";
import type { ApiEnv, ApiPorts } from "./ports.ts";
import type { RateLimit } from "./rate-limit.ts";

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i;

/** Establishes who is calling, by their bearer token (RFC 6750). @throws TokenError, ApiError TooManyRequests */
export function authenticate({ tokens, world }: ApiPorts, strangers: RateLimit) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const [, token] = BEARER.exec(c.req.header("authorization") ?? "") ?? [];
    try {
      if (token === undefined) {
        throw new TokenError("TokenMissing", "send a token: Authorization: Bearer …");
      }
      const { signIn, ...identity } = await tokens.verify(token, world.clock.now());
      c.set("identity", identity);
      c.set("signIn", signIn);
    } catch (error) {
      if (error instanceof TokenError) strangers.take(c.env?.address ?? "unknown");
      throw error;
    }
    await next();
  });
}

/** The environments somebody may look into. @throws AccessError when there is none */
export function visibleTo(identity: Identity): readonly Environment[] {
  const visible = environment.options.filter((name) => may(identity, "view", name));
  if (visible.length > 0) return visible;
  throw new AccessError(
    "Forbidden",
    `${identity.caller.principal} has no role in any environment: ask an administrator for one`,
  );
}

/**
 * An execution for who may do this with it. To who may not even look at it, it does not exist.
 * @throws ExecutionError ExecutionNotFound, AccessError
 */
export async function executionFor(
  table: Table,
  identity: Identity,
  id: string,
  action: Action,
): Promise<Execution> {
  const execution = await find(table, id);
  if (!may(identity, "view", execution.environment)) {
    throw new ExecutionError("ExecutionNotFound", `there is no execution ${id.slice(0, 80)}`);
  }
  requireAccess(identity, action, execution.environment);
  return execution;
}

/** The same for a gate. @throws GateError GateNotFound, AccessError */
export async function gateFor(table: Table, identity: Identity, id: string, action: Action): Promise<Gate> {
  const gate = await gateById(table, id);
  if (!may(identity, "view", gate.environment)) {
    throw new GateError("GateNotFound", `there is no gate ${id.slice(0, 80)}`);
  }
  requireAccess(identity, action, gate.environment);
  return gate;
}
