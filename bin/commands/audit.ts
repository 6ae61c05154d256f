import { Command } from "commander";
import { auditWorkspace } from "../../core/timeline/audit.ts";
import { EXIT } from "../cli/exit-codes.ts";
import { type CommonOptions, command } from "../cli/options.ts";
import { printJson, printLine } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import { faultText } from "../output/fault-text.ts";

export function audit(): Command {
  return new Command("audit").description("check the record").addCommand(
    command(
      "verify",
      "find an edit, a reorder, a cut tail or a missing execution in the whole record",
    ).action(async (options: CommonOptions) => {
      await withHome(options, async (home) => {
        const found = await auditWorkspace(home);
        const verified = found.faults.length === 0;
        if (options.json) printJson({ verified, ...found });
        else for (const text of faultText(found)) printLine(text);
        return verified ? EXIT.done : EXIT.failed;
      });
    }),
  );
}
