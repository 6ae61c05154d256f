import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What may befall a call on its way to AWS or back. */
export type Fault =
  /** Answered by the service: try later. */
  | "throttled"
  | "error-500"
  /** Taken, and never answered. */
  | "hangs"
  /** Done by the service, but the connection breaks before the answer. */
  | "response-lost"
  /** Done by the service, but the connection breaks in the middle of the answer. */
  | "response-cut"
  /** Done by the service, but the answer stops in the middle and nothing more comes. */
  | "response-stalls"
  | "credentials-expired"
  | "access-denied"
  /** The service's clock is an hour ahead of ours. */
  | "clock-skewed"
  /** A used-up quota. */
  | "quota-used-up";

/** An answer of a service's own, in its place. */
export interface Answer {
  readonly status: number;
  /** The service's name for the error; of S3 and the query protocol, and of JSON. */
  readonly code: string;
  readonly message: string;
  /** What else is in an answer in JSON. */
  readonly more?: object;
}

export interface Call {
  /** `PutItem`, `PUT object`, `POST /v2/email/outbound-emails` … */
  readonly operation: string;
  readonly fault: Fault | Answer | undefined;
  /** As it was sent. */
  readonly body: string;
}

interface Injection {
  readonly fault: Fault | Answer | undefined;
  readonly on: string | undefined;
  times: number;
}

interface Taken {
  readonly call: IncomingMessage;
  readonly body: Buffer;
  readonly answer: ServerResponse;
}

const SKEW_MS = 3_600_000;
const TOLERATED_SKEW_MS = 300_000;

/** Stands between an SDK client and a server, counts what passes and makes it fail as told. */
export class FaultProxy {
  readonly calls: Call[] = [];
  readonly #upstream: URL;
  readonly #server: Server;
  readonly #hanging = new Set<ServerResponse>();
  #injections: Injection[] = [];

  private constructor(upstream: string) {
    this.#upstream = new URL(upstream);
    this.#server = createServer((call, answer) => {
      this.#take(call, answer).catch(() => answer.destroy());
    });
  }

  static async before(upstream: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /**
   * Of the calls to come, the next one (or `times`, or those of one operation) meets this fault; undefined lets it
   * pass. What was injected first comes first.
   */
  inject(fault: Fault | Answer | undefined, { times = 1, on }: { times?: number; on?: string } = {}): void {
    this.#injections.push({ fault, on, times });
  }

  /** Everything passes again. */
  calm(): void {
    this.#injections = [];
  }

  /** How often each operation was called since the last time this was asked. */
  count(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { operation } of this.calls.splice(0)) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }

  end(): void {
    for (const answer of this.#hanging) answer.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #take(call: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(call);
    const operation = operationOf(call, body);
    const fault = this.#faultFor(operation);
    this.calls.push({ operation, fault, body: body.toString() });
    await this.#meet(fault, { call, body, answer });
  }

  #faultFor(operation: string): Fault | Answer | undefined {
    const found = this.#injections.find(({ on, times }) => times > 0 && (on ?? operation) === operation);
    if (found) found.times--;
    return found?.fault;
  }

  async #meet(fault: Fault | Answer | undefined, taken: Taken): Promise<void> {
    switch (fault) {
      case undefined:
        return await this.#pass(taken);
      case "hangs":
        this.#hanging.add(taken.answer);
        return;
      case "response-lost":
        await this.#ask(taken);
        taken.answer.destroy();
        return;
      case "response-cut":
        (await this.#half(taken)).destroy();
        return;
      case "response-stalls":
        this.#hanging.add(await this.#half(taken));
        return;
      case "clock-skewed":
        return await this.#skew(taken);
      default:
        refuse(taken, typeof fault === "string" ? refusalOf(fault, taken) : fault);
    }
  }

  async #pass(taken: Taken, more: IncomingHttpHeaders = {}): Promise<void> {
    const { status, headers, body } = await this.#ask(taken);
    taken.answer.writeHead(status, { ...headers, ...more }).end(body);
  }

  /** The head promises more than comes. */
  async #half(taken: Taken): Promise<ServerResponse> {
    const { status, headers, body } = await this.#ask(taken);
    const length = Math.max(body.byteLength, 2);
    taken.answer.writeHead(status, { ...headers, "content-length": String(length) });
    const half = body.subarray(0, Math.floor(length / 2));
    await new Promise<unknown>((sent) => taken.answer.write(half.byteLength > 0 ? half : "{", sent));
    return taken.answer;
  }

  /** Passes only what is signed with the service's time, as AWS does. */
  async #skew(taken: Taken): Promise<void> {
    const here = Date.now() + SKEW_MS;
    const date = new Date(here).toUTCString();
    const signedAt = parseAmzDate(taken.call.headers["x-amz-date"]);
    if (Math.abs(signedAt - here) > TOLERATED_SKEW_MS) {
      refuse(taken, refusalOf("clock-skewed", taken), { date });
    } else await this.#pass(taken, { date });
  }

  async #ask({ call, body }: Taken): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
    const target = new URL(call.url ?? "/", this.#upstream);
    const out = request(target, { method: call.method ?? "GET", headers: call.headers, agent: false });
    out.end(body);
    const [back] = (await once(out, "response")) as [IncomingMessage];
    const answered = await buffer(back);
    const { "transfer-encoding": _chunked, connection: _connection, ...headers } = back.headers;
    return { status: back.statusCode ?? 500, headers, body: answered };
  }
}

type Refused = Exclude<Fault, "hangs" | "response-lost" | "response-cut" | "response-stalls">;

const REFUSALS: Readonly<Record<Refused, Answer>> = {
  throttled: { status: 400, code: "ThrottlingException", message: "Rate exceeded" },
  "error-500": { status: 500, code: "InternalServerError", message: "We encountered an internal error" },
  "credentials-expired": {
    status: 400,
    code: "ExpiredTokenException",
    message: "The security token included in the request is expired",
  },
  "access-denied": {
    status: 400,
    code: "AccessDeniedException",
    message:
      "User: arn:aws:sts::111122223333:assumed-role/agent-mesh-dev-small/one is not authorized to perform: some:Action on resource: arn:aws:some:::thing because no identity-based policy allows the some:Action action",
  },
  "clock-skewed": {
    status: 403,
    code: "RequestTimeTooSkewed",
    message: "The difference between the request time and the current time is too large.",
  },
  "quota-used-up": { status: 400, code: "LimitExceededException", message: "The limit has been exceeded" },
};

/** S3 has codes and statuses of its own. */
const REFUSALS_OF_S3: Partial<Record<Refused, Omit<Answer, "message">>> = {
  throttled: { status: 503, code: "SlowDown" },
  "error-500": { status: 500, code: "InternalError" },
  "credentials-expired": { status: 400, code: "ExpiredToken" },
  "access-denied": { status: 403, code: "AccessDenied" },
};

function refusalOf(fault: Refused, { call }: Taken): Answer {
  return { ...REFUSALS[fault], ...(isForS3(call) ? REFUSALS_OF_S3[fault] : {}) };
}

/** The service is named in the signature. */
function isForS3({ headers }: IncomingMessage): boolean {
  return /\/s3\/aws4_request/.test(headers.authorization ?? "");
}

/** Answers as the service of the call words its errors: JSON, the query protocol's XML, or S3's. */
function refuse(
  { call, answer }: Taken,
  { status, code, message, more: rest }: Answer,
  more: IncomingHttpHeaders = {},
): void {
  const headers = { ...more, "x-amzn-requestid": "proxied", "x-amzn-errortype": code };
  const type = call.headers["content-type"] ?? "";
  if (!isForS3(call) && (call.headers["x-amz-target"] || type.includes("json"))) {
    const body = JSON.stringify({ __type: code, message, ...rest });
    answer.writeHead(status, { ...headers, "content-type": "application/x-amz-json-1.0" }).end(body);
    return;
  }
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const body = type.includes("form")
    ? `<ErrorResponse>${error}<RequestId>proxied</RequestId></ErrorResponse>`
    : error;
  answer.writeHead(status, { ...headers, "content-type": "application/xml" }).end(body);
}

function operationOf(call: IncomingMessage, body: Buffer): string {
  const { headers, method, url } = call;
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target.slice(target.lastIndexOf(".") + 1);
  const action = /(?:^|&)Action=(\w+)/.exec(body.subarray(0, 2_000).toString());
  if (headers["content-type"]?.includes("form") && action?.[1]) return action[1];
  const { pathname, searchParams } = new URL(url ?? "/", "http://any");
  if (!isForS3(call)) return `${method} ${pathname}`;
  const kind = pathname.split("/").filter(Boolean).length > 1 ? "object" : "bucket";
  const part = [...searchParams.keys()].find((name) => searchParams.get(name) === "");
  return [method, kind, part].filter(Boolean).join(" ");
}

/** `20260105T090000Z` in milliseconds. */
function parseAmzDate(text: string | string[] | undefined): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(text)) ?? [];
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
}
