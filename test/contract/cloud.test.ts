import { DatabaseSync } from "node:sqlite";
import { sandboxControls } from "../../adapters/embedded/sandbox/controls.ts";
import { sandboxCloud } from "../../adapters/embedded/sandbox/sandbox-cloud.ts";
import { steeredClock, TARGETS } from "../adapters/embedded/sandbox/workbench.ts";
import { wireAccount, wireCloud } from "../support/cloudformation-server/wire-cloud.ts";
import { cloudContract } from "./cloud-contract.ts";

const target = TARGETS.dev;

cloudContract("the simulated account", async (pace = "none") => {
  const [database, clock] = [new DatabaseSync(":memory:"), steeredClock()];
  return {
    target,
    clock,
    cloud: sandboxCloud({ database, target, clock, pace }),
    controls: sandboxControls({ database, targets: [target], clock, pace }),
  };
});

cloudContract("CloudFormation over the wire", async (pace = "none") => {
  const clock = steeredClock();
  const account = await wireAccount({ target, clock, pace });
  // Two to a page: no case is so small that a list of it is whole on the first page.
  account.quirks.pageSize = 2;
  account.quirks.looksUntilComputed = 2;
  return { target, clock, cloud: wireCloud(account, clock), controls: account.controls };
});
