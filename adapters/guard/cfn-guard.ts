import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { InputError } from "../../core/artifacts/parse.ts";
import type { Breach, RunRules } from "../../core/policy/guard/judge.ts";
import { isObject, type Json, type JsonObject } from "../../core/template/template.ts";

/** A judgement that takes longer is not coming: a rule that loops. */
const TIMEOUT_MS = 60_000;
const MOST_OUTPUT = 256 * 1024 * 1024;

const SYSTEMS: Readonly<Record<string, string>> = { linux: "ubuntu", darwin: "macos" };
const PROCESSORS: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

/**
 * The cfn-guard that ships in @cdklabs/cdk-validator-cfnguard, or one that lies beside a deployed bundle; undefined on
 * systems it has none for.
 */
export function guardProgram(beside?: string): string | undefined {
  const deployed = beside === undefined ? undefined : join(beside, "cfn-guard");
  if (deployed !== undefined && existsSync(deployed)) return deployed;
  const [system, processor] = [SYSTEMS[process.platform], PROCESSORS[process.arch]];
  if (system === undefined || processor === undefined) return undefined;
  const library = libraryFolder();
  const program = library && join(library, "bin", system, processor, "cfn-guard");
  return program !== undefined && existsSync(program) ? program : undefined;
}

function libraryFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve("@cdklabs/cdk-validator-cfnguard/package.json"));
  } catch {
    // Within a bundle there is no such package.
    return undefined;
  }
}

/**
 * Runs rules with a cfn-guard in a process of its own.
 * @throws InputError for rules that it cannot read, with the file
 */
export function guardWith(program: string): RunRules {
  return async (files, documents) => {
    const payload = {
      rules: files.map(({ text }) => text),
      data: documents.map((document) => JSON.stringify(document)),
    };
    const { output, complaint } = await runProgram(program, JSON.stringify(payload));
    const broken = /(?:RULES_STDIN\[(\d+)\])([\s\S]{0,300})/.exec(complaint);
    if (/Pars\w+ error/i.test(complaint) && broken)
      throw new InputError(
        "InvalidInput",
        `the rules ${files[Number(broken[1]) - 1]?.name ?? "given"} cannot be read: ${(broken[2] ?? "")
          .replace(/\s+/g, " ")
          .replace(/^, Error = /, "")
          .trim()
          .slice(0, 200)}`,
      );
    const results = parse(output, complaint);
    return documents.map((_document, index) => breachesIn(results, `DATA_STDIN[${index + 1}]`));
  };
}

interface Ran {
  readonly output: string;
  readonly complaint: string;
}

function runProgram(program: string, payload: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const options = [
      "validate",
      "--payload",
      "--structured",
      "--output-format",
      "json",
      "--show-summary",
      "none",
    ];
    const child = spawn(program, options, { stdio: ["pipe", "pipe", "pipe"], timeout: TIMEOUT_MS });
    const output: Buffer[] = [];
    let size = 0;
    let complaint = "";
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_OUTPUT) child.kill();
      else output.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      complaint = (complaint + String(chunk)).slice(0, 10_000);
    });
    child.on("error", reject);
    // It closes its input early when it cannot read the rules; what it says then is on its standard error.
    child.stdin.on("error", () => {});
    child.on("close", () => resolve({ output: Buffer.concat(output).toString("utf8"), complaint }));
    child.stdin.end(payload);
  });
}

function parse(output: string, complaint: string): readonly JsonObject[] {
  try {
    const parsed = JSON.parse(output) as Json;
    return (Array.isArray(parsed) ? (parsed as readonly Json[]) : []).filter((one) =>
      isObject(one),
    ) as JsonObject[];
  } catch {
    throw new Error(`cfn-guard gave no answer that can be read: ${complaint.slice(0, 300)}`);
  }
}

function breachesIn(results: readonly JsonObject[], name: string): Breach[] {
  const mine = results.find((result) => result["name"] === name);
  const broken = mine?.["not_compliant"];
  return (Array.isArray(broken) ? (broken as readonly Json[]) : []).flatMap((one) => {
    const rule = isObject(one) ? one["Rule"] : undefined;
    return isObject(rule ?? null) ? breachesOf(rule as JsonObject) : [];
  });
}

/** One breach for each resource that a check within the rule failed on, with the first message that says something. */
function breachesOf(rule: JsonObject): Breach[] {
  const messages = new Map<string, string>();
  for (const check of checksIn(rule["checks"] ?? null)) {
    const text = JSON.stringify(check);
    const resource = /"path":"\/Resources\/(R\d+)/.exec(text)?.[1];
    if (resource === undefined) continue;
    const said = /"custom_message":"((?:[^"\\]|\\.)+)"/.exec(text)?.[1]?.trim() ?? "";
    if (!messages.get(resource)) messages.set(resource, said);
  }
  return [...messages].map(([resource, message]) => ({ rule: String(rule["name"]), resource, message }));
}

/** The clauses of a rule that failed, out of blocks and alternatives. */
function checksIn(value: Json): Json[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(checksIn);
  if (!isObject(value)) return [];
  if (value["Clause"] !== undefined) return [value["Clause"]];
  return Object.values(value).flatMap((inner) =>
    typeof inner === "object" && inner !== null ? checksIn(inner) : [],
  );
}
