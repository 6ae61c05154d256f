import type { Command } from "commander";
import type { Gate } from "../../core/gate/gate.ts";
import { openGates } from "../../core/gate/gates.ts";
import { minuteText } from "../../core/minute-text.ts";
import { EXIT } from "../cli/exit-codes.ts";
import { type CommonOptions, command, IDENTITY_NOTE } from "../cli/options.ts";
import { printJson, printLine } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import { gateReport } from "../output/execution-report.ts";

export function gates(): Command {
  return command("gates", "list the gates that wait for people").action(async (options: CommonOptions) => {
    await withHome(options, async (home) => {
      const open: Gate[] = [];
      for (const environment of ["dev", "sit", "prod"])
        open.push(...(await openGates(home.world.table, environment)));
      if (options.json)
        printJson({
          gates: open.map((gate) => ({
            ...gateReport(gate),
            executionId: gate.executionId,
            environment: gate.environment,
            stack: gate.stack,
            requestedBy: gate.requestedBy,
          })),
          identities: IDENTITY_NOTE,
        });
      else print(open);
      return EXIT.done;
    });
  });
}

function print(open: readonly Gate[]): void {
  if (open.length === 0) printLine("no gate is open");
  for (const {
    id,
    type,
    environment,
    stack,
    requestedBy,
    subject,
    expiresAt,
    votes,
    requiredApprovals,
  } of open) {
    printLine(`${id}  ${type.replaceAll("_", " ")}  ${stack} in ${environment}, asked for by ${requestedBy}`);
    printLine(`  ${subject}`);
    printLine(`  ${votes.length} of ${requiredApprovals} approvals, until ${minuteText(expiresAt)}`);
  }
  if (open.length > 0) printLine(`identities are ${IDENTITY_NOTE}`);
}
