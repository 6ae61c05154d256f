import type { Finding } from "../../artifacts/validation-report.ts";

/** What the comments before a rule say of it. */
export interface PolicyRule {
  readonly name: string;
  readonly file: string;
  readonly severity: Finding["severity"];
  readonly fix: string;
  /** How many named people an exception takes. */
  readonly approvers: number;
  /** The group that looks after it; undefined when the file names none. */
  readonly owner: string | undefined;
}

/** One file of rules in the language of CloudFormation Guard. */
export interface RuleFile {
  readonly name: string;
  readonly text: string;
  readonly version: string | undefined;
  readonly rules: readonly PolicyRule[];
}

const SEVERITIES = new Set(["info", "warning", "error"]);

/**
 * Reads what a file's comments say: `# owner:` and `# version:` of the whole file; `# severity:`, `# fix:`,
 * `# approvers:` and `# owner:` directly before a rule. What is not said is an error that one person may except.
 */
export function ruleFile(name: string, text: string): RuleFile {
  const lines = text.split(/\r?\n/);
  const head = factsIn(
    lines.slice(0, lines.findIndex((line) => !/^\s*(#|$)/.test(line)) + 1 || lines.length),
  );
  const rules = lines.flatMap((line, index) => {
    const rule = /^\s*rule\s+([A-Za-z_]\w*)/.exec(line)?.[1];
    return rule === undefined ? [] : [policyRule(rule, name, factsIn(commentsBefore(lines, index)), head)];
  });
  return { name, text, version: head.get("version"), rules };
}

type Facts = ReadonlyMap<string, string>;

function policyRule(name: string, file: string, own: Facts, head: Facts): PolicyRule {
  const severity = own.get("severity") ?? "error";
  const approvers = Number(own.get("approvers") ?? 1);
  return {
    name,
    file,
    severity: (SEVERITIES.has(severity) ? severity : "error") as Finding["severity"],
    fix: own.get("fix") ?? `see the rule ${name} in ${file}`,
    approvers: Number.isInteger(approvers) && approvers > 0 ? approvers : 1,
    owner: own.get("owner") ?? head.get("owner"),
  };
}

function commentsBefore(lines: readonly string[], index: number): readonly string[] {
  let from = index;
  while (from > 0 && /^\s*#/.test(lines[from - 1] as string)) from -= 1;
  return lines.slice(from, index);
}

function factsIn(lines: readonly string[]): Facts {
  return new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^\s*#\s*([a-z]+):\s*(\S.*?)\s*$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}
