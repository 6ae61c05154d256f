import type { Hono } from "hono";
import { html } from "hono/html";
import { statusOf } from "../../api/problem.ts";
import { InputError } from "../../core/artifacts/parse.ts";
import { NamedError } from "../../core/errors.ts";
import { type Grant, grantsOf, mayInAll, requireAccessInAll } from "../../core/identity/access.ts";
import { everybody, findPerson, type Person, savePerson } from "../../core/identity/people.ts";
import { principalOf } from "../../core/principal.ts";
import { type SettingsView, settingsPage } from "../pages/settings.ts";
import type { Html } from "../parts/html.ts";
import type { ConsolePorts } from "../ports.ts";
import {
  type ConsoleContext,
  type ConsoleEnv,
  fieldsOf,
  filled,
  identityIn,
  requireOwnForm,
} from "../request.ts";
import type { Show } from "../show.ts";

export function settingsPages(app: Hono<ConsoleEnv>, ports: ConsolePorts, show: Show): void {
  const page = async (c: ConsoleContext, more: Partial<SettingsView> = {}, status?: 400) =>
    await show(
      c,
      { title: "Settings", at: "settings", body: settingsPage({ ...(await view(c, ports)), ...more }) },
      status,
    );
  app.get("/settings", async (c) => {
    const said = c.req.query("saved") === undefined ? undefined : note("good", "Saved.");
    return await page(c, { said });
  });
  codesRoutes(app, ports, page);
  app.post("/settings/people", async (c) => {
    const fields = await fieldsOf(c);
    requireOwnForm(c, fields);
    const { caller, grants } = identityIn(c);
    requireAccessInAll({ caller, grants }, "grant-budget", ports.environments);
    return await attempt(c, page, async () => {
      const { world } = ports;
      const person = await personToSave(ports, fields);
      await savePerson(world.table, person, caller.principal, world.clock.now());
    });
  });
}

type PageOf = (c: ConsoleContext, more?: Partial<SettingsView>, status?: 400) => Promise<Response>;

function codesRoutes(app: Hono<ConsoleEnv>, { codes, world }: ConsolePorts, page: PageOf): void {
  if (!codes) return;
  app.post("/settings/codes", async (c) => {
    requireOwnForm(c, await fieldsOf(c));
    return await page(c, { proposal: codes.propose(c.get("person").principal) });
  });
  app.post("/settings/codes/confirm", async (c) => {
    const fields = await fieldsOf(c);
    requireOwnForm(c, fields);
    const { principal } = c.get("person");
    return await attempt(c, page, () => codes.enrol(principal, fields.get("code") ?? "", world.clock.now()));
  });
}

/** Does what a form asks and goes back to the page, which says what was wrong with it. */
async function attempt(c: ConsoleContext, page: PageOf, work: () => Promise<unknown>): Promise<Response> {
  try {
    await work();
    return c.redirect("/settings?saved=1", 303);
  } catch (error) {
    const status = statusOf(error);
    if (!(error instanceof NamedError) || status === undefined || status >= 500) throw error;
    return await page(c, { said: note("bad", error.message) }, status as 400);
  }
}

/** Where an identity provider vouches for people, their roles are its to say, and whom it never vouched for nobody knows. */
async function personToSave({ world, door }: ConsolePorts, fields: URLSearchParams): Promise<Person> {
  if (!("provider" in door)) return personIn(fields);
  const name = fields.get("principal") ?? "";
  const known = await findPerson(world.table, principalOf(name));
  if (!known) throw new InputError("InvalidInput", `${name} has not signed in yet: ask them to, once`);
  const slack = filled(fields, "slack");
  const { slack: _before, ...rest } = known;
  return { ...rest, ...(slack === undefined ? {} : { slack }) };
}

async function view(
  c: ConsoleContext,
  { world, environments, door, codes }: ConsolePorts,
): Promise<SettingsView> {
  const person = c.get("person");
  const mayManage = mayInAll(person, "grant-budget", environments);
  return {
    person,
    people: mayManage ? await everybody(world.table) : [person],
    session: c.get("session"),
    codes: codes ? (codes.isEnrolled(person.principal) ? "enrolled" : "none") : "absent",
    mayManage,
    vouched: "provider" in door,
  };
}

/** @throws InputError for a role that does not exist */
function personIn(fields: URLSearchParams): Person {
  const texts = (fields.get("grants") ?? "").split(/[\s,]+/).filter((text) => text !== "");
  const grants: readonly Grant[] = grantsOf(texts);
  if (grants.length !== new Set(texts).size) {
    throw new InputError(
      "InvalidInput",
      "roles are written as approver:dev, of viewer, operator, approver, admin and dev, sit, prod",
    );
  }
  const [mail, slack] = [filled(fields, "mail"), filled(fields, "slack")];
  return {
    principal: fields.get("principal") ?? "",
    grants,
    ...(mail === undefined ? {} : { mail }),
    ...(slack === undefined ? {} : { slack }),
  };
}

function note(tone: "good" | "bad", text: string): Html {
  return html`<p class="note ${tone}" role="${tone === "bad" ? "alert" : "status"}">${text}</p>`;
}
