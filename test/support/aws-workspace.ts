import { onTestFinished } from "vitest";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import { openAwsHome } from "../../bin/home/aws-home.ts";
import type { Emulator } from "../../bin/home/emulator.ts";
import type { Home } from "../../bin/home/home.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { MachineTime } from "./clock.ts";
import { FUNCTION_KEY } from "./cloudformation-server/identities.ts";
import type { WireAccount } from "./cloudformation-server/server.ts";
import { wireAccount } from "./cloudformation-server/wire-cloud.ts";
import { FaultProxy } from "./fault-proxy.ts";
import type { Moto } from "./moto-server.ts";
import { PipelineIn, type Step } from "./pipeline.ts";
import { temporaryFolder } from "./workspace.ts";

/** Both machines on AWS's protocols: the workspace at moto, the account at the CloudFormation server. */
export interface AwsWorkspace {
  readonly pipeline: PipelineIn<Home>;
  readonly account: WireAccount;
  /** The functions that were called. */
  readonly steps: readonly Step[];
  /** What passes on the way to the workspace, and on that to the account. */
  readonly proxies: { readonly workspace: FaultProxy; readonly account: FaultProxy };
}

export async function awsWorkspace(moto: Moto, pace: Pace = "none"): Promise<AwsWorkspace> {
  const time = new MachineTime();
  const { account: id, region } = ENVIRONMENTS.dev;
  const target = { environment: "dev", account: id, region } as const;
  const account = await wireAccount({ target, clock: time, pace });
  account.quirks.looksUntilComputed = 2;
  const proxies = {
    workspace: await FaultProxy.before(moto.endpoint),
    account: await FaultProxy.before(account.url),
  };
  onTestFinished(() => {
    for (const proxy of Object.values(proxies)) proxy.end();
  });
  const emulator = emulatorBehind(moto, proxies, region);
  const home = await openAwsHome({ emulator, data: temporaryFolder(), create: true, clock: time });
  onTestFinished(() => home.close());
  for (const proxy of Object.values(proxies)) proxy.count();
  // As a function on AWS watches: one look waits as long as it may.
  const watching = { patienceMs: 20_000, pauseSeconds: 10 };
  const steps: Step[] = [];
  const pipeline = new PipelineIn(home, time, {
    through: (world) => ({ ...world, watching }),
    before: (step) => steps.push(step),
  });
  return { pipeline, account, proxies, steps };
}

let serial = 0;

function emulatorBehind(moto: Moto, proxies: AwsWorkspace["proxies"], region: string): Emulator {
  const place = moto.place({ endpoint: proxies.workspace.endpoint, region });
  const name = `agent-mesh-test-${process.pid}-${serial++}`;
  return {
    endpoint: proxies.workspace.endpoint,
    place,
    accountPlace: { region, endpoint: proxies.account.endpoint, credentials: FUNCTION_KEY },
    names: { table: name, artifacts: `${name}-artifacts`, anchors: `${name}-anchors`, bus: name },
    ours: true,
  };
}
