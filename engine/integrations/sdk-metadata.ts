import { randomUUID } from "node:crypto";
import type { JsonObject } from "../json.ts";

/** What the service adds to a response: the HTTP exchange that there would have been. */
export function sdkMetadata(
  contentType: string,
  length: number,
  headers: Record<string, string> = {},
): JsonObject {
  const requestId = randomUUID();
  const all: Record<string, string> = {
    ...headers,
    Connection: "keep-alive",
    "Content-Length": String(length),
    "Content-Type": contentType,
    "x-amzn-RequestId": requestId,
  };
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
      HttpHeaders: all,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
