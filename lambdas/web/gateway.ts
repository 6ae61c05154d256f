import type { Hono } from "hono";
import { handle, type LambdaEvent } from "hono/aws-lambda";

/** Answers what API Gateway hands over (HTTP API, payload version 2.0), as the same app answers on one machine's port. */
export function gatewayHandler(app: Hono): (event: LambdaEvent) => Promise<object> {
  const answer = handle(app);
  return async (event) => await answer(event);
}
