import { randomUUID } from "node:crypto";
import type { TaskCall } from "./task-call.ts";

/**
 * What the service adds to a response, as the members of a JSON object in text: the HTTP exchange there would have
 * been. Written as text, because every Task has one.
 */
export function sdkMetadata(headers: readonly (readonly [string, string])[], { calledAt }: TaskCall): string {
  const requestId = randomUUID();
  const all = [
    ...headers,
    ["Date", new Date(calledAt).toUTCString()],
    ["x-amzn-RequestId", requestId],
  ] as const;
  const lists = all.map(([name, value]) => `"${name}":["${value}"]`).join(",");
  const single = all.map(([name, value]) => `"${name}":"${value}"`).join(",");
  return `"SdkHttpMetadata":{"AllHttpHeaders":{${lists}},"HttpHeaders":{${single}},"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"${requestId}"}`;
}

/** A response of a service that speaks JSON 1.0, as text, with what the service adds to it. */
export function responseText(response: object, call: TaskCall): string {
  const text = JSON.stringify(response);
  const headers = [
    ["connection", "keep-alive"],
    ["Content-Length", String(Buffer.byteLength(text))],
    ["Content-Type", "application/x-amz-json-1.0"],
  ] as const;
  return `${text.slice(0, -1)},${sdkMetadata(headers, call)}}`;
}
