import { readdirSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import { holderOf } from "../../adapters/embedded/driver-lock.ts";
import { madeOnce } from "../../adapters/embedded/made-once.ts";
import { SqliteMailer } from "../../adapters/embedded/mailer.ts";
import { LocalIssuer } from "../../adapters/identity/local-issuer.ts";
import { secret } from "../../adapters/random.ts";
import { createApi } from "../../api/app.ts";
import { notifyOpenGates } from "../../api/mails/notify.ts";
import type { ApiPorts } from "../../api/ports.ts";
import { createConsole } from "../../console/app.ts";
import type { ConsolePorts, ExampleGoal } from "../../console/ports.ts";
import { AGENT_NAMES } from "../../core/agent/agent-names.ts";
import { environment } from "../../core/artifacts/vocabulary.ts";
import type { Grant } from "../../core/identity/access.ts";
import { findPerson, savePerson } from "../../core/identity/people.ts";
import { offerSignIn } from "../../core/identity/sessions.ts";
import { principalOf } from "../../core/principal.ts";
import { auditWorkspace } from "../../core/timeline/audit.ts";
import type { Driver } from "./driver.ts";
import { identityFolder } from "./identity.ts";
import { definitionOf } from "./machines.ts";
import type { Home } from "./record.ts";
import { openSlack } from "./slack.ts";
import { openCodes } from "./step-up.ts";

export interface Web {
  readonly app: Hono;
  /** An address that signs the machine's owner in, once. */
  signInLink(): Promise<string>;
  /** Tells people of gates what is due to be told. */
  notify(): Promise<void>;
}

export interface WebOptions {
  readonly origin: string;
  readonly driver: Pick<Driver, "visited" | "deliver">;
  readonly onError: ApiPorts["onError"];
}

const LINK_MINUTES = 60;
const EXAMPLES = new URL("../../examples/goals/", import.meta.url);

/** The API and the console on one machine, with everything they need from its data directory. */
export async function openWeb(home: Home, { origin, driver, onError }: WebOptions): Promise<Web> {
  const { world, directory } = home;
  const issuer = await LocalIssuer.open(identityFolder(home));
  const codes = await openCodes(home);
  const mailer = new SqliteMailer(directory.database, world.clock);
  const shared = {
    world,
    environments: environment.options,
    stepUp: codes,
    audit: () => auditWorkspace(home),
    agents: AGENT_NAMES,
    simulated: home.simulated,
    drivenBy: () => holderOf(directory.path) ?? null,
    onError,
  };
  const owner = await firstPeople(home);
  const linkKey = await madeOnce(join(identityFolder(home), "link-key"), secret);
  const ports: ConsolePorts = {
    ...shared,
    secret,
    door: { mailer },
    linkKey,
    outbox: (limit, before) => mailer.sent(limit, before),
    codes,
    definition: (machine) => JSON.parse(definitionOf(machine)) as object,
    visited: async (run) => driver.visited(run),
    examples: examples(),
    origin,
  };
  const api = createApi({ ...shared, tokens: issuer.verifier });
  const slack = openSlack(home, process.env, { origin, onError });
  return {
    app: delivering(
      mounted({
        api: api as unknown as Hono,
        slack: slack?.app,
        console: createConsole(ports) as unknown as Hono,
      }),
      () => driver.deliver().catch((error: unknown) => onError(error, { method: "DELIVER", path: "/" })),
    ),
    notify: async () => {
      await slack?.work();
      await notifyOpenGates({ world, mailer, linkKey, origin, chat: slack?.chat });
    },
    signInLink: async () => {
      const code = secret();
      await offerSignIn(world.table, { principal: owner, code, minutes: LINK_MINUTES }, world.clock.now());
      return `${origin}/sign-in?code=${code}`;
    },
  };
}

interface Doors {
  readonly api: Hono;
  readonly slack: Hono | undefined;
  readonly console: Hono;
}

/** The API and Slack's door answer for their own addresses, the console for all others. */
function mounted({ api, slack, console }: Doors): Hono {
  const doorOf = (path: string) => {
    if (path.startsWith("/api/") || path === "/openapi.json") return api;
    return slack && path.startsWith("/slack/") ? slack : console;
  };
  const fetch = (request: Request, env: object) => doorOf(new URL(request.url).pathname).fetch(request, env);
  return { fetch } as Hono;
}

/** What somebody sends may be an order: it is delivered as soon as they are answered, not at the next look. */
function delivering({ fetch: answer }: Pick<Hono, "fetch">, deliver: () => Promise<unknown>): Hono {
  const fetch = async (request: Request, env: object) => {
    const response = await answer(request, env);
    if (request.method === "POST") void deliver();
    return response;
  };
  return { fetch } as unknown as Hono;
}

const everywhere = (role: Grant["role"]): Grant[] =>
  environment.options.map((name) => ({ role, environment: name }));

/** People of a new workspace: whoever owns the machine, and two to try approvals with. */
async function firstPeople({ world: { table, clock } }: Home): Promise<string> {
  const owner = ownerOf();
  if (await findPerson(table, owner)) return owner;
  const people = [
    {
      principal: owner,
      grants: everywhere("admin"),
      mail: `${owner.replaceAll(/[^a-z0-9.-]/g, "-")}@example.test`,
    },
    { principal: "grace", grants: everywhere("approver"), mail: "grace@example.test" },
    { principal: "linus", grants: everywhere("approver"), mail: "linus@example.test" },
  ];
  for (const person of people.reverse())
    if (!(await findPerson(table, person.principal))) await savePerson(table, person, owner, clock.now());
  return owner;
}

function ownerOf(): string {
  const given = process.env["CONDUCTOR_USER"];
  try {
    return principalOf(given ?? userInfo().username);
  } catch {
    return "owner";
  }
}

function examples(): ExampleGoal[] {
  return (
    readdirSync(EXAMPLES)
      .filter((file) => file.endsWith(".json"))
      .map((file) => ({
        name: file.replace(/\.json$/, ""),
        goal: JSON.parse(readFileSync(new URL(file, EXAMPLES), "utf8")) as object,
      }))
      // The one to begin with comes first.
      .sort((one, other) => Number(other.name === "photo-archive") - Number(one.name === "photo-archive"))
  );
}
