import { sandboxCloud } from "../../adapters/embedded/sandbox/sandbox-cloud.ts";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import type { Cloud } from "../../core/cloud/cloud.ts";
import { type MachineHome, openRecord, type RecordOptions } from "./record.ts";

export type { Home, MachineHome } from "./record.ts";

export interface HomeOptions extends RecordOptions {
  readonly pace?: Pace;
}

/** Opens a data directory with the simulated accounts in it. @throws StorageError */
export function openHome({ pace = "demo", ...options }: HomeOptions): MachineHome {
  const { clock = systemClock, environments = ENVIRONMENTS } = options;
  const clouds = new Map<Environment, Cloud>();
  return openRecord(options, ({ database }, environment) => {
    const known = clouds.get(environment);
    if (known) return known;
    const { account, region } = environments[environment];
    const opened = sandboxCloud({ database, target: { environment, account, region }, clock, pace });
    clouds.set(environment, opened);
    return opened;
  });
}
