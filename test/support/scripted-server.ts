import { once } from "node:events";
import { createServer as createServer1, type IncomingMessage, type ServerResponse } from "node:http";
import {
  createServer as createServer2,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is; anything else as JSON. */
  readonly body: object | string;
}

/** What becomes of one request: an answer, none at all, or a connection that breaks before it or in its middle. */
export type Turn = Reply | "hang" | "lose" | { readonly cut: Reply };

export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface ScriptedServer {
  readonly url: string;
  /** What was asked, in order. */
  readonly asked: Asked[];
  /** The requests to come meet these, one after the other; one too many is answered with 599. */
  next(...turns: readonly Turn[]): void;
}

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** A server on this machine that does as a test says and goes with it; over HTTP/2 without TLS where that is spoken. */
export async function scriptedServer({ http2 = false } = {}): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const turns: Turn[] = [];
  const take = async (request: Request, response: Response) => {
    const body = await text(request);
    asked.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(body) });
    meet(turns.shift() ?? { status: 599, body: "asked too often" }, response);
  };
  const serve = (request: Request, response: Response) => {
    take(request, response).catch(() => response.destroy());
  };
  const server = http2 ? createServer2(serve) : createServer1(serve);
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session: ServerHttp2Session) => sessions.add(session));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    next: (...more) => void turns.push(...more),
  };
}

function meet(turn: Turn, response: Response): void {
  if (turn === "hang") return;
  if (turn === "lose") {
    breakOff(response);
    return;
  }
  const { status = 200, headers = {}, body } = "cut" in turn ? turn.cut : turn;
  const whole = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const head = { "content-type": "application/json", "content-length": `${whole.byteLength}`, ...headers };
  // The two kinds of response agree in what is used of them, and TypeScript cannot see it.
  const answer = response as ServerResponse;
  answer.writeHead(status, head);
  if ("cut" in turn) {
    answer.write(whole.subarray(0, Math.floor(whole.byteLength / 2)), () => breakOff(response));
  } else answer.end(whole);
}

/** An address at which nobody listens. */
export async function deadUrl(): Promise<string> {
  const server = createServer1().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}

function breakOff(response: Response): void {
  if ("stream" in response) response.stream.session?.destroy();
  else response.destroy();
}
