import type { RiskReason } from "../artifacts/validation-report.ts";
import type { ChangedResource } from "../change/infrastructure-change.ts";
import type { Json, JsonObject } from "../template/template.ts";
import { accountsIn } from "./own-accounts.ts";
import { at, type RiskRule, reason, touched } from "./subject.ts";

/** A property by which something is given to another account that it names. */
interface Gift {
  readonly types: RegExp;
  readonly path: string;
  readonly what: string;
  readonly points: number;
}

const GIFTS: readonly Gift[] = [
  {
    types: /^AWS::EC2::(ImagePermission|SnapshotPermission)$/,
    path: "AccountId",
    what: "could use a copy of it",
    points: 50,
  },
  {
    types: /^AWS::RDS::DB(Cluster)?Snapshot$/,
    path: "SharedAccounts",
    what: "could copy it",
    points: 50,
  },
  {
    types: /^AWS::Lambda::(Layer)?(Version)?Permission$/,
    path: "Principal",
    what: "could call or use it",
    points: 45,
  },
  {
    types: /^AWS::Events::EventBusPolicy$/,
    path: "Principal",
    what: "could send events to it",
    points: 24,
  },
  {
    types: /^AWS::EC2::VPCPeeringConnection$/,
    path: "PeerOwnerId",
    what: "would have a network joined to ours",
    points: 45,
  },
  {
    types: /^AWS::SSM::Document$/,
    path: "Permissions.AccountIds",
    what: "could run it",
    points: 45,
  },
];

/** What other accounts are given by name; whoever is in a policy is weighed with the policies. */
export const sharing: RiskRule = ({ change, account }) => {
  const own = accountsIn(change, account);
  return touched(change).flatMap((one) => gifts(one, own));
};

function gifts({ address, type, before, after }: ChangedResource, own: ReadonlySet<string>): RiskReason[] {
  return GIFTS.filter(({ types }) => types.test(type)).flatMap(({ path, what, points }) => {
    const were = new Set(accountsAt(before, path));
    const news = accountsAt(after, path).filter((one) => !were.has(one) && !own.has(one));
    const [first] = news;
    if (first === undefined) return [];
    const who = first === EVERYBODY ? "everybody" : `the account ${first}`;
    return [reason("exposure", address, `${who} ${what}`, first === EVERYBODY ? 55 : points)];
  });
}

const EVERYBODY = "All";

/** Twelve digits, alone or in an ARN, and the word that means everybody. */
function accountsAt(properties: JsonObject | undefined, path: string): string[] {
  const value = at(properties, path);
  const texts = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return texts
    .flatMap((text) => (typeof text === "string" ? text.split(",") : []))
    .map((text) => text.trim())
    .flatMap((text) =>
      /^all$/i.test(text) ? [EVERYBODY] : (/^(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::|$)/.exec(text)?.[1] ?? []),
    );
}
