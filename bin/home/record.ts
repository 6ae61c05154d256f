import { FileAnchorStore } from "../../adapters/embedded/anchor-store.ts";
import { FileArtifactStore } from "../../adapters/embedded/artifact-store.ts";
import { type DataDirectory, openDataDirectory } from "../../adapters/embedded/data-directory.ts";
import { SqliteEventBus } from "../../adapters/embedded/event-bus.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { SqliteTable } from "../../adapters/embedded/table.ts";
import { newId } from "../../adapters/random.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import type { Clock } from "../../core/clock.ts";
import type { Cloud } from "../../core/cloud/cloud.ts";
import type { EventBus } from "../../core/events/event-bus.ts";
import type { Memory } from "../../core/memory/memory-means.ts";
import { TableIndex } from "../../core/memory/table-index.ts";
import type { ModelProvider } from "../../core/model/model.ts";
import type { AnchorStore, ArtifactStore, World } from "../../core/ports.ts";
import { noCloud } from "./no-cloud.ts";

/** A workspace, and the directory in which whoever drives it here keeps the engine's journal. */
export interface Home {
  readonly directory: DataDirectory;
  readonly world: World & { readonly artifacts: ArtifactStore & { pathOf(sha256: string): string } };
  readonly anchors: AnchorStore;
  /** Where they are, for people. */
  readonly anchorsAt: string;
  readonly events: EventBus;
  /** The account behind it is not real, and every output says so. */
  readonly simulated: boolean;
  /** Where an emulator of AWS is, when that is what state and account are at. */
  readonly emulator?: string;
  /** How often it is worth looking whether something is new, in milliseconds. */
  readonly lookMs: number;
  /** Another value whenever something may have been stored: by other processes, or by anybody. */
  state(by: "others" | "anybody"): unknown;
  /** Lets go what has expired, where nobody else does. */
  tidy(): void;
  close(): void;
}

/** One machine's: everything in one data directory, the account simulated. */
export interface MachineHome extends Home {
  readonly world: World & { readonly table: SqliteTable; readonly artifacts: FileArtifactStore };
  readonly anchors: FileAnchorStore;
  readonly events: SqliteEventBus;
}

export interface RecordOptions {
  readonly data: string;
  readonly create: boolean;
  readonly clock?: Clock;
  readonly models?: readonly ModelProvider[];
  readonly memory?: Partial<Memory>;
  readonly anchors?: string | undefined;
  readonly environments?: typeof ENVIRONMENTS;
}

export type CloudOf = (directory: DataDirectory, environment: Environment) => Cloud;

/** How long one look at a running stack operation waits for news; the sandbox tells of them at once. */
const PATIENCE_MS = 1_000;

const LOOK_MS = 40;

/**
 * Opens a data directory for who reads the record or speaks into it. No account comes with it unless `cloudOf`
 * brings one: loading the sandbox is most of what a quick command would wait for.
 * @throws StorageError
 */
export function openRecord(
  options: RecordOptions,
  cloudOf: CloudOf = (_directory, environment) => noCloud(environment),
): MachineHome {
  const { data, create, anchors, clock = systemClock } = options;
  const { models = [], memory = {}, environments = ENVIRONMENTS } = options;
  const directory = openDataDirectory({ path: data, create, anchors });
  const table = new SqliteTable(directory.database, clock);
  return {
    directory,
    anchors: new FileAnchorStore(directory.anchors),
    events: new SqliteEventBus(directory.database, clock),
    anchorsAt: directory.anchors,
    simulated: true,
    lookMs: LOOK_MS,
    state: (by) => stateOf(directory, by),
    tidy: () => table.removeExpired(),
    world: {
      table,
      artifacts: new FileArtifactStore(directory.artifacts),
      clock,
      newId,
      environment: (name) => environments[name],
      cloud: (environment) => cloudOf(directory, environment),
      models,
      memory: { index: new TableIndex(table, clock), ...memory },
      watching: { patienceMs: PATIENCE_MS, pauseSeconds: 0 },
    },
    close: () => directory.close(),
  };
}

/** Every commit changes one of them: those of other connections the first, our own the second. */
function stateOf({ database }: DataDirectory, by: "others" | "anybody"): string {
  const others = database.prepare("PRAGMA data_version").get()?.["data_version"];
  if (by === "others") return String(others);
  return `${others} ${database.prepare("SELECT total_changes() AS changes").get()?.["changes"]}`;
}
