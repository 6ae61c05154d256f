import { type Environment, environment } from "../artifacts/vocabulary.ts";
import { NamedError } from "../errors.ts";
import { type Caller, principalOf } from "../principal.ts";

export const ROLES = ["viewer", "operator", "approver", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** A role somebody holds for one environment. */
export interface Grant {
  readonly role: Role;
  readonly environment: Environment;
}

/** Who is calling and what they may do, as a verified token says. */
export interface Identity {
  readonly caller: Caller;
  readonly grants: readonly Grant[];
}

/** What somebody may want to do in an environment. */
export type Action =
  | "view"
  /** Start a change, or ask for it to be undone. */
  | "start"
  | "roll-back"
  /** Pause, go on, cancel, skip an agent, change the strategy. */
  | "steer"
  /** Approve or reject at a gate. */
  | "decide"
  /** Give an execution more budget: whoever spends it does not also grant it. */
  | "grant-budget"
  /** Approve in an emergency without the others. */
  | "break-glass"
  /** Start a change about which nobody is asked, where policy allows that. */
  | "skip-gates";

/** Who may start does not decide by that, and who may decide does not start: it takes both roles to do both. */
const ALLOWED: Readonly<Record<Action, readonly Role[]>> = {
  view: ["viewer", "operator", "approver", "admin"],
  start: ["operator", "admin"],
  "roll-back": ["operator", "admin"],
  steer: ["operator", "admin"],
  decide: ["approver", "admin"],
  "grant-budget": ["admin"],
  "break-glass": ["admin"],
  "skip-gates": ["admin"],
};

export const ACTIONS = Object.keys(ALLOWED) as readonly Action[];

export class AccessError extends NamedError<"Forbidden"> {}

export function may({ grants }: Pick<Identity, "grants">, action: Action, environment: Environment): boolean {
  return grants.some((grant) => grant.environment === environment && ALLOWED[action].includes(grant.role));
}

/** In each of the environments: what one may do in all that a workspace changes, one may do with the workspace. */
export function mayInAll(
  identity: Pick<Identity, "grants">,
  action: Action,
  environments: readonly Environment[],
): boolean {
  return environments.every((environment) => may(identity, action, environment));
}

/** @throws AccessError Forbidden for the first of them in which one may not */
export function requireAccessInAll(
  identity: Identity,
  action: Action,
  environments: readonly Environment[],
): void {
  for (const environment of environments) requireAccess(identity, action, environment);
}

/** @throws AccessError Forbidden, naming the roles that would do */
export function requireAccess(identity: Identity, action: Action, environment: Environment): void {
  if (may(identity, action, environment)) return;
  throw new AccessError(
    "Forbidden",
    `${identity.caller.principal} may not ${action} in ${environment}: it takes the role ${ALLOWED[action].join(" or ")} there`,
  );
}

const GRANT = new RegExp(`^(${ROLES.join("|")}):(${environment.options.join("|")})$`);

/** `approver:prod`, as a token's claim or a Cognito group says it. */
export function grantText({ role, environment }: Grant): string {
  return `${role}:${environment}`;
}

/** The grants among such texts. Others are groups of somebody else's, and grant nothing. */
export function grantsOf(texts: readonly string[]): readonly Grant[] {
  return [...new Set(texts)].flatMap((text) => {
    const [, role, environment] = GRANT.exec(text) ?? [];
    return role === undefined ? [] : [{ role: role as Role, environment: environment as Environment }];
  });
}

/** The identity a verified token stands for. @throws PrincipalError */
export function identityOf(user: string, grants: readonly Grant[], via: Caller["via"]): Identity {
  return {
    caller: { principal: principalOf(user), via, authenticated: true },
    grants,
  };
}
