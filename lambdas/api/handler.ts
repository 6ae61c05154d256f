import { handle, type LambdaEvent } from "hono/aws-lambda";
import { createApi } from "../../api/app.ts";
import type { ApiPorts } from "../../api/ports.ts";

/** Answers what API Gateway hands over (HTTP API, payload version 2.0), as the same app answers on one machine's port. */
export function apiHandler(ports: ApiPorts): (event: LambdaEvent) => Promise<object> {
  const answer = handle(createApi(ports));
  return async (event) => await answer(event);
}
