import { sha256 } from "../digest.ts";
import { NamedError } from "../errors.ts";
import { atomically, type Unit } from "../table/atomically.ts";
import { keys } from "../table/keys.ts";
import type { Table } from "../table/table.ts";

export class SessionError extends NamedError<
  /** It was used, has expired, or never was one. */
  | "SignInLinkInvalid"
  /** Whoever vouches for people did not vouch for this one. */
  | "SignInRefused"
> {}

/** A browser somebody has signed in with. */
export interface Session {
  readonly principal: string;
  /** What every form of this session carries, and no other site can know. */
  readonly formToken: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** When and by what means they signed in, where somebody else vouched for them. */
  readonly signIn?: { readonly at: string; readonly means: readonly string[] };
}

const SESSION_HOURS = 12;

/** What a session is known by; at least 128 bits each. */
export interface SessionSecrets {
  readonly cookie: string;
  readonly formToken: string;
}

interface Link {
  readonly principal: string;
  readonly expiresAt: string;
}

/**
 * Makes a link's code good for one sign-in. Only its hash is kept: who reads the table can sign in with nothing of it.
 * @param code a secret of at least 128 bits
 */
export async function offerSignIn(
  table: Table,
  {
    principal,
    code,
    minutes,
  }: { readonly principal: string; readonly code: string; readonly minutes: number },
  now: Date,
): Promise<void> {
  const expires = now.getTime() + minutes * 60_000;
  await atomically(table, async (unit) => {
    const attributes: Link = { principal, expiresAt: new Date(expires).toISOString() };
    unit.put({ ...keys.signIn(sha256(code)), attributes, expiresAt: Math.ceil(expires / 1000) });
  });
}

/** Whom a code would sign in, for the page that asks before it does. @throws SessionError */
export async function signInOffered(table: Table, code: string, now: Date): Promise<string> {
  const item = await table.get(keys.signIn(sha256(code)));
  return principalIn(item?.attributes as Link | undefined, now);
}

/**
 * Uses a code up and opens the session, in one transaction: of two that show it one is let in.
 * @throws SessionError SignInLinkInvalid
 */
export async function signIn(
  table: Table,
  code: string,
  secrets: SessionSecrets,
  now: Date,
): Promise<Session> {
  return await atomically(table, async (unit) => {
    const key = keys.signIn(sha256(code));
    const principal = principalIn(await unit.get<Link>(key), now);
    unit.remove(key);
    return open(unit, { principal }, secrets, now);
  });
}

/** Opens a session for somebody whom an identity provider has vouched for. */
export async function openSession(
  table: Table,
  who: Pick<Session, "principal" | "signIn">,
  secrets: SessionSecrets,
  now: Date,
): Promise<Session> {
  return await atomically(table, async (unit) => open(unit, who, secrets, now));
}

function open(
  unit: Unit,
  who: Pick<Session, "principal" | "signIn">,
  { cookie, formToken }: SessionSecrets,
  now: Date,
): Session {
  const expires = now.getTime() + SESSION_HOURS * 3_600_000;
  const session: Session = {
    ...who,
    formToken,
    createdAt: now.toISOString(),
    expiresAt: new Date(expires).toISOString(),
  };
  const at = keys.session(sha256(cookie));
  unit.put({ ...at, attributes: session, expiresAt: Math.ceil(expires / 1000) });
  return session;
}

/** The session a cookie is of; undefined when it is none, or over. */
export async function sessionOf(table: Table, cookie: string, now: Date): Promise<Session | undefined> {
  const item = await table.get(keys.session(sha256(cookie)));
  const session = item?.attributes as Session | undefined;
  return session && now.getTime() < Date.parse(session.expiresAt) ? session : undefined;
}

export async function signOut(table: Table, cookie: string): Promise<void> {
  await atomically(table, async (unit) => {
    const key = keys.session(sha256(cookie));
    if (await unit.get(key)) unit.remove(key);
  });
}

function principalIn(link: Link | undefined, now: Date): string {
  if (link && now.getTime() < Date.parse(link.expiresAt)) return link.principal;
  throw new SessionError(
    "SignInLinkInvalid",
    "this link was used already or has expired; ask for another one",
  );
}
