import { once } from "node:events";
import { request } from "node:http";
import {
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo } from "node:net";

export interface Bridge {
  readonly url: string;
  end(): void;
}

/** Leads what a client says in HTTP/2 to a server that speaks HTTP/1; what breaks there breaks here. */
export async function http2Bridge(to: string): Promise<Bridge> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer((asked, answer) => lead(asked, answer, to));
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    end: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

function lead(asked: Http2ServerRequest, answer: Http2ServerResponse, to: string): void {
  const headers = Object.entries(asked.headers).filter(([name]) => !name.startsWith(":"));
  const breakOff = () => answer.stream?.session?.destroy();
  const out = request(new URL(asked.url, to), { method: asked.method, headers: Object.fromEntries(headers) });
  out.on("error", breakOff);
  out.on("response", (back) => {
    const {
      connection: _connection,
      "keep-alive": _kept,
      "transfer-encoding": _chunked,
      ...rest
    } = back.headers;
    answer.writeHead(back.statusCode ?? 500, rest);
    back.on("error", breakOff);
    back.pipe(answer);
  });
  asked.pipe(out);
}
