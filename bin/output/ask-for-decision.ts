import { isCancel, select, text } from "@clack/prompts";
import { find } from "../../core/execution/executions.ts";
import { isCritical } from "../../core/gate/critical.ts";
import { approvals, type Gate, GateError } from "../../core/gate/gate.ts";
import { castVote, ofExecution } from "../../core/gate/gates.ts";
import { StepUpError } from "../../core/identity/step-up.ts";
import { PrincipalError, principalOf } from "../../core/principal.ts";
import { printLine, printStyled } from "../cli/print.ts";
import type { Home } from "../home/record.ts";
import { stepUpAt } from "../home/step-up.ts";
import { askForCode } from "./ask-for-code.ts";
import { executionReport } from "./execution-report.ts";
import { reportText } from "./report-text.ts";

/** Hands the keyboard to somebody else for the open gates. False when they would rather decide later. */
export async function askForDecision(home: Home, executionId: string): Promise<boolean> {
  const report = await executionReport(home, await find(home.world.table, executionId));
  printStyled(`\n${reportText(report)}\n`);
  for (;;) {
    const gate = (await ofExecution(home.world.table, executionId)).find(({ status }) => status === "open");
    if (!gate) return true;
    if (!(await askOne(home, gate))) return false;
  }
}

async function askOne(home: Home, gate: Gate): Promise<boolean> {
  const { id: gateId, digest, type, requiredApprovals } = gate;
  const count = `${approvals(gate).length} of ${requiredApprovals} approvals`;
  const decision = await select({
    message: `${type.replaceAll("_", " ")} ${gateId}, ${count}: somebody else must decide (names are declared, not authenticated)`,
    options: [
      { value: "approve", label: "Approve" },
      { value: "reject", label: "Reject" },
      { value: "later", label: "Decide later, from another terminal" },
    ],
  });
  if (isCancel(decision) || decision === "later") return false;
  const who = await text({ message: "Who are you?", validate: nameFault });
  if (isCancel(who)) return false;
  const why = decision === "reject" ? await text({ message: "Why?", validate: reasonFault }) : undefined;
  if (isCancel(why)) return false;
  const caller = { principal: principalOf(who), via: "cli", authenticated: false } as const;
  const notes = why === undefined ? {} : { notes: why };
  const code = isCritical(gate) ? await askForCode(gate) : undefined;
  try {
    const shown = await stepUpAt(home, gate, caller, code);
    const vote = { gateId, decision, caller, digest, ...notes, ...shown };
    await castVote(home.world.table, vote, home.world.clock.now());
  } catch (error) {
    // Refused under the rules: say why and ask again.
    if (!(error instanceof GateError || error instanceof StepUpError)) throw error;
    printLine(error.message);
  }
  return true;
}

function reasonFault(reason: string | undefined): string | undefined {
  return reason?.trim() ? undefined : "Whoever asked for the change will want to know.";
}

function nameFault(name: string | undefined): string | undefined {
  try {
    principalOf(name ?? "");
    return undefined;
  } catch (error) {
    if (error instanceof PrincipalError) return error.message;
    throw error;
  }
}
