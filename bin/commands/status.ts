import type { Command } from "commander";
import { find } from "../../core/execution/executions.ts";
import { EXIT } from "../cli/exit-codes.ts";
import { type CommonOptions, command } from "../cli/options.ts";
import { printJson, printStyled } from "../cli/print.ts";
import { withHome } from "../cli/with-home.ts";
import { executionReport } from "../output/execution-report.ts";
import { reportText } from "../output/report-text.ts";

export function status(): Command {
  return command("status <id>", "show how an execution stands").action(
    async (id: string, options: CommonOptions) => {
      await withHome(options, async (home) => {
        const report = await executionReport(home, await find(home.world.table, id));
        if (options.json) printJson(report);
        else printStyled(reportText(report));
        return EXIT.done;
      });
    },
  );
}
