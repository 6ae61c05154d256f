import type { OpenAPIHono } from "@hono/zod-openapi";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { LocalIssuer } from "../../adapters/identity/local-issuer.ts";
import { createApi } from "../../api/app.ts";
import type { ApiEnv, ApiPorts } from "../../api/ports.ts";
import type { Home } from "../../bin/home/home.ts";
import { AGENT_NAMES } from "../../core/agent/agent-names.ts";
import { environment } from "../../core/artifacts/vocabulary.ts";
import { grantsOf } from "../../core/identity/access.ts";
import { auditWorkspace } from "../../core/timeline/audit.ts";
import { temporaryFolder, testHome } from "./workspace.ts";

export interface Sending {
  readonly as?: string;
  /** `approver:dev` and so on. */
  readonly grants?: readonly string[];
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of one that is issued for `as`. */
  readonly token?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API says; the document is what it is held to.
  readonly body: any;
}

export const ALL_GRANTS = ["dev", "sit", "prod"].flatMap((name) => [`admin:${name}`]);

/** The API on one machine's home, asked without a server; every answer is held to the API's own document. */
export class TestApi {
  readonly home: Home;
  readonly app: OpenAPIHono<ApiEnv>;
  readonly issuer: LocalIssuer;
  /** What the API told whoever looks after it. */
  readonly errors: readonly unknown[];
  readonly #document: ApiDocument;

  private constructor(
    home: Home,
    app: OpenAPIHono<ApiEnv>,
    issuer: LocalIssuer,
    document: ApiDocument,
    errors: readonly unknown[],
  ) {
    this.errors = errors;
    this.home = home;
    this.app = app;
    this.issuer = issuer;
    this.#document = document;
  }

  static async on(home: Home = testHome(), ports: Partial<ApiPorts> = {}): Promise<TestApi> {
    const issuer = await LocalIssuer.open(temporaryFolder());
    const errors: unknown[] = [];
    const app = createApi({
      world: home.world,
      tokens: issuer.verifier,
      stepUp: { prove: async (_who, _proof, now) => ({ method: "totp", at: now.toISOString() }) },
      environments: environment.options,
      audit: () => auditWorkspace(home),
      agents: AGENT_NAMES,
      simulated: true,
      onError: (error) => errors.push(error),
      ...ports,
    });
    return new TestApi(home, app, issuer, await documentOf(app), errors);
  }

  async token(user: string, grants: readonly string[]): Promise<string> {
    const now = this.home.world.clock.now();
    return await this.issuer.issue({ user, grants: grantsOf(grants), hours: 1 }, now);
  }

  async send(method: string, path: string, sending: Sending = {}): Promise<Answered> {
    const { as, grants = ALL_GRANTS, body, headers = {} } = sending;
    const token = sending.token ?? (as === undefined ? undefined : await this.token(as, grants));
    const response = await this.app.request(path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    this.#document.check(method, path, response, text);
    const isJson = /json/.test(response.headers.get("content-type") ?? "") && text !== "";
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  }

  get = (path: string, sending?: Sending) => this.send("GET", path, sending);
  post = (path: string, sending?: Sending) => this.send("POST", path, { body: {}, ...sending });
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly access: string;
}

interface Described {
  readonly "x-access": string;
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema: object }>> }>>;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Described>>>>;

/** The API's document, as whoever holds answers to it. */
class ApiDocument {
  readonly #paths: Paths;
  readonly #ajv: Ajv2020;
  readonly #compiled = new Map<object, ValidateFunction>();

  constructor(document: { readonly paths: Paths; readonly components: object }) {
    this.#paths = document.paths;
    this.#ajv = new Ajv2020({ strict: false, validateFormats: false });
    this.#ajv.addSchema({ $id: "http://localhost/openapi", components: document.components });
  }

  get operations(): readonly Operation[] {
    return Object.entries(this.#paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => ({
        method: method.toUpperCase(),
        path,
        access: described["x-access"],
      })),
    );
  }

  /** @throws when an answer is not what the document says of it */
  check(method: string, path: string, response: Response, text: string): void {
    const found = this.#find(method, new URL(path, "http://localhost").pathname);
    // Nothing is described there: it has to be refused as a problem all the same.
    const responses = found?.responses ?? {};
    const described = responses[String(response.status)] ?? responses["default"];
    if (!found || !described) return;
    const type = (response.headers.get("content-type") ?? "").replace(/;.*/, "");
    if (response.status === 304) return;
    const content = described.content?.[type];
    if (!content) {
      if (described.content?.["application/octet-stream"]) return;
      throw new Error(`${method} ${path} answers ${response.status} as ${type}, which is not described`);
    }
    const validate = this.#validator(content.schema);
    if (!validate(JSON.parse(text)))
      throw new Error(`${method} ${path}: ${this.#ajv.errorsText(validate.errors)}\n${text}`);
  }

  #validator(schema: object): ValidateFunction {
    const known = this.#compiled.get(schema);
    if (known) return known;
    const within = JSON.parse(
      JSON.stringify(schema).replaceAll('"#/', '"http://localhost/openapi#/'),
    ) as object;
    const compiled = this.#ajv.compile(within);
    this.#compiled.set(schema, compiled);
    return compiled;
  }

  #find(method: string, path: string): Described | undefined {
    const parts = path.split("/");
    for (const [template, methods] of Object.entries(this.#paths)) {
      const pattern = template.split("/");
      const fits =
        pattern.length === parts.length &&
        pattern.every((part, at) => part === parts[at] || /^\{\w+\}$/.test(part));
      const described = methods[method.toLowerCase()];
      if (fits && described) return described;
    }
    return undefined;
  }
}

export async function documentOf(app: OpenAPIHono<ApiEnv>): Promise<ApiDocument> {
  return new ApiDocument((await (await app.request("/openapi.json")).json()) as never);
}
