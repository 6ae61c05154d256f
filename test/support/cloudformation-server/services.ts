import type { IncomingMessage, ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { type Params, paramsOf, text } from "./query.ts";
import type { WireError } from "./wire-error.ts";
import { type Answer, xml } from "./xml.ts";

/** A request, whatever the protocol it came in. */
export interface Asked {
  readonly service: Service;
  readonly action: string;
  readonly params: Params;
}

/** How a service writes what it has to say. */
export interface Service {
  answer(response: ServerResponse, action: string, answer: Answer | undefined): void;
  refuse(response: ServerResponse, error: WireError): void;
}

export async function askedFor(request: IncomingMessage): Promise<Asked> {
  const body = await readText(request);
  const target = request.headers["x-amz-target"];
  if (typeof target === "string")
    return { service: JSON_SERVICE, action: target.split(".")[1] ?? "", params: JSON.parse(body) as Params };
  if (request.method === "PUT") {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    return { service: S3_SERVICE, action: "PutObject", params: { path, body } };
  }
  const params = paramsOf(body);
  return { service: QUERY_SERVICE, action: text(params, "Action") ?? "", params };
}

const META = "<ResponseMetadata><RequestId>b9b4b068-3a41-11e5-94eb-example</RequestId></ResponseMetadata>";

const QUERY_SERVICE: Service = {
  answer(response, action, answer) {
    const body = `${xml(`${action}Result`, answer)}${META}`;
    write(response, 200, "text/xml", `<${action}Response>${body}</${action}Response>`);
  },
  refuse(response, { code, message, status }) {
    const error = xml("Error", { Type: status < 500 ? "Sender" : "Receiver", Code: code, Message: message });
    write(
      response,
      status,
      "text/xml",
      `<ErrorResponse>${error}<RequestId>b9b4b068</RequestId></ErrorResponse>`,
    );
  },
};

const S3_SERVICE: Service = {
  answer: (response) => write(response, 200, "application/xml", ""),
  refuse: (response, { code, message, status }) =>
    write(response, status, "application/xml", xml("Error", { Code: code, Message: message })),
};

const JSON_SERVICE: Service = {
  answer: (response, _action, answer) =>
    write(response, 200, "application/x-amz-json-1.0", JSON.stringify(answer)),
  refuse: (response, { code, message, status }) =>
    write(response, status, "application/x-amz-json-1.0", JSON.stringify({ __type: code, message })),
};

function write(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "Content-Type": type, "x-amzn-RequestId": "b9b4b068" }).end(body);
}
