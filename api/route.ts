import { type RouteConfig, z } from "@hono/zod-openapi";
import type { Action } from "../core/identity/access.ts";
import { problem } from "./schemas.ts";

/** What a caller must be allowed, and where: the authorisation tests are made from it. */
export interface Access {
  /** `any` takes a role in some environment, `everywhere` one in each, `nobody` not even a token. */
  readonly "x-access": Action | "any" | "everywhere" | "nobody";
}

export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } };
}

export const failed = {
  default: { description: "What went wrong.", content: { "application/problem+json": { schema: problem } } },
} as const;

export const BASE = "/api/conductor";

export const executionId = z.object({ id: z.string().max(128).openapi({ example: "exec_a1b2c3d4" }) });
export const gateId = z.object({ gateId: z.string().max(128).openapi({ example: "gate_0123456789ab" }) });

export const paging = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(8_192).optional(),
});

export const idempotencyKey = z.object({
  "idempotency-key": z.string().max(200).optional().openapi({
    description: "Sent again with the same key, a request takes effect once and is answered the same.",
  }),
});

type Described = Pick<RouteConfig, "tags" | "summary" | "security">;

/** What every route that knows its caller says of itself. */
export function described<const As extends Access["x-access"]>(tag: string, summary: string, access: As) {
  const open = access === "nobody";
  return {
    tags: [tag],
    summary,
    "x-access": access,
    security: open ? [] : [{ bearer: [] }],
  } satisfies Described & Access;
}
