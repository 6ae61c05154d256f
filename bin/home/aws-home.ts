import { meshCloud } from "../../adapters/aws/mesh-cloud.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import type { Cloud } from "../../core/cloud/cloud.ts";
import { type AwsRecordOptions, openAwsRecord } from "./aws-record.ts";
import type { Home } from "./record.ts";

/** Opens the workspace with the accounts behind it, each lane in a role of its own. @throws StorageError, AwsError */
export async function openAwsHome(options: AwsRecordOptions): Promise<Home> {
  const { emulator, clock = systemClock } = options;
  const clouds = new Map<Environment, Cloud>();
  return await openAwsRecord(options, (environment) => {
    const known = clouds.get(environment);
    if (known) return known;
    const { account, region } = ENVIRONMENTS[environment];
    const opened = meshCloud({
      target: { environment, account, region },
      place: emulator.accountPlace,
      clock,
      bucket: emulator.names.artifacts,
      inLane: false,
    });
    clouds.set(environment, opened);
    return opened;
  });
}
