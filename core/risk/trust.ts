import type { RiskReason } from "../artifacts/validation-report.ts";
import type { InfrastructureChange } from "../change/infrastructure-change.ts";
import { type Principal, type Statement, statementsOf } from "../iam/statements.ts";
import { isObject, type Json } from "../template/template.ts";
import { reason, touched } from "./subject.ts";

const RULE = "privilege";

/** Who may newly take on a role. */
export function trustReasons(change: InfrastructureChange): RiskReason[] {
  return touched(change)
    .filter(({ type }) => type === "AWS::IAM::Role")
    .flatMap(({ address, action, before, after }) => {
      const was = new Set(trusted(before?.["AssumeRolePolicyDocument"]).map(keyOf));
      const news = trusted(after?.["AssumeRolePolicyDocument"]).filter((one) => !was.has(keyOf(one)));
      const heaviest = news
        .map((one) => weigh(one, action === "add" || before === undefined))
        .sort((a, b) => b.points - a.points)[0];
      return heaviest && heaviest.points > 0 ? [reason(RULE, address, heaviest.why, heaviest.points)] : [];
    });
}

interface Trusted {
  readonly principal: Principal;
  readonly statement: Statement;
}

function trusted(document: Json | undefined): Trusted[] {
  return statementsOf(document)
    .filter(({ effect }) => effect === "Allow")
    .flatMap((statement) => statement.principals.map((principal) => ({ principal, statement })));
}

function keyOf({ principal: { kind, id }, statement: { conditions } }: Trusted): string {
  return `${kind} ${id} ${JSON.stringify(conditions)}`;
}

function weigh({ principal, statement }: Trusted, isNew: boolean): { why: string; points: number } {
  const { kind, id } = principal;
  const conditions = Object.values(statement.conditions).flatMap((keys) =>
    isObject(keys) ? Object.entries(keys) : [],
  );
  if (kind === "Service") return { why: `the service ${id} could take it on`, points: isNew ? 0 : 5 };
  if (id === "*") {
    const isNarrow = conditions.some(([key]) => /^aws:Principal(OrgID|OrgPaths|Account|Arn)$/i.test(key));
    return { why: "everybody could take it on", points: isNarrow ? 20 : 70 };
  }
  if (kind === "Federated") return federated(id, conditions);
  const account = /^(?:arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):.*|(\d{12}))$/.exec(id);
  if (!account) return { why: `${id} could take it on`, points: isNew ? 0 : 15 };
  const isGuarded = conditions.length > 0;
  const points = isNew ? 20 : 50;
  return {
    why: `the account ${account[1] ?? account[2]} could take it on`,
    points: isGuarded && isNew ? 10 : points,
  };
}

/** Whoever signs in elsewhere: the subject has to be named, or everybody of that provider gets in. */
function federated(
  id: string,
  conditions: readonly (readonly [string, Json])[],
): { why: string; points: number } {
  const subjects = conditions.filter(([key]) => /:(sub|aud|amr)$/i.test(key) || /^SAML:/i.test(key));
  const named = subjects.filter(([key]) => !/:aud$/i.test(key) || !id.includes("token.actions"));
  const isWide = named.some(([, value]) => /^"?\[?"?(repo:)?\*/.test(JSON.stringify(value)));
  if (named.length === 0 || isWide) return { why: `everybody of ${id} could take it on`, points: 60 };
  return { why: `${id} could take it on for those it names`, points: 8 };
}
