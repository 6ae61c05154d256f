import { randomBytes } from "node:crypto";
import { FileAnchorStore } from "../../adapters/embedded/anchor-store.ts";
import { FileArtifactStore } from "../../adapters/embedded/artifact-store.ts";
import { type DataDirectory, openDataDirectory } from "../../adapters/embedded/data-directory.ts";
import { sandboxCloud } from "../../adapters/embedded/sandbox/sandbox-cloud.ts";
import type { Pace } from "../../adapters/embedded/sandbox/timing.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { SqliteTable } from "../../adapters/embedded/table.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import type { Clock } from "../../core/clock.ts";
import type { Cloud } from "../../core/cloud/cloud.ts";
import type { ModelProvider } from "../../core/model/model.ts";
import type { World } from "../../core/ports.ts";

/** One machine's world: everything in one data directory, the account simulated. */
export interface Home {
  readonly directory: DataDirectory;
  readonly world: World & { readonly table: SqliteTable; readonly artifacts: FileArtifactStore };
  readonly anchors: FileAnchorStore;
  close(): void;
}

export interface HomeOptions {
  readonly data: string;
  readonly create: boolean;
  readonly clock?: Clock;
  readonly pace?: Pace;
  readonly models?: readonly ModelProvider[];
  readonly anchors?: string | undefined;
  readonly environments?: typeof ENVIRONMENTS;
}

/** How long one look at a running stack operation waits for news; the sandbox tells of them at once. */
const PATIENCE_MS = 1_000;

/** @throws StorageError */
export function openHome({
  data,
  create,
  anchors,
  clock = systemClock,
  pace = "demo",
  models = [],
  environments = ENVIRONMENTS,
}: HomeOptions): Home {
  const directory = openDataDirectory({ path: data, create, anchors });
  const { database } = directory;
  const clouds = new Map<Environment, Cloud>();
  const cloud = (environment: Environment) => {
    const known = clouds.get(environment);
    if (known) return known;
    const { account, region } = environments[environment];
    const opened = sandboxCloud({ database, target: { environment, account, region }, clock, pace });
    clouds.set(environment, opened);
    return opened;
  };
  return {
    directory,
    anchors: new FileAnchorStore(directory.anchors),
    world: {
      table: new SqliteTable(database, clock),
      artifacts: new FileArtifactStore(directory.artifacts),
      clock,
      newId: (prefix) => `${prefix}_${randomBytes(6).toString("hex")}`,
      environment: (name) => environments[name],
      cloud,
      models,
      watching: { patienceMs: PATIENCE_MS, pauseSeconds: 0 },
    },
    close: () => directory.close(),
  };
}
