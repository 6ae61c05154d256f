import type { InfrastructureChange } from "../change/infrastructure-change.ts";

/** Accounts that are known to be one's own: the one whose change it is, or those in the names of what is there. */
export function accountsIn({ changes, before }: InfrastructureChange, account?: string): ReadonlySet<string> {
  const arns = [
    ...changes.map((one) => one.before?.["Arn"] ?? one.after?.["Arn"]),
    ...Object.values(before?.Resources ?? {}).map(({ Properties }) => Properties?.["Arn"]),
  ];
  const named = arns.map((arn) => /^arn:aws[a-z-]*:[^:]*:[^:]*:(\d{12}):/.exec(String(arn))?.[1]);
  return new Set([...named, account].filter((one) => one !== undefined));
}
