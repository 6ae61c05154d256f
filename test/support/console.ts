import type { Hono } from "hono";
import { SqliteMailer } from "../../adapters/embedded/mailer.ts";
import { TotpStepUp } from "../../adapters/embedded/totp.ts";
import type { MachineHome } from "../../bin/home/home.ts";
import { definitionOf } from "../../bin/home/machines.ts";
import { createConsole } from "../../console/app.ts";
import type { ConsolePorts } from "../../console/ports.ts";
import type { ConsoleEnv } from "../../console/request.ts";
import { AGENT_NAMES } from "../../core/agent/agent-names.ts";
import { environment } from "../../core/artifacts/vocabulary.ts";
import { grantsOf } from "../../core/identity/access.ts";
import { savePerson } from "../../core/identity/people.ts";
import { offerSignIn } from "../../core/identity/sessions.ts";
import { auditWorkspace } from "../../core/timeline/audit.ts";
import { example } from "./pipeline.ts";
import { temporaryFolder, testHome } from "./workspace.ts";

export const ORIGIN = "http://localhost:4100";
export const LINK_KEY = "a key of this test's alone";

/** The console on one machine's home, asked without a server. */
export class TestConsole {
  readonly home: MachineHome;
  readonly app: Hono<ConsoleEnv>;
  readonly codes: TotpStepUp;
  readonly mailer: SqliteMailer;
  readonly errors: unknown[] = [];
  #secrets = 0;

  constructor(home: MachineHome = testHome(), ports: Partial<ConsolePorts> = {}) {
    const { world, directory } = home;
    this.home = home;
    this.codes = new TotpStepUp(world.table, temporaryFolder());
    this.mailer = new SqliteMailer(directory.database, world.clock);
    this.app = createConsole({
      world,
      environments: environment.options,
      stepUp: this.codes,
      audit: () => auditWorkspace(home),
      agents: AGENT_NAMES,
      simulated: true,
      onError: (error) => this.errors.push(error),
      secret: () => `secret-${this.#secrets++}-`.padEnd(43, "x"),
      door: { mailer: this.mailer },
      linkKey: LINK_KEY,
      outbox: (limit, before) => this.mailer.sent(limit, before),
      codes: this.codes,
      definition: (machine) => JSON.parse(definitionOf(machine)) as object,
      visited: async () => ["Begin", "CheckBeforePlan", "DrawPlan"],
      examples: [{ name: "photo-archive", goal: example("photo-archive") }],
      origin: ORIGIN,
      ...ports,
    });
  }

  /** Somebody who is known, with their address. */
  async known(principal: string, grants: readonly string[]): Promise<void> {
    const { table, clock } = this.home.world;
    const person = { principal, grants: grantsOf(grants), mail: `${principal}@example.test` };
    await savePerson(table, person, "test", clock.now());
  }

  /** A browser that somebody has signed in with. */
  async browser(principal: string, grants: readonly string[]): Promise<Browser> {
    const { table, clock } = this.home.world;
    await this.known(principal, grants);
    const code = `code-of-${principal}`.padEnd(43, "y");
    await offerSignIn(table, { principal, code, minutes: 5 }, clock.now());
    const browser = new Browser(this.app);
    const { status } = await browser.post("/sign-in", { code, next: "/" }, { bare: true });
    if (status !== 303) throw new Error(`${principal} cannot sign in: ${status}`);
    return browser;
  }
}

export interface Loaded {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly location: string | null;
}

interface Posting {
  /** Without looking for the form's token first. */
  readonly bare?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a browser does without scripts: it keeps cookies, loads pages and sends their forms. */
export class Browser {
  readonly #app: Hono<ConsoleEnv>;
  readonly #cookies = new Map<string, string>();

  constructor(app: Hono<ConsoleEnv>) {
    this.#app = app;
  }

  async get(path: string): Promise<Loaded> {
    return await this.#ask(path, {});
  }

  async post(path: string, fields: Readonly<Record<string, string>>, posting: Posting = {}): Promise<Loaded> {
    const token = posting.bare ? {} : { form_token: await this.formToken() };
    return await this.#ask(path, {
      method: "POST",
      body: new URLSearchParams({ ...token, ...fields }).toString(),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        origin: ORIGIN,
        "sec-fetch-site": "same-origin",
        ...posting.headers,
      },
    });
  }

  async formToken(): Promise<string> {
    const { text } = await this.get("/settings");
    return /name="form_token" value="([^"]+)"/.exec(text)?.[1] ?? "";
  }

  async #ask(path: string, init: RequestInit): Promise<Loaded> {
    const headers = new Headers(init.headers);
    headers.set("host", new URL(ORIGIN).host);
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`);
    if (cookies.length > 0) headers.set("cookie", cookies.join("; "));
    const response = await this.#app.request(`${ORIGIN}${path}`, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      location: response.headers.get("location"),
    };
  }
}
