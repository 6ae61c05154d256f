import { type Command, Option } from "commander";
import { type Holder, holderOf } from "../../adapters/embedded/driver-lock.ts";
import { requireApplicable } from "../../core/approval/gate-dossier.ts";
import { parseInput } from "../../core/artifacts/parse.ts";
import { CONDITION_KINDS, conditionFrom, conditions } from "../../core/gate/conditions.ts";
import { isCritical } from "../../core/gate/critical.ts";
import type { Gate } from "../../core/gate/gate.ts";
import { GateError } from "../../core/gate/gate.ts";
import { castVote, gateById } from "../../core/gate/gates.ts";
import { EXIT, type ExitCode } from "../cli/exit-codes.ts";
import {
  asOption,
  type CallerOptions,
  type CommonOptions,
  callerOf,
  command,
  identityOf,
  notBlank,
} from "../cli/options.ts";
import { isTerminal, printJson, printLine } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import type { Home } from "../home/record.ts";
import { stepUpAt } from "../home/step-up.ts";
import { gateReport } from "../output/execution-report.ts";

interface DecideOptions extends CommonOptions, CallerOptions {
  readonly notes?: string;
  readonly digest?: string;
  readonly condition?: readonly unknown[];
  readonly code?: string;
}

export function approve(): Command {
  return decision("approve", "approve a gate of somebody else's change")
    .option("--notes <text>", "why", notBlank)
    .addOption(
      new Option(
        "--condition <condition>",
        `what it depends on, as max_resources=3 (again for another): ${CONDITION_KINDS.join(", ")}`,
      ).argParser(oneMore),
    );
}

export function reject(): Command {
  return decision("reject", "reject a gate of somebody else's change").requiredOption(
    "--notes <text>",
    "why",
    notBlank,
  );
}

function decision(verb: "approve" | "reject", description: string): Command {
  return command(`${verb} <gate>`, description)
    .addOption(asOption())
    .option(
      "--digest <digest>",
      "of the change you read; the decision is refused if it is another one by now",
    )
    .addOption(
      new Option("--code <code>", "one-time code of your authenticator app, at a critical gate")
        .env("CONDUCTOR_CODE")
        .argParser(notBlank),
    )
    .action(async (gateId: string, options: DecideOptions) => {
      await withHome(options, (home) => decide(home, gateId, verb, options));
    });
}

/** The code that somebody at a terminal enters; it is good once, so that what is seen of it is of no use. */
async function askedFor(gate: Gate, { json }: DecideOptions): Promise<string | undefined> {
  if (json || !isCritical(gate) || !isTerminal()) return undefined;
  const { askForCode } = await import("../output/ask-for-code.ts");
  return await askForCode(gate);
}

function oneMore(text: string, before: readonly unknown[] = []): readonly unknown[] {
  return [...before, conditionFrom(text)];
}

async function decide(
  home: Home,
  gateId: string,
  verb: "approve" | "reject",
  options: DecideOptions,
): Promise<ExitCode> {
  const caller = callerOf(options);
  const read = await gateById(home.world.table, gateId);
  const digest = fullDigest(read, options.digest);
  const notes = options.notes === undefined ? {} : { notes: options.notes };
  const only = parseInput(conditions, options.condition ?? [], "--condition");
  await requireApplicable(home.world, read, only);
  const shown = await stepUpAt(home, read, caller, options.code ?? (await askedFor(read, options)));
  const gate = await castVote(
    home.world.table,
    { gateId, decision: verb, caller, digest, ...notes, ...shown, conditions: only },
    home.world.clock.now(),
  );
  if (options.json)
    printJson({ gate: gateReport(gate), executionId: gate.executionId, identity: identityOf(caller) });
  else printLine(sentence(gate, caller.principal, holderOf(home.directory.path)));
  return EXIT.done;
}

/** People may give the first characters, as long as they are enough to mean one change. */
function fullDigest(gate: Gate, given: string | undefined): string {
  if (given === undefined) return gate.digest;
  if (!/^[0-9a-f]{8,64}$/.test(given)) {
    throw new GateError(
      "DigestMismatch",
      `--digest ${JSON.stringify(given.slice(0, 80))} is not a digest: give at least its first 8 hex digits`,
    );
  }
  return gate.digest.startsWith(given) ? gate.digest : given;
}

function sentence(gate: Gate, who: string, driver: Holder | undefined): string {
  const { approvals, requiredApprovals } = gateReport(gate);
  const declared = `${who}, declared and not authenticated,`;
  const onward = driver
    ? `process ${driver.pid} (conductor ${driver.command}) carries on`
    : "`npx conductor resume` carries on";
  if (gate.status === "rejected")
    return `${declared} rejected ${gate.id}, and with it ${gate.executionId}; ${onward}`;
  const enough = gate.status === "approved" ? `that is enough here; ${onward}` : "more are needed";
  return `${declared} approved ${gate.id} (${approvals} of ${requiredApprovals}); ${enough}`;
}
