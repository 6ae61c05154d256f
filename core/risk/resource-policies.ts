import type { RiskReason } from "../artifacts/validation-report.ts";
import type { ChangedResource } from "../change/infrastructure-change.ts";
import { type Statement, statementsOf } from "../iam/statements.ts";
import type { JsonObject } from "../template/template.ts";
import { accountsIn } from "./own-accounts.ts";
import { type RiskRule, reason, touched } from "./subject.ts";

/** Where types keep the policy that says who may use them. */
export const POLICY_PROPERTIES = [
  "PolicyDocument",
  "KeyPolicy",
  "ResourcePolicy",
  "RepositoryPolicyText",
  "FileSystemPolicy",
  "AccessPolicies",
  "AccessPolicy",
  "Policy",
  "PolicyText",
] as const;

/** What the policies of resources say beside whether they let everybody in: denials that go, others that come in. */
export const resourcePolicies: RiskRule = ({ change, account }) => {
  const own = accountsIn(change, account);
  return touched(change).flatMap((one) => [
    ...denialsLost(one),
    ...conditionsLost(one),
    ...strangers(one, own),
  ]);
};

function statementsIn(properties: JsonObject | undefined): Statement[] {
  return POLICY_PROPERTIES.flatMap((name) => statementsOf(properties?.[name]));
}

/** A denial holds whatever else is allowed: to take one away is to allow something. */
function denialsLost({ address, before, after }: ChangedResource): RiskReason[] {
  if (!before || !after) return [];
  const count = (properties: JsonObject) =>
    statementsIn(properties).filter(({ effect }) => effect === "Deny").length;
  const [was, is] = [count(before), count(after)];
  return is < was ? [reason("weakened", address, `${was - is} of its denials would be gone`, 45)] : [];
}

/** An allowance that stays and loses the condition it stood under. */
function conditionsLost({ address, before, after }: ChangedResource): RiskReason[] {
  const bare = new Set(statementsIn(before).filter(isBare).map(keyOf));
  const bound = new Set(
    statementsIn(before)
      .filter((one) => !isBare(one))
      .map(keyOf),
  );
  const freed = statementsIn(after).filter(
    (one) => isBare(one) && bound.has(keyOf(one)) && !bare.has(keyOf(one)),
  );
  return freed.length > 0
    ? [reason("weakened", address, "what it allows would hold without its condition", 45)]
    : [];
}

function isBare({ conditions }: Statement): boolean {
  return Object.keys(conditions).length === 0;
}

function keyOf({ conditions: _conditions, ...rest }: Statement): string {
  return JSON.stringify(rest);
}

/** Services of AWS put their logs from accounts of theirs, and do nothing else. */
const PUTTING = /^(s3:PutObject|logs:PutLogEvents|sqs:SendMessage|sns:Publish)$/i;

/** Whose key it is: the one account that its policy lets manage it, as every key's policy must (KMS developer guide). */
function ownerOf(type: string, properties: ChangedResource["after"]): string | undefined {
  if (type !== "AWS::KMS::Key") return undefined;
  const managing = statementsIn(properties).filter(({ actions }) => actions?.includes("kms:*"));
  const accounts = new Set(accountsOf(managing));
  return accounts.size === 1 ? [...accounts][0] : undefined;
}

/** Other accounts that are newly let in. */
function strangers(
  { address, type, before, after }: ChangedResource,
  own: ReadonlySet<string>,
): RiskReason[] {
  if (type.startsWith("AWS::IAM::")) return [];
  const were = new Set(accountsOf(statementsIn(before)));
  const owner = ownerOf(type, before) ?? ownerOf(type, after);
  const letIn = (account: string) => !were.has(account) && !own.has(account) && account !== owner;
  const news = statementsIn(after)
    .filter(({ actions = ["*"] }) => !actions.every((action) => PUTTING.test(action)))
    .map((statement) => ({ statement, accounts: accountsOf([statement]).filter(letIn) }))
    .filter(({ accounts }) => accounts.length > 0);
  const first = news[0]?.accounts[0];
  if (first === undefined) return [];
  // Where nobody says whose account this is, reading might be one's own; everything at once is not for others to have.
  const surely = own.size > 0 || owner !== undefined || news.some(({ statement }) => isWide(statement));
  return [reason("exposure", address, `the account ${first} would be let in`, surely ? 45 : 20)];
}

function isWide({ actions = ["*"] }: Statement): boolean {
  return actions.some((action) => /^([a-z0-9-]+:)?\*$/i.test(action));
}

function accountsOf(statements: readonly Statement[]): string[] {
  return statements
    .filter(({ effect }) => effect === "Allow")
    .flatMap(({ principals }) => principals)
    .flatMap(({ kind, id }) => (kind === "AWS" ? (/(?:^|::)(\d{12})(?::|$)/.exec(id)?.[1] ?? []) : []));
}
