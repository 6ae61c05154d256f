import { artifactsBucket } from "./artifacts-bucket.ts";
import type { Block } from "./block.ts";
import { database } from "./database.ts";
import { eventBus } from "./event-bus.ts";
import { httpApi } from "./http-api.ts";
import { kvStore } from "./kv-store.ts";
import { secret } from "./secret.ts";
import { taskQueue } from "./task-queue.ts";

/** Everything Forge can build, by the name a goal asks for it. */
export const CATALOG = {
  kv_store: kvStore,
  artifacts_bucket: artifactsBucket,
  event_bus: eventBus,
  task_queue: taskQueue,
  secret,
  http_api: httpApi,
  database,
} as const;

export type BlockName = keyof typeof CATALOG;

export const BLOCK_NAMES = Object.keys(CATALOG) as readonly BlockName[];

/** A block by name, its parameters no longer typed: for code that treats all blocks alike. */
export function blockNamed(name: BlockName): Block<object> {
  return CATALOG[name] as unknown as Block<object>;
}

/** The catalog in one clause, for messages to somebody who named something we do not have. */
export function describeCatalog(): string {
  return BLOCK_NAMES.map((name) => `${name} (${CATALOG[name].title})`).join(", ");
}
