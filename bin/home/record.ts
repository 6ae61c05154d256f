import { randomBytes } from "node:crypto";
import { FileAnchorStore } from "../../adapters/embedded/anchor-store.ts";
import { FileArtifactStore } from "../../adapters/embedded/artifact-store.ts";
import { type DataDirectory, openDataDirectory } from "../../adapters/embedded/data-directory.ts";
import { SqliteEventBus } from "../../adapters/embedded/event-bus.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { SqliteTable } from "../../adapters/embedded/table.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import type { Clock } from "../../core/clock.ts";
import type { Cloud } from "../../core/cloud/cloud.ts";
import { CloudError } from "../../core/cloud/errors.ts";
import type { ModelProvider } from "../../core/model/model.ts";
import type { World } from "../../core/ports.ts";

/** One machine's world: everything in one data directory, the account simulated. */
export interface Home {
  readonly directory: DataDirectory;
  readonly world: World & { readonly table: SqliteTable; readonly artifacts: FileArtifactStore };
  readonly anchors: FileAnchorStore;
  readonly events: SqliteEventBus;
  /** The account behind it is not real, and every output says so. */
  readonly simulated: boolean;
  close(): void;
}

export interface RecordOptions {
  readonly data: string;
  readonly create: boolean;
  readonly clock?: Clock;
  readonly models?: readonly ModelProvider[];
  readonly anchors?: string | undefined;
  readonly environments?: typeof ENVIRONMENTS;
}

export type CloudOf = (directory: DataDirectory, environment: Environment) => Cloud;

/** How long one look at a running stack operation waits for news; the sandbox tells of them at once. */
const PATIENCE_MS = 1_000;

/**
 * Opens a data directory for who reads the record or speaks into it. No account comes with it unless `cloudOf`
 * brings one: loading the sandbox is most of what a quick command would wait for.
 * @throws StorageError
 */
export function openRecord(
  { data, create, anchors, clock = systemClock, models = [], environments = ENVIRONMENTS }: RecordOptions,
  cloudOf: CloudOf = noCloud,
): Home {
  const directory = openDataDirectory({ path: data, create, anchors });
  return {
    directory,
    anchors: new FileAnchorStore(directory.anchors),
    events: new SqliteEventBus(directory.database, clock),
    simulated: true,
    world: {
      table: new SqliteTable(directory.database, clock),
      artifacts: new FileArtifactStore(directory.artifacts),
      clock,
      newId: (prefix) => `${prefix}_${randomBytes(6).toString("hex")}`,
      environment: (name) => environments[name],
      cloud: (environment) => cloudOf(directory, environment),
      models,
      watching: { patienceMs: PATIENCE_MS, pauseSeconds: 0 },
    },
    close: () => directory.close(),
  };
}

function noCloud(_directory: DataDirectory, environment: Environment): never {
  throw new CloudError("CloudUnavailable", `this command was opened without the ${environment} account`);
}
