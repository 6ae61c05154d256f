import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { guardProgram, guardWith } from "../../adapters/guard/cfn-guard.ts";
import type { Finding } from "../../core/artifacts/validation-report.ts";
import type { InfrastructureChange } from "../../core/change/infrastructure-change.ts";
import { policyFindings } from "../../core/policy/guard/judge.ts";
import { type RuleFile, ruleFile } from "../../core/policy/guard/rule-file.ts";

/** Deployed, the rules and the program that judges by them lie beside the bundle; in the repository, in its folders. */
const BESIDE = import.meta.dirname;
const FOLDER = existsSync(join(BESIDE, "databases.guard")) ? BESIDE : join(BESIDE, "../../policies");

let rules: readonly RuleFile[] | undefined;

/** What policy as code says of a change; that it could not be judged is a finding as well. */
export async function guardFindings(change: InfrastructureChange): Promise<Finding[]> {
  rules ??= readdirSync(FOLDER)
    .filter((name) => name.endsWith(".guard"))
    .sort()
    .map((name) => ruleFile(name, readFileSync(join(FOLDER, name), "utf8")));
  const program = guardProgram(BESIDE);
  return program === undefined ? [NOT_JUDGED] : await policyFindings(change, rules, guardWith(program));
}

const NOT_JUDGED: Finding = {
  rule: "policy-not-judged",
  severity: "warning",
  resource: "*",
  message: "policy as code was not judged: there is no cfn-guard for this system",
  fix: "judge the change on Linux or macOS as well: conductor check",
};
