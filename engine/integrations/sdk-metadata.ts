import { randomUUID } from "node:crypto";

/**
 * What the service adds to a response, as the members of a JSON object in text: the HTTP exchange there would have
 * been. Written as text, because every Task has one.
 */
export function sdkMetadata(contentType: string, length: number, header?: readonly [string, string]): string {
  const requestId = randomUUID();
  const all = [
    ...(header ? [header] : []),
    ["Connection", "keep-alive"],
    ["Content-Length", String(length)],
    ["Content-Type", contentType],
    ["x-amzn-RequestId", requestId],
  ];
  const lists = all.map(([name, value]) => `"${name}":["${value}"]`).join(",");
  const headers = all.map(([name, value]) => `"${name}":"${value}"`).join(",");
  return `"SdkHttpMetadata":{"AllHttpHeaders":{${lists}},"HttpHeaders":{${headers}},"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"${requestId}"}`;
}

/** A response as JSON text, with what the service adds to it. */
export function responseText(response: object, contentType: string): string {
  const text = JSON.stringify(response);
  return `${text.slice(0, -1)},${sdkMetadata(contentType, text.length)}}`;
}
