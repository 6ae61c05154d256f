import type { Hono } from "hono";
import { cognitoVerifier } from "../../adapters/identity/cognito.ts";
import { createApi } from "../../api/app.ts";
import { webEntry, webOf } from "../web/entry.ts";
import { gatewayHandler } from "../web/gateway.ts";

const { instruments, pool, shared } = webOf("api", process.env);

/**
 * Lambda's entry behind API Gateway. It needs the table, the artifacts and the record's anchors, to read and write the
 * first two and read the third, and a user pool that demands a second factor of everybody.
 */
export const handler = webEntry(
  instruments,
  gatewayHandler(createApi({ ...shared, tokens: cognitoVerifier(pool) }) as unknown as Hono),
);
