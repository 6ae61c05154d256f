import type { Environment } from "./artifacts/vocabulary.ts";
import type { Limits } from "./budget/limits.ts";
import type { Clock } from "./clock.ts";
import type { Cloud } from "./cloud/cloud.ts";
import { NamedError } from "./errors.ts";
import type { Memory } from "./memory/memory-means.ts";
import type { ModelProvider } from "./model/model.ts";
import type { Table } from "./table/table.ts";
import type { Anchor } from "./timeline/verify.ts";

export class ArtifactError extends NamedError<"ArtifactNotFound" | "ArtifactCorrupted"> {}

/** Content-addressed storage: what was stored under a hash never changes. */
export interface ArtifactStore {
  /** Returns when the content is durable. */
  put(content: string | Uint8Array): Promise<{ readonly sha256: string; readonly bytes: number }>;
  /** @throws ArtifactError ArtifactNotFound, or ArtifactCorrupted when the content no longer has its hash */
  get(sha256: string): Promise<Uint8Array>;
}

/** Heads of chains kept apart from the events: an object lock on AWS, an append-only file on one machine. */
export interface AnchorStore {
  append(anchor: Anchor & { readonly at: string }): Promise<void>;
  all(): Promise<readonly Anchor[]>;
}

/** The environment a change is for, from configuration. */
export interface EnvironmentSettings {
  readonly environment: Environment;
  readonly account: string;
  readonly region: string;
  readonly limits: Limits;
  /** Stateful resources outlive their stack. */
  readonly retain: boolean;
  readonly logRetentionDays: number;
  /** How long a gate may wait before it expires closed. */
  readonly gateHours: number;
  /** Largest rise in monthly cost one change may bring, in dollars. */
  readonly costDeltaMonthlyLimitUsd: number;
}

/** All that functions are given of the world. */
export interface World {
  readonly table: Table;
  readonly artifacts: ArtifactStore;
  readonly clock: Clock;
  /** A new identifier, unique and unguessable: `exec_…`. */
  newId(prefix: string): string;
  environment(name: Environment): EnvironmentSettings;
  cloud(name: Environment): Cloud;
  /** How a running stack operation is watched: how long one look may wait for news, and the pause between looks. */
  readonly watching: { readonly patienceMs: number; readonly pauseSeconds: number };
  /** In the order they are tried; empty means rules only. */
  readonly models: readonly ModelProvider[];
  /** What is absent of it: texts compared by the words they share, their vectors in the workspace's table. */
  readonly memory?: Partial<Memory>;
}
