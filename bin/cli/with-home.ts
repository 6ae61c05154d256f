import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import type { Home } from "../home/home.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { CommonOptions } from "./options.ts";
import { runCommand } from "./run-command.ts";

interface HomeNeeds extends CommonOptions {
  readonly pace?: Pace;
  /** Make the data directory when it is not there. */
  readonly create?: boolean;
  /** Read the models from the environment: only what starts or carries on work asks them. */
  readonly models?: boolean;
}

/** Opens the data directory for one command and closes it whatever happens. */
export async function withHome(needs: HomeNeeds, work: (home: Home) => Promise<ExitCode>): Promise<void> {
  await runCommand(needs, async () => {
    const { openHome } = await import("../home/home.ts");
    const models = needs.models
      ? await (await import("../home/models.ts")).configuredModels(process.env)
      : [];
    const home = openHome({
      data: needs.data,
      create: needs.create ?? false,
      anchors: process.env["CONDUCTOR_ANCHORS"],
      models,
      ...(needs.pace ? { pace: needs.pace } : {}),
    });
    try {
      return await work(home);
    } finally {
      home.close();
    }
  });
}
