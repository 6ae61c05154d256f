import type { Command } from "commander";
import { find } from "../../core/execution/executions.ts";
import { type Audit, auditExecution } from "../../core/timeline/audit.ts";
import type { TimelineEvent } from "../../core/timeline/chain.ts";
import { resourceText } from "../../core/timeline/describe-event.ts";
import { readChain } from "../../core/timeline/record.ts";
import { EXIT, type ExitCode } from "../cli/exit-codes.ts";
import { type CommonOptions, command, IDENTITY_NOTE } from "../cli/options.ts";
import { printJson, printLine } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import type { Home } from "../home/record.ts";
import { describeEvent } from "../output/describe-event.ts";
import { faultText } from "../output/fault-text.ts";

interface TimelineOptions extends CommonOptions {
  readonly verify?: boolean;
}

export function timeline(): Command {
  return command("timeline <id>", "show the record of an execution")
    .option("--verify", "check it against its hashes, the workspace's record and the anchors")
    .action(async (id: string, options: TimelineOptions) => {
      await withHome(options, (home) => show(home, id, options));
    });
}

async function show(home: Home, id: string, { json, verify }: TimelineOptions): Promise<ExitCode> {
  // A verified record may be of an execution whose row is gone: that is a finding, not an unknown id.
  const audit = verify ? await auditExecution(home, id) : undefined;
  if (!audit) await find(home.world.table, id);
  const events: TimelineEvent[] = [];
  for await (const event of readChain(home.world.table, id)) events.push(event);
  if (json) {
    const verdict = audit ? { verified: audit.faults.length === 0, faults: audit.faults } : {};
    printJson({ executionId: id, events, identities: IDENTITY_NOTE, ...verdict });
  } else print(events, audit);
  return audit && audit.faults.length > 0 ? EXIT.failed : EXIT.done;
}

function print(events: readonly TimelineEvent[], audit: Audit | undefined): void {
  for (const text of events.map(line)) printLine(text);
  printLine(`identities are ${IDENTITY_NOTE}`);
  if (audit) for (const text of faultText(audit)) printLine(text);
}

function line(event: TimelineEvent): string {
  const said = describeEvent(event)?.text ?? resourceText(event.data);
  return `${String(event.seq).padStart(4)}  ${event.at}  ${event.type.padEnd(20)} ${event.actor.padEnd(16)} ${said}`;
}
