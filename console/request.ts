import { timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { ApiError } from "../api/problem.ts";
import type { Identity } from "../core/identity/access.ts";
import type { Person } from "../core/identity/people.ts";
import type { Session } from "../core/identity/sessions.ts";

/** What is known of a console's request, once its session is. */
export interface ConsoleEnv {
  Variables: { person: Person; session: Session; cookie: string };
}

export type ConsoleContext = Context<ConsoleEnv>;

const MOST_FORM = 64 * 1024;

/** What a person may do, and that they do it here. */
export function identityIn(c: ConsoleContext): Identity {
  const { principal, grants } = c.get("person");
  return { caller: { principal, via: "console", authenticated: true }, grants };
}

/** The fields of a form. @throws ApiError BodyTooLarge */
export async function fieldsOf(c: Context): Promise<URLSearchParams> {
  const text = await c.req.text();
  if (text.length <= MOST_FORM) return new URLSearchParams(text);
  throw new ApiError("BodyTooLarge", `a form may have ${MOST_FORM / 1024} KiB: send less`);
}

/** A field that says something. */
export function filled(fields: URLSearchParams, name: string): string | undefined {
  const value = fields.get(name)?.replaceAll("\r\n", "\n").trim();
  return value === "" ? undefined : (value ?? undefined);
}

/**
 * Refuses a form that a page of another site has sent: by what the browser says of where it came from.
 * @throws ApiError ForeignForm
 */
export function requireOwnPage(c: Context): void {
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  const foreign = origin !== undefined && origin !== "null" && hostOf(origin) !== c.req.header("host");
  if ((site === undefined || site === "same-origin" || site === "none") && !foreign) return;
  throw new ApiError("ForeignForm", "this form came from another site; nothing was done");
}

/** The same, and the form has to carry the session's own token. @throws ApiError ForeignForm */
export function requireOwnForm(c: ConsoleContext, fields: URLSearchParams): void {
  requireOwnPage(c);
  // Whoever has no session has no form of ours.
  const session = c.get("session") as Session | undefined;
  const [given, own] = [fields.get("form_token") ?? "", session?.formToken ?? ""].map((text) =>
    Buffer.from(text),
  );
  if (given?.length && given.length === own?.length && timingSafeEqual(given, own)) return;
  throw new ApiError(
    "ForeignForm",
    "this form is not of your present session; go back, reload the page and try again",
  );
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** Where to go on after signing in: a page of ours, whatever the address says. */
export function ownPath(path: string | null | undefined): string {
  return path && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path) ? path : "/";
}
