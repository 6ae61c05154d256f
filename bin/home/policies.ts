import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { guardProgram, guardWith } from "../../adapters/guard/cfn-guard.ts";
import { InputError, parseInput } from "../../core/artifacts/parse.ts";
import type { Finding } from "../../core/artifacts/validation-report.ts";
import type { InfrastructureChange } from "../../core/change/infrastructure-change.ts";
import { sha256 } from "../../core/digest.ts";
import { policyFindings, rulesIn } from "../../core/policy/guard/judge.ts";
import { type RuleFile, ruleFile } from "../../core/policy/guard/rule-file.ts";
import { afterWaivers, type WaiverFile, waiverFile } from "../../core/policy/guard/waivers.ts";
import { readJsonInput } from "../cli/read-input.ts";

/** Where our own rules lie. */
const OWN = join(import.meta.dirname, "../../policies");

/** cfn-guard takes some two milliseconds for each. */
const MOST_RESOURCES = 20_000;

const NOT_JUDGED: Finding = {
  rule: "policy-not-judged",
  severity: "warning",
  resource: "*",
  message: "the change is too large for policy as code",
  fix: "divide it",
};

export interface PolicyOptions {
  /** Folders beside our own, for rules of the user's. */
  readonly folders: readonly string[];
  readonly waivers: string | undefined;
}

export interface PolicyJudgement {
  readonly findings: readonly Finding[];
  /** The beginning of a hash over all the rules, so that a report says by which it was made. */
  readonly version: string;
  readonly notes: readonly string[];
}

/**
 * Policy as code over a change: the rules of `policies/`, those of the folder of that name where the command is called,
 * and those of folders named.
 * @throws InputError
 */
export async function judgePolicies(
  change: InfrastructureChange,
  options: PolicyOptions,
): Promise<PolicyJudgement> {
  const folders = foldersOf(options);
  const files = folders.flatMap(rulesOf);
  const version = sha256(files.map(({ name, text }) => `${name}\n${text}`).join("\n")).slice(0, 8);
  const program = guardProgram();
  if (program === undefined)
    return {
      findings: [],
      version,
      notes: ["policy as code was not judged: there is no cfn-guard for this system"],
    };
  if (change.changes.length > MOST_RESOURCES)
    return {
      findings: [NOT_JUDGED],
      version,
      notes: [`policy as code was not judged: it takes at most ${MOST_RESOURCES} changes`],
    };
  let findings = await policyFindings(change, files, guardWith(program));
  for (const waivers of await waiversOf(folders, options.waivers))
    findings = afterWaivers(findings, rulesIn(files), waivers, new Date());
  return { findings, version, notes: [] };
}

function foldersOf({ folders }: PolicyOptions): string[] {
  const here = join(process.cwd(), "policies");
  const missing = folders.find((folder) => !existsSync(folder));
  if (missing !== undefined)
    throw new InputError(
      "InvalidInput",
      `${missing} cannot be read: there is no such folder: name one with *.guard files`,
    );
  return [...new Set([OWN, ...(existsSync(here) ? [here] : []), ...folders])];
}

function rulesOf(folder: string): RuleFile[] {
  return readdirSync(folder)
    .filter((name) => /\.(guard|ruleset)$/.test(name))
    .sort()
    .map((name) => ruleFile(name, readFileSync(join(folder, name), "utf8")));
}

async function waiversOf(folders: readonly string[], named: string | undefined): Promise<WaiverFile[]> {
  const files = [
    ...folders.map((folder) => join(folder, "waivers.json")).filter(existsSync),
    ...(named ? [named] : []),
  ];
  return await Promise.all(
    files.map(async (file) => parseInput(waiverFile, await readJsonInput(file), file)),
  );
}
