import type { RiskReason } from "../artifacts/validation-report.ts";
import type { ChangedResource, InfrastructureChange } from "../change/infrastructure-change.ts";
import { type Statement, statementsOf } from "../iam/statements.ts";
import type { JsonObject } from "../template/template.ts";
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
export const resourcePolicies: RiskRule = ({ change }) => {
  const own = accountsIn(change);
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

/** Accounts that may be told to be one's own, from the names of what is there. */
function accountsIn({ changes, before }: InfrastructureChange): ReadonlySet<string> {
  const arns = [
    ...changes.map((one) => one.before?.["Arn"] ?? one.after?.["Arn"]),
    ...Object.values(before?.Resources ?? {}).map(({ Properties }) => Properties?.["Arn"]),
  ];
  const accounts = arns.map((arn) => /^arn:aws[a-z-]*:[^:]*:[^:]*:(\d{12}):/.exec(String(arn))?.[1]);
  return new Set(accounts.filter((account) => account !== undefined));
}

/** Services of AWS put their logs from accounts of theirs, and do nothing else. */
const PUTTING = /^(s3:PutObject|logs:PutLogEvents|sqs:SendMessage|sns:Publish)$/i;

/** Whose key it is: the one account that its policy lets manage it, as every key's policy must (KMS developer guide). */
function ownerOf(type: string, after: ChangedResource["after"]): string | undefined {
  if (type !== "AWS::KMS::Key") return undefined;
  const managing = statementsIn(after).filter(({ actions }) => actions?.includes("kms:*"));
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
  const news = accountsOf(
    statementsIn(after).filter(({ actions = ["*"] }) => !actions.every((action) => PUTTING.test(action))),
  ).filter((account) => !were.has(account) && !own.has(account) && account !== ownerOf(type, after));
  const [first] = news;
  if (first === undefined) return [];
  const points = own.size > 0 ? 45 : 20;
  return [reason("exposure", address, `the account ${first} would be let in`, points)];
}

function accountsOf(statements: readonly Statement[]): string[] {
  return statements
    .filter(({ effect }) => effect === "Allow")
    .flatMap(({ principals }) => principals)
    .flatMap(({ kind, id }) => (kind === "AWS" ? (/(?:^|::)(\d{12})(?::|$)/.exec(id)?.[1] ?? []) : []));
}
