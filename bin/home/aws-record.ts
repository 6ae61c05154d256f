import { join } from "node:path";
import { S3AnchorStore } from "../../adapters/aws/anchor-store.ts";
import { S3ArtifactStore } from "../../adapters/aws/artifact-store.ts";
import { ownPlace } from "../../adapters/aws/caller.ts";
import { EventBridgeBus } from "../../adapters/aws/event-bus.ts";
import { KeptArtifacts } from "../../adapters/aws/kept-artifacts.ts";
import { provision, requireProvisioned } from "../../adapters/aws/provision.ts";
import { DynamoTable } from "../../adapters/aws/table.ts";
import { openDataDirectory } from "../../adapters/embedded/data-directory.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { newId } from "../../adapters/random.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import type { Clock } from "../../core/clock.ts";
import type { Cloud } from "../../core/cloud/cloud.ts";
import { sha256 } from "../../core/digest.ts";
import type { Memory } from "../../core/memory/memory-means.ts";
import { TableIndex } from "../../core/memory/table-index.ts";
import type { ModelProvider } from "../../core/model/model.ts";
import type { Emulator } from "./emulator.ts";
import { noCloud } from "./no-cloud.ts";
import type { Home } from "./record.ts";

export interface AwsRecordOptions {
  readonly emulator: Emulator;
  /** Where the engine keeps its journal. */
  readonly data: string;
  /** Something is to be begun: what the emulator lacks is made, or asked for. */
  readonly create: boolean;
  readonly clock?: Clock;
  readonly models?: readonly ModelProvider[];
  readonly memory?: Partial<Memory>;
}

/** How long an anchor cannot be removed at an emulator; a deployment has it by its environment. */
const ANCHOR_RETENTION_DAYS = 400;

/** How often one looks whether there is something new, in milliseconds: every look is a few calls. */
const LOOK_MS = 1_000;

/** How an emulator's stacks are watched: they take seconds, where AWS's take minutes. */
const WATCHING = { patienceMs: 2_000, pauseSeconds: 2 } as const;

/**
 * The workspace at an emulator of AWS. Only the engine that drives it here keeps its journal in a data directory, one
 * for each workspace.
 * @throws StorageError, AwsError
 */
export async function openAwsRecord(
  { emulator, data, create, clock = systemClock, models = [], memory = {} }: AwsRecordOptions,
  cloud: (environment: Environment) => Cloud = noCloud,
): Promise<Home> {
  const { names, ours } = emulator;
  const place = ownPlace(emulator.place);
  if (create) await (ours ? provision : requireProvisioned)(place, names);
  const workspace = sha256(`${emulator.endpoint} ${place.region} ${names.table}`).slice(0, 12);
  const directory = openDataDirectory({ path: join(data, `aws-${workspace}`), create: true });
  const table = new DynamoTable(place, names.table, clock);
  return {
    directory,
    anchors: new S3AnchorStore(place, names.anchors, ANCHOR_RETENTION_DAYS, clock),
    events: new EventBridgeBus(place, names.bus, clock),
    anchorsAt: `s3://${names.anchors}/anchors/`,
    simulated: false,
    emulator: emulator.endpoint,
    lookMs: LOOK_MS,
    // Whether somebody elsewhere has stored something is not known before one looks.
    state: () => Symbol("unknown"),
    tidy: () => {},
    world: {
      table,
      artifacts: new KeptArtifacts(new S3ArtifactStore(place, names.artifacts)),
      clock,
      newId,
      environment: (name) => ENVIRONMENTS[name],
      cloud,
      models,
      memory: { index: new TableIndex(table, clock), ...memory },
      watching: WATCHING,
    },
    close: () => directory.close(),
  };
}
