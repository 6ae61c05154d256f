import type { z } from "zod";
import { type BlockName, CATALOG } from "../../../core/catalog/catalog.ts";
import type { BuildContext, Component, Synthesis } from "../../../lambdas/forge/synthesize.ts";

type Wishes<Name extends BlockName> = Partial<z.output<(typeof CATALOG)[Name]["parameters"]>>;

/** A component as Atlas would plan it: the block's defaults, and what is wished for. */
export function component<Name extends BlockName>(
  block: Name,
  name: string,
  wishes: Wishes<Name> = {},
  uses: readonly string[] = [],
): Component {
  return { id: name, block, name, parameters: CATALOG[block].parameters.parse(wishes), uses };
}

export function contextOf(changes: Partial<BuildContext> = {}): BuildContext {
  return {
    stack: "photo-archive",
    environment: "dev",
    account: "536580886816",
    region: "af-south-1",
    retain: false,
    logRetentionDays: 30,
    tags: {},
    ...changes,
  };
}

/** Every block of the catalog, and an API that uses all of them. */
export function everyBlock({ customerManagedKey = false } = {}): Component[] {
  const others = [
    component("kv_store", "catalog", { customerManagedKey }),
    component("artifacts_bucket", "photos", { customerManagedKey }),
    component("event_bus", "events"),
    component("task_queue", "jobs"),
    component("secret", "signing", { customerManagedKey }),
    component("database", "records", { customerManagedKey }),
    component("database", "ledger", { engine: "mysql", customerManagedKey }),
  ];
  const uses = others.map(({ name }) => name);
  return [...others, component("http_api", "api", { routes: ["GET /photos", "POST /photos"] }, uses)];
}

/** Every way an environment can differ, as far as a template is concerned. */
export const CIRCUMSTANCES = [
  { environment: "dev", retain: false, customerManagedKey: false },
  { environment: "sit", retain: true, customerManagedKey: false },
  { environment: "sit", retain: false, customerManagedKey: true },
  { environment: "prod", retain: true, customerManagedKey: true },
] as const;

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export function resourcesOf({ template }: Synthesis): Record<string, Resource> {
  return (template as { Resources: Record<string, Resource> }).Resources;
}
