import { Command } from "commander";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { InputError, parseInput } from "../../core/artifacts/parse.ts";
import { MOST_BYTES } from "../../core/change/document.ts";
import type { InfrastructureChange } from "../../core/change/infrastructure-change.ts";
import { readChange } from "../../core/change/read-change.ts";
import { cloudFormationType } from "../../core/change/terraform/types.ts";
import { type Guardrails, guardrails } from "../../core/cost/guardrails.ts";
import { PRICE_SHEET } from "../../core/cost/sheet.ts";
import type { Usage } from "../../core/cost/usage.ts";
import { parseUsage, unmatchedUsage } from "../../core/cost/usage-file.ts";
import { printAside } from "../cli/print.ts";
import { readJsonInput, readTextInput } from "../cli/read-input.ts";

export interface FileOptions {
  readonly json?: boolean;
  readonly base?: string;
  readonly environment?: "dev" | "sit" | "prod";
  readonly region?: string;
  readonly usage?: string;
}

/** A command about one file that describes a change. */
export function fileCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument(
      "<file>",
      "a CloudFormation template, a change set's description or a Terraform plan as JSON; - reads standard input",
    )
    .option("--region <region>", "the region whose prices count; else the file's own, else the environment's")
    .option("--usage <file>", "what no file says of the use: see docs/cost.md")
    .option("--json", "print one JSON document and nothing else")
    .option("--data <dir>", "accepted like everywhere; nothing is kept");
}

export interface CheckInput {
  readonly change: InfrastructureChange;
  readonly region: string;
  readonly usage: Usage | undefined;
}

const LIMIT = { bytes: MOST_BYTES, what: "a change" };

/**
 * Reads the change, where it is priced, and what is assumed of its use.
 * @throws InputError, UsageError in a sentence
 */
export async function readInput(file: string, options: FileOptions): Promise<CheckInput> {
  const { base, environment = "dev", region: asked } = options;
  requireRegion(asked);
  const usage =
    options.usage === undefined ? undefined : parseUsage(inOurTerms(await readJsonInput(options.usage)));
  const text = await readTextInput(file, LIMIT);
  const change = await readChange(
    { name: file, text },
    {
      base: base === undefined ? undefined : { name: base, text: await readTextInput(base, LIMIT) },
      region: asked ?? ENVIRONMENTS[environment].region,
      recreation: async () =>
        await (await import("../../adapters/embedded/sandbox/change-set/recreation.ts")).loadSpecification(),
    },
  );
  warnOfUnmatched(usage, change);
  return { change, usage, region: asked ?? change.region ?? ENVIRONMENTS[environment].region };
}

/** A usage file may name types as Terraform does. */
function inOurTerms(json: unknown): unknown {
  const { types } = (json ?? {}) as { types?: unknown };
  if (typeof json !== "object" || typeof types !== "object" || types === null) return json;
  const named = Object.entries(types).map(([type, keys]) => [cloudFormationType(type), keys] as const);
  return { ...json, types: Object.fromEntries(named) };
}

function requireRegion(region: string | undefined): void {
  const { regions } = PRICE_SHEET;
  if (region === undefined || regions.includes(region)) return;
  throw new InputError(
    "InvalidInput",
    `--region ${region}: there are prices of ${regions.join(", ")}: name one of these`,
  );
}

function warnOfUnmatched(usage: Usage | undefined, { after }: InfrastructureChange): void {
  if (usage === undefined) return;
  const resources = Object.entries(after.Resources).map(([address, { Type }]) => ({ address, type: Type }));
  for (const fault of unmatchedUsage(usage, resources)) printAside(`usage file: ${fault}`);
}

/** Limits on the cost. @throws InputError */
export async function readGuardrails(file: string): Promise<Guardrails> {
  return parseInput(guardrails, await readJsonInput(file), file);
}
